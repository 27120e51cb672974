// SPDX-License-Identifier: MIT
#include "compare/generalisation/generalisation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <map>

#include "base/error.hpp"
#include "compare/labels.hpp"
#include "support/data.hpp"

namespace shoal::compare {
namespace {

using testing::HasSubstr;

std::map<std::string, Measurement> metrics_of(std::vector<double> const& scores, std::vector<double> const& values) {
  std::map<std::string, Measurement> found;
  for (Measurement const& each : label_metrics(scores, values)) found[each.metric] = each;
  return found;
}

TEST(LabelMetrics, NumbersByHandOfTwoClasses) {
  auto const found = metrics_of({3, 2, 1, 0}, {1, 0, 1, 0});
  EXPECT_DOUBLE_EQ(found.at("label_auroc").value, 0.75);
  // Hanley and McNeil: q1 = .6, q2 = 9/14; (3/16 + .6 - 9/16 + 9/14 - 9/16) / 4.
  EXPECT_NEAR(found.at("label_auroc").error, std::sqrt((0.1875 + (0.6 - 0.5625) + (9.0 / 14 - 0.5625)) / 4), 1e-12);
  // Precision 1, 1, 1/2, 2/3, 1/2 at recall 0, 1/2, 1/2, 1, 1.
  EXPECT_NEAR(found.at("label_aupr").value, 0.5 + (0.5 + 2.0 / 3) / 4, 1e-12);
  EXPECT_NEAR(found.at("label_pearson").value, 1 / std::sqrt(5.0), 1e-12);
  EXPECT_DOUBLE_EQ(found.at("label_mse").value, (4 + 4 + 0 + 0) / 4.0);
  EXPECT_EQ(found.at("label_mse").loci, 4);
}

TEST(LabelMetrics, MeasuredValuesHaveNoClasses) {
  auto const found = metrics_of({1, 2, 3}, {0.5, 1, 7});
  EXPECT_FALSE(found.contains("label_auroc"));
  EXPECT_DOUBLE_EQ(found.at("label_spearman").value, 1);
  EXPECT_FALSE(metrics_of({1, 2, 3}, {1, 1, 1}).contains("label_auroc"));
}

class LabelFiles : public testing::Test {
 protected:
  std::string write(std::string const& name, std::string const& text) {
    std::string const path = folder_.file(name);
    std::ofstream(path) << text;
    return path;
  }
  static std::string error_of(std::string const& file, std::string const& genome = "") {
    try {
      Labels::read(file, {}, genome, 4);
    } catch (Error const& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  test::TemporaryFolder const folder_;
};

TEST_F(LabelFiles, ATableHasOneColumnForEachTask) {
  auto const file = write("labels.tsv", "sequence\tdev\thk\nACGT\t1.5\t-2\nTTTT\t0\t3\n");
  auto const labels = Labels::read(file, {"dev", "hk"}, "", 4);
  ASSERT_EQ(labels.sequences.size(), 2U);
  EXPECT_EQ(labels.sequences[0], (genome::Codes{0, 1, 2, 3}));
  EXPECT_THAT(labels.values, testing::ElementsAre(testing::ElementsAre(1.5, 0), testing::ElementsAre(-2, 3)));
  EXPECT_THAT(error_of(file), HasSubstr("labels.tsv"));  // there is no y
}

TEST_F(LabelFiles, ABedTakesItsWindowsFromTheGenome) {
  auto const genome = write("labels.fa", ">chr1\nACGTACGTTTTTGGGG\n");
  auto const file = write("labels.bed", "#rows\nchr1\t4\t8\ta\t0.25\nchr1\t8\t12\tb\t1\n");
  auto const labels = Labels::read(file, {}, genome, 4);
  EXPECT_THAT(labels.values, testing::ElementsAre(testing::ElementsAre(0.25, 1)));
  EXPECT_EQ(labels.sequences[1], (genome::Codes{3, 3, 3, 3}));
  EXPECT_THAT(error_of(file), HasSubstr("--genome"));
  auto const short_rows = write("short.bed", "chr1\t4\t8\ta\n");
  EXPECT_THAT(error_of(short_rows, genome), testing::AllOf(HasSubstr("short.bed:1"), HasSubstr("fifth column")));
}

}  // namespace
}  // namespace shoal::compare
