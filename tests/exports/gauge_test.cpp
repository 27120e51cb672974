// SPDX-License-Identifier: MIT
// Maps of surrogates in the gauges that count letters, and variant effects through a curve, against sums written here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "exports/source.hpp"
#include "exports/stored_surrogate.hpp"
#include "store/sample.hpp"

namespace shoal::exports::test {

using namespace store::test;
namespace {

constexpr std::int64_t length = 3;
std::string const sequence = "GAC";

// phi = 0.5 + map + one pair, (0, 2), and g(phi) = 1 + 0.3 phi + 2 tanh(0.7 phi - 0.2).
std::vector<float> map_values() {
  std::vector<float> map(4 * length);
  for (std::size_t i = 0; i < map.size(); ++i) map[i] = static_cast<float>(std::sin(1.0 + static_cast<double>(i)));
  return map;
}
std::vector<float> raw_values() {
  std::vector<float> raw = map_values();
  for (float& value : raw) value += 2;
  return raw;
}
std::vector<float> pair_values() {
  std::vector<float> pairs(16);
  for (std::size_t i = 0; i < 16; ++i) pairs[i] = static_cast<float>(0.5 * std::cos(static_cast<double>(i)));
  return pairs;
}
double phi_of(std::vector<std::size_t> const& bases) {
  double phi = 0.5;
  for (std::size_t position = 0; position < 3; ++position) phi += map_values()[bases[position] * 3 + position];
  return phi + pair_values()[4 * bases[0] + bases[2]];
}
double g(double phi) {
  return 1 + 0.3 * phi + 2 * std::tanh(0.7 * phi - 0.2);
}

// Not the model's prediction, so that the content of an array with this name is told from a computed one.
std::vector<float> effect_values() {
  std::vector<float> effects(4 * length);
  for (std::size_t i = 0; i < effects.size(); ++i)
    effects[i] = static_cast<float>(std::cos(3.0 + static_cast<double>(i)));
  return effects;
}

store::MethodSchema method() {
  store::MethodSchema schema{
      "pairwise-ge", {"lambda", "constant", "curve_offset", "curve_slope"}, {}, {attribution::map_array(length)}};
  schema.notes["curve_kind"] = "sigmoids";
  schema.arrays.push_back({"pairs", {1, 4, 4}, attribution::NumberType::float32, {}});
  schema.arrays.push_back({"curve", {2, 3}, attribution::NumberType::float64, {}});
  schema.arrays.push_back({"sigmoids", {3, 1}, attribution::NumberType::float64, {}});
  schema.constants = {{"pair_positions", {1, 2}, std::vector<std::int64_t>{0, 2}, {}}};
  return schema;
}
attribution::MethodResult result() {
  return {{map_values(), pair_values(), std::vector<double>{-1, 0, 2, g(-1), g(0), g(2)},
           std::vector<double>{2, 0.7, -0.2}},
          {10, 0.5, 1, 0.3}};
}

void make_store(std::string const& path) {
  store::Schema schema;
  schema.loci = 1;
  schema.length = length;
  schema.models = {{"m", {{"t"}}}};
  schema.methods = {method(), {"ism", {"mean"}, {}, {attribution::map_array(length)}}};
  schema.methods.push_back({"saliency", {}, {}, {attribution::map_array(length), attribution::map_array(length)}});
  schema.methods.back().arrays.back().name = "map_raw";
  schema.task_scalars = {"wild_type", "mutants"};
  schema.methods.push_back(method());
  schema.methods.back().name = "neighbour-ge";
  schema.methods.back().arrays.push_back(attribution::map_array(length));
  schema.methods.back().arrays.back().name = "effects";
  mpi::Communicator const alone;
  std::vector<genome::Locus> const loci = {{"chr1", 10, 13, '+', "a", ""}};
  store::Writer::create_collective(alone, path, schema, {{"version", "0"}}, loci);
  store::Writer writer = store::Writer::open_collective(alone, path);
  store::Row row;
  row.sequence = sequence;
  row.results = {result(), {{map_values()}, {0.0}}, {{map_values(), raw_values()}, {}}};
  row.results.push_back(result());
  row.results.back().arrays.emplace_back(effect_values());
  row.task_scalars = {1.5, 77};
  writer.write_row(row);
  writer.close_collective();
}

TEST(ExportGauge, CountedLettersGiveMeansOfZeroAndTheSamePredictions) {
  shoal::test::TemporaryFolder const folder;
  make_store(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  std::vector<double> const counts = {5, 3, 2, 0, 1, 7, 1, 1, 0, 0, 4, 6};
  auto const counter = [&](genome::Locus const& locus, genome::Codes const& codes,
                           std::optional<std::int64_t> mutants) {
    EXPECT_EQ(locus.start, 10);
    EXPECT_EQ(genome::to_text(codes), sequence);
    EXPECT_EQ(mutants, 77);
    return counts;
  };
  auto const map_in = [&](ExportGauge gauge) {
    return ExportSource(reader, {.method = "pairwise-ge", .gauge = gauge}, {}, counter).read(0).map;
  };
  auto const frequency = [&](ExportGauge gauge, std::size_t position, std::size_t base) {
    double const here = counts[4 * position + base];
    if (gauge == ExportGauge::empirical) return here / 10;
    if (gauge == ExportGauge::consensus) return here >= 5 ? 1.0 : 0.0;
    double const seen[] = {3, 4, 2};
    return here > 0 ? 1 / seen[position] : 0.0;
  };
  for (ExportGauge const gauge : {ExportGauge::observed_uniform, ExportGauge::empirical, ExportGauge::consensus}) {
    auto const map = map_in(gauge);
    for (std::size_t position = 0; position < 3; ++position) {
      // The map is the mean of phi with this base less the mean of phi, under the gauge's frequencies.
      std::vector<double> with(4, 0.0);
      double all = 0;
      for (std::size_t code = 0; code < 64; ++code) {
        std::vector<std::size_t> const bases = {code / 16, code / 4 % 4, code % 4};
        double others = 1;
        for (std::size_t other = 0; other < 3; ++other) {
          if (other != position) others *= frequency(gauge, other, bases[other]);
        }
        with[bases[position]] += others * phi_of(bases);
        all += others * frequency(gauge, position, bases[position]) * phi_of(bases);
      }
      for (std::size_t base = 0; base < 4; ++base) {
        EXPECT_NEAR(map[base * 3 + position], with[base] - all, 1e-6) << to_string(gauge) << position << base;
      }
    }
  }
}

TEST(ExportGauge, VariantEffectsInLatentAndInOutputUnits) {
  shoal::test::TemporaryFolder const folder;
  make_store(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  ExportChoice choice{.method = "pairwise-ge", .gauge = ExportGauge::wild_type};
  auto const latent = ExportSource(reader, choice, {}).read(0).map;
  choice.units = ExportUnits::response;
  auto const response = ExportSource(reader, choice, {}).read(0).map;
  std::vector<std::size_t> const wild = {2, 0, 1};
  for (std::size_t position = 0; position < 3; ++position) {
    for (std::size_t base = 0; base < 4; ++base) {
      auto variant = wild;
      variant[position] = base;
      EXPECT_NEAR(latent[base * 3 + position], phi_of(variant) - phi_of(wild), 1e-6);
      EXPECT_NEAR(response[base * 3 + position], g(phi_of(variant)) - g(phi_of(wild)), 1e-6);
    }
  }
}

TEST(ExportGauge, TheRawMapIsChosenByName) {
  shoal::test::TemporaryFolder const folder;
  make_store(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  auto const map_of = [&](std::string const& array) {
    return ExportSource(reader, {.method = "saliency", .gauge = ExportGauge::stored, .array = array}, {}).read(0).map;
  };
  auto const corrected = map_of("map"), raw = map_of("map_raw");
  for (std::size_t i = 0; i < raw.size(); ++i) {
    EXPECT_EQ(corrected[i], map_values()[i]);
    EXPECT_EQ(raw[i], raw_values()[i]);
  }
}

TEST(ExportGauge, EffectsAreExportedUnlessAnotherArrayIsAskedFor) {
  shoal::test::TemporaryFolder const folder;
  make_store(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  auto const map_of = [&](std::string const& method, std::string const& array, ExportGauge gauge) {
    return ExportSource(reader, {.method = method, .gauge = gauge, .array = array}, {}).read(0).map;
  };
  auto const stored = map_of("neighbour-ge", "", ExportGauge::stored);
  auto const centred = map_of("neighbour-ge", "", ExportGauge::uniform);
  auto const map = map_of("neighbour-ge", "map", ExportGauge::stored);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    std::size_t const position = i % 3;
    double mean = 0;
    for (std::size_t base = 0; base < 4; ++base) mean += 0.25 * effect_values()[base * 3 + position];
    EXPECT_EQ(stored[i], effect_values()[i]);
    EXPECT_NEAR(centred[i], effect_values()[i] - mean, 1e-7);
    EXPECT_EQ(map[i], map_values()[i]);
  }
  // A store from before there were effects, and methods without any.
  EXPECT_EQ(map_of("pairwise-ge", "", ExportGauge::stored), map);
  EXPECT_EQ(map_of("ism", "", ExportGauge::stored), map);
  EXPECT_EQ(ExportSource(reader, {.method = "neighbour-ge", .array = ""}, {}).array(), "effects");
}

TEST(ExportGauge, ASplineIsReadFromItsPoints) {
  store::MethodSchema schema = method();
  attribution::MethodResult values = result();
  auto const sigmoids = std::find_if(schema.arrays.begin(), schema.arrays.end(),
                                     [](attribution::ArraySchema const& array) { return array.name == "sigmoids"; });
  values.arrays.erase(values.arrays.begin() + (sigmoids - schema.arrays.begin()));
  schema.arrays.erase(sigmoids);
  auto const curve = stored_curve(schema, values);
  EXPECT_NEAR(curve(0), g(0), 1e-15);
  EXPECT_NEAR(curve(1), (g(0) + g(2)) / 2, 1e-15);
  EXPECT_NEAR(curve(-2), 2 * g(-1) - g(0), 1e-14);
  EXPECT_FALSE(has_curve({"additive-ridge", {}, {}, {attribution::map_array(length)}}));
}

TEST(ExportGauge, WhatCannotBeIsRefusedByName) {
  shoal::test::TemporaryFolder const folder;
  make_store(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  auto const refusal = [&](ExportChoice const& choice, LetterCounter const& counter) {
    try {
      ExportSource(reader, choice, {}, counter);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::config);
      return std::string(error.what());
    }
    return std::string();
  };
  auto const counter = [](auto&&...) { return std::vector<double>(12, 1.0); };
  EXPECT_NE(refusal({.method = "ism", .gauge = ExportGauge::empirical}, counter).find("ism"), std::string::npos);
  EXPECT_NE(refusal({.method = "pairwise-ge", .gauge = ExportGauge::consensus}, {}).find("consensus"),
            std::string::npos);
  EXPECT_NE(refusal({.method = "pairwise-ge", .units = ExportUnits::response}, {}).find("--units"), std::string::npos);
  EXPECT_NE(refusal({.method = "ism", .array = "map_raw"}, {}).find("--gradient-correction"), std::string::npos);
  EXPECT_NE(refusal({.method = "pairwise-ge", .array = "curve"}, {}).find("map_raw"), std::string::npos);
  EXPECT_NE(refusal({.method = "pairwise-ge", .array = "effects"}, {}).find("interactions"), std::string::npos);
  EXPECT_NE(refusal({.method = "neighbour-ge",
                     .gauge = ExportGauge::wild_type,
                     .units = ExportUnits::response,
                     .array = "effects"},
                    {})
                .find("--array map"),
            std::string::npos);
  EXPECT_THROW(parse_export_gauge("hierarchical"), Error);
  EXPECT_THROW(parse_export_units("phi"), Error);
}

}  // namespace
}  // namespace shoal::exports::test
