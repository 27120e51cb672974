// SPDX-License-Identifier: MIT
// What `shoal fit` writes, of a fit whose numbers are all different: each must stand under its own name.
#include "fit/fit_file.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "hdf5/file.hpp"
#include "hdf5/row_dataset.hpp"
#include "support/data.hpp"

namespace shoal::fit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two letters, three positions, one pair.
FitFile sample() {
  FittedModel model;
  model.fit.name = "pairwise-ridge";
  model.fit.parameters = {3, 2, 0.5, {1, 2, 3, 4, 5, 6}, {{0, 2}}, {10, 20, 30, 40}};
  model.fit.test.r2 = 0.25;
  model.fit.test.pearson2 = 0.3125;
  model.fit.test.spearman = 0.375;
  model.fit.test.negative_log_likelihood = 1.5;
  model.fit.test.variational_information = {2.5, 0.125};
  model.fit.test.predictive_information = {3.5, 0.0625};
  model.fit.test.rows = 11;
  model.fit.train.r2 = 0.75;
  model.fit.train.rows = 99;
  model.fit.lambda = 7;
  model.fit.degrees_of_freedom = 8;
  model.fit.errors = surrogate::ParameterErrors{0.01, {11, 12, 13, 14, 15, 16}, {17, 18, 19, 21}, 0.02};
  model.fit.flat_fraction = 0.875;
  model.fit.unseen_letters = 5;
  model.fit.noise_rounds = 4;
  model.fit.iterations = 13;
  model.fit.noise.centre = 1.25;
  model.fit.noise.scale = 2.25;
  model.fit.noise.lowest = -3.25;
  model.fit.noise.highest = 4.25;
  model.fit.noise.mode_shift = 5.25;
  model.latent_effects = {0, 1, 2, 0, 0, 3};
  model.response_effects = {0, 4, 5, 0, 0, 6};
  FitFile file;
  file.letters = "XY";
  file.lambdas = {7, 70};
  file.letter_counts = {50, 49, 48, 51, 52, 47};
  file.models = {model};
  return file;
}

std::vector<double> numbers(std::string const& path, std::string const& dataset, std::int64_t rows,
                            hdf5::RowType const& type) {
  auto const file = hdf5::open_read_only(path);
  auto const opened = hdf5::RowDataset::open(file.get(), dataset, rows, type);
  std::vector<double> values(static_cast<std::size_t>(rows * type.bytes()) / sizeof(double));
  opened.read(0, std::as_writable_bytes(std::span(values)));
  return values;
}

hdf5::RowType record(std::vector<std::string> const& fields) {
  return {.kind = hdf5::ElementKind::float64, .shape = {}, .text_width = 1, .fields = fields};
}

TEST(FitFile, EveryNumberHasItsName) {
  test::TemporaryFolder const folder;
  std::string const path = folder.file("fit.h5");
  write_fit_file(path, sample());
  std::string const group = "/models/pairwise-ridge";
  EXPECT_THAT(
      numbers(
          path, group + "/metrics", 1,
          record({"r2", "pearson2", "spearman", "negative_log_likelihood", "variational_information",
                  "variational_information_uncertainty", "predictive_information", "predictive_information_uncertainty",
                  "rows", "r2_train", "rows_train", "lambda", "degrees_of_freedom", "residual_sd", "flat_fraction",
                  "unseen_letters", "noise_rounds", "iterations", "converged"})),
      ElementsAre(0.25, 0.3125, 0.375, 1.5, 2.5, 0.125, 3.5, 0.0625, 11, 0.75, 99, 7, 8, 0.02, 0.875, 5, 4, 13, 1));
  EXPECT_THAT(numbers(path, group + "/noise/range", 1, record({"centre", "scale", "lowest", "highest", "mode_shift"})),
              ElementsAre(1.25, 2.25, -3.25, 4.25, 5.25));
  hdf5::RowType const by_letter{hdf5::ElementKind::float64, {2}};
  EXPECT_THAT(numbers(path, group + "/additive", 3, by_letter), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(numbers(path, group + "/additive_error", 3, by_letter), ElementsAre(11, 12, 13, 14, 15, 16));
  EXPECT_THAT(numbers(path, group + "/variant_effects_latent", 3, by_letter), ElementsAre(0, 1, 2, 0, 0, 3));
  EXPECT_THAT(numbers(path, group + "/variant_effects_response", 3, by_letter), ElementsAre(0, 4, 5, 0, 0, 6));
  hdf5::RowType const by_pair{hdf5::ElementKind::float64, {2, 2}};
  EXPECT_THAT(numbers(path, group + "/pair_effects", 1, by_pair), ElementsAre(10, 20, 30, 40));
  EXPECT_THAT(numbers(path, group + "/pair_error", 1, by_pair), ElementsAre(17, 18, 19, 21));
  EXPECT_THAT(numbers(path, "/letter_counts", 3, by_letter), ElementsAre(50, 49, 48, 51, 52, 47));
  EXPECT_THAT(numbers(path, "/lambdas", 2, {hdf5::ElementKind::float64, {}}), ElementsAre(7, 70));
}

TEST(FitTable, ByHand) {
  test::TemporaryFolder const folder;
  std::string const path = folder.file("fit.tsv");
  write_fit_table(path, sample());
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::string const name = "pairwise-ridge\t";
  ASSERT_EQ(lines.size(), 1U + 1 + 6 + 4 + 6 + 6);
  EXPECT_EQ(lines[0],
            "model\tkind\tposition\tletter\tsecond_position\tsecond_letter\tvalue\tstandard_error\tdeviation");
  EXPECT_EQ(lines[1], name + "constant\t\t\t\t\t0.5\t0.01\t");
  EXPECT_EQ(lines[5], name + "additive\t1\tY\t\t\t4\t14\t");
  EXPECT_EQ(lines[8], name + "pair\t0\tX\t2\tX\t10\t17\t");
  EXPECT_EQ(lines[9], name + "pair\t0\tX\t2\tY\t20\t18\t");
  EXPECT_EQ(lines[10], name + "pair\t0\tY\t2\tX\t30\t19\t");
  EXPECT_EQ(lines[13], name + "effect_latent\t0\tY\t\t\t1\t\t");
  EXPECT_EQ(lines[23], name + "effect_response\t2\tY\t\t\t6\t\t");
}

TEST(FitTable, AFullDiskIsAnOutputError) {
  try {
    write_fit_table("/dev/full", sample());
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::output);
    EXPECT_THAT(error.what(), HasSubstr("/dev/full"));
  }
}

}  // namespace
}  // namespace shoal::fit
