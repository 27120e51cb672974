// SPDX-License-Identifier: MIT
// Surrogates as methods of a scan: every array and scalar is in its place, for known truths.
#include "attribution/fits/surrogate_method.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.hpp"
#include "support/backends.hpp"
#include "support/emulated.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 9;
constexpr std::int64_t mutants = 2000;

std::vector<std::uint8_t> wild_type() {
  return {0, 1, 2, 3, kernels::code_n, 0, 3, 2, 1};
}

double effect(std::size_t position, std::size_t base) {
  return std::sin(static_cast<double>(1 + base + 4 * position));
}
double pair_effect(std::size_t first, std::size_t second) {
  return 0.5 * std::cos(static_cast<double>(first + 5 * second));
}

// Two tasks on one library: additive effects with one pair, (2, 6), and a saturating curve of the additive effects.
class Library {
 public:
  explicit Library(device::Backend const& backend, std::int64_t rows = mutants)
      : backend_(backend),
        wild_type_(wild_type()),
        library_(library::random_library(backend, {.mutants = rows, .rate = 0.3, .seed = 4}, 5, wild_type_)),
        letters_(library_),
        scores_(backend, static_cast<std::size_t>(2 * rows)) {
    auto const codes = library_.codes();
    std::vector<float> scores;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::uint8_t const* const mutant = codes.data() + row * length;
      double additive = 0;
      for (std::size_t position = 0; position < length; ++position) {
        if (mutant[position] < 4) additive += effect(position, mutant[position]);
      }
      scores.push_back(static_cast<float>(0.25 + additive + pair_effect(mutant[2], mutant[6])));
      scores.push_back(static_cast<float>(2.0 / (1.0 + std::exp(-additive))));
    }
    scores_.copy_from(scores);
  }
  ScoredLibrary scored(bool share) {
    return {.backend = backend_,
            .wild_type = wild_type_,
            .library = library_,
            .scores = scores_,
            .tasks = 2,
            .letters = share ? &letters_ : nullptr};
  }
  LibraryLetters& letters() { return letters_; }

 private:
  device::Backend const& backend_;
  std::vector<std::uint8_t> wild_type_;
  library::Library library_;
  LibraryLetters letters_;
  device::Buffer<float> scores_;
};

SurrogateMethodOptions options_with(surrogate::GaugeKind gauge) {
  SurrogateMethodOptions options;
  options.surrogate.gauge = gauge;
  options.surrogate.alphas = {0.002};
  return options;
}

SurrogateMethod method_called(std::string const& name, SurrogateMethodOptions const& options,
                              std::vector<double> lambdas = {1e-6}) {
  return {surrogate::parse_surrogate(name), options, std::move(lambdas), 0.1};
}

double scalar(Method const& method, Attribution const& result, std::string const& name) {
  auto const names = method.scalar_names();
  auto const found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nan("") : result.scalars[static_cast<std::size_t>(found - names.begin())];
}

// Position of an array in a result.
std::size_t array_at(Method const& method, std::string const& name) {
  auto const arrays = method.arrays(length);
  std::size_t at = 0;
  while (at < arrays.size() && arrays[at].name != name) ++at;
  return at;
}

void expect_schema(Method const& method, Attribution const& result) {
  auto const arrays = method.arrays(length);
  ASSERT_EQ(result.arrays.size(), arrays.size()) << method.name();
  ASSERT_EQ(result.scalars.size(), method.scalar_names().size()) << method.name();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    bool const is_float = std::holds_alternative<std::vector<float>>(result.arrays[i]);
    EXPECT_EQ(is_float, arrays[i].type == NumberType::float32) << arrays[i].name;
    auto const size = std::visit([](auto const& values) { return values.size(); }, result.arrays[i]);
    EXPECT_EQ(static_cast<std::int64_t>(size), arrays[i].size()) << method.name() << " " << arrays[i].name;
  }
}

class SurrogateMethodTest : public test::OnBackend {};

TEST_P(SurrogateMethodTest, EveryNameFillsItsSchema) {
  // Pairs of neighbours launch nothing that all pairs do not, nor does a response curve, which the host fits.
  bool const emulated = test::is_emulated(backend());
  Library library(backend(), emulated ? 700 : mutants);
  for (std::string const& name : surrogate::surrogate_names()) {
    if (name == "additive-lime") continue;  // its path may have no point with so many letters
    if (emulated && (name.starts_with("neighbour-") || name == "pairwise-ge")) continue;
    auto const method = method_called(name, options_with(surrogate::GaugeKind::uniform), {1});
    auto const results = method.fit(library.scored(true));
    ASSERT_EQ(results.size(), 2u);
    for (auto const& result : results) {
      expect_schema(method, result);
      for (double const value : result.scalars) EXPECT_TRUE(std::isfinite(value)) << name;
      EXPECT_GT(scalar(method, result, "r2_test"), 0.5) << name;
    }
  }
}

TEST_P(SurrogateMethodTest, PairsOfAPlantedInteractionComeBackWhereTheyLie) {
  Library library(backend());
  auto const method = method_called("pairwise-ridge", options_with(surrogate::GaugeKind::wild_type));
  auto const results = method.fit(library.scored(true));
  auto const& pairs = std::get<std::vector<float>>(results[0].arrays[array_at(method, "pairs")]);
  auto const positions = std::get<std::vector<std::int64_t>>(method.constants(length).front().values);
  ASSERT_EQ(positions.size(), 2u * 36u);
  auto const reference = wild_type();
  for (std::size_t pair = 0; pair < 36; ++pair) {
    bool const planted = positions[2 * pair] == 2 && positions[2 * pair + 1] == 6;
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = 0; b < 4; ++b) {
        std::size_t const c = reference[2], d = reference[6];
        double const expected =
            planted ? pair_effect(a, b) - pair_effect(a, d) - pair_effect(c, b) + pair_effect(c, d) : 0.0;
        EXPECT_NEAR(pairs[16 * pair + 4 * a + b], expected, 1e-4) << pair;
      }
    }
  }
  // Its map: effects of substitutions in the wild type, 0 at the wild type's own bases and where it is N.
  auto const& map = results[0].map();
  for (std::size_t position = 0; position < length; ++position) {
    for (std::size_t base = 0; base < 4; ++base) {
      double expected = 0;
      if (reference[position] < 4) expected = effect(position, base) - effect(position, reference[position]);
      if (position == 2) expected += pair_effect(base, reference[6]) - pair_effect(reference[2], reference[6]);
      if (position == 6) expected += pair_effect(reference[2], base) - pair_effect(reference[2], reference[6]);
      EXPECT_NEAR(map[base * length + position], expected, 1e-4) << position << " " << base;
    }
  }
  EXPECT_GT(scalar(method, results[0], "r2_test"), 0.999999);
}

TEST_P(SurrogateMethodTest, GroupLassoNamesThePlantedPair) {
  Library library(backend());
  auto const method = method_called("pairwise-group-lasso", options_with(surrogate::GaugeKind::uniform));
  auto const results = method.fit(library.scored(true));
  EXPECT_EQ(scalar(method, results[0], "chosen_pairs"), 1.0);
  auto const& pairs = std::get<std::vector<float>>(results[0].arrays[array_at(method, "pairs")]);
  auto const positions = std::get<std::vector<std::int64_t>>(method.constants(length).front().values);
  for (std::size_t pair = 0; pair < 36; ++pair) {
    double largest = 0;
    for (std::size_t i = 0; i < 16; ++i) largest = std::max(largest, std::abs(double{pairs[16 * pair + i]}));
    EXPECT_EQ(largest > 0.01, positions[2 * pair] == 2 && positions[2 * pair + 1] == 6) << pair;
  }
}

TEST_P(SurrogateMethodTest, TheCurveIsWhatTheSigmoidsSayAndFollowsTheTruth) {
  Library library(backend(), test::is_emulated(backend()) ? 700 : mutants);
  auto const method = method_called("additive-ge", options_with(surrogate::GaugeKind::uniform), {1e-3});
  auto const results = method.fit(library.scored(true));
  Attribution const& saturating = results[1];
  auto const& curve = std::get<std::vector<double>>(saturating.arrays[array_at(method, "curve")]);
  auto const& sigmoids = std::get<std::vector<double>>(saturating.arrays[array_at(method, "sigmoids")]);
  std::size_t const points = curve.size() / 2, width = sigmoids.size() / 3;
  for (std::size_t point = 0; point < points; ++point) {
    double const phi = curve[point];
    double g = scalar(method, saturating, "curve_offset") + scalar(method, saturating, "curve_slope") * phi;
    for (std::size_t k = 0; k < width; ++k) {
      g += sigmoids[k] * std::tanh(sigmoids[width + k] * phi + sigmoids[2 * width + k]);
    }
    EXPECT_NEAR(curve[points + point], g, 1e-9);
    if (point > 0) {
      EXPECT_GE(curve[points + point], curve[points + point - 1]);
    }
  }
  EXPECT_GT(scalar(method, saturating, "r2_test"), 0.99);
}

// Scores of a network are not measurements: what noise is chosen changes no map.
TEST_P(SurrogateMethodTest, ChosenNoiseLeavesMapsAsTheyAre) {
  if (test::is_emulated(backend())) GTEST_SKIP() << "the host chooses the noise";
  Library library(backend());
  auto options = options_with(surrogate::GaugeKind::uniform);
  auto const chosen = method_called("additive-ge", options, {1}).fit(library.scored(true));
  options.surrogate.noise = surrogate::NoiseKind::gaussian;
  auto const plain = method_called("additive-ge", options, {1}).fit(library.scored(true));
  auto const method = method_called("additive-ge", options_with(surrogate::GaugeKind::uniform), {1});
  for (std::size_t task = 0; task < 2; ++task) {
    EXPECT_EQ(chosen[task].map(), plain[task].map());
    EXPECT_EQ(scalar(method, chosen[task], "noise_rounds"), 0);
  }
  // The pair that the first task's effects leave out is no normal noise of one scale.
  EXPECT_GT(scalar(method, chosen[0], "noise_kind") + scalar(method, chosen[0], "noise_order"), 0);
}

TEST_P(SurrogateMethodTest, SharingFeaturesChangesNoBit) {
  Library library(backend(), test::is_emulated(backend()) ? 700 : mutants);
  for (std::string const name : {"additive-ridge", "neighbour-ridge", "additive-ge", "neighbour-ridge"}) {
    auto const method = method_called(name, options_with(surrogate::GaugeKind::empirical), {10});
    auto const shared = method.fit(library.scored(true));
    auto const alone = method.fit(library.scored(false));
    for (std::size_t task = 0; task < 2; ++task) {
      // Map and, where there are any, pairs or curve.
      EXPECT_EQ(shared[task].map(), alone[task].map()) << name;
      if (shared[task].arrays.size() > 1) {
        EXPECT_EQ(shared[task].arrays[1], alone[task].arrays[1]) << name;
      }
      EXPECT_EQ(shared[task].scalars, alone[task].scalars) << name;
    }
  }
  EXPECT_EQ(library.letters().feature_operators().size(), 2u);
}

SHOAL_ON_EVERY_BACKEND(SurrogateMethodTest);

}  // namespace
}  // namespace shoal::attribution
