// SPDX-License-Identifier: MIT
// Effects of substitutions on the wild type: numbers by hand, and what the stored arrays themselves predict.
#include "attribution/fits/wild_type_effects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "attribution/fits/surrogate_method.hpp"
#include "support/backends.hpp"

namespace shoal::attribution {
namespace {

std::vector<float> const& floats(ArrayValues const& values) {
  return std::get<std::vector<float>>(values);
}

// Two positions, wild type A C. phi(a, b) = additive + pair: 1 + 0 + 3 at A C; the pair tells only A G (-2) and T C (5)
// from 3, which all other pairs have.
surrogate::SurrogateFit by_hand() {
  surrogate::SurrogateFit fit;
  fit.parameters.length = 2;
  fit.parameters.constant = 10;
  fit.parameters.additive = {1, 2, 3, 4, 0.5, 0, -0.5, 0.25};
  fit.parameters.pairs = {{0, 1}};
  fit.parameters.pair_effects.assign(16, 3.0);
  fit.parameters.pair_effects[4 * 0 + 2] = -2;
  fit.parameters.pair_effects[4 * 3 + 1] = 5;
  return fit;
}

TEST(WildTypeEffects, AreThoseCountedByHand) {
  std::vector<std::uint8_t> const wild_type = {0, 1};
  auto fit = by_hand();
  // [base, position]; at position 0 the wild type has A, at position 1 C.
  std::vector<float> const latent = {0, 0.5F, 1, 0, 2, -5.5F, 5, 0.25F};
  auto const linear = effect_values(fit, wild_type, false);
  ASSERT_EQ(linear.size(), 1u);
  EXPECT_EQ(floats(linear[0]), latent);
  // g(phi) = 7 + 2 phi is a curve too: doubled effects in units of the score, the latent ones as they were.
  fit.curve.offset = 7;
  fit.curve.slope = 2;
  auto const curved = effect_values(fit, wild_type, true);
  ASSERT_EQ(curved.size(), 2u);
  EXPECT_EQ(floats(curved[1]), latent);
  for (std::size_t i = 0; i < latent.size(); ++i) EXPECT_FLOAT_EQ(floats(curved[0])[i], 2 * latent[i]);
  ASSERT_EQ(effect_arrays(2, true).size(), 2u);
  EXPECT_EQ(effect_arrays(2, true)[0].name, "effects");
  EXPECT_EQ(effect_arrays(2, true)[1].name, "effects_latent");
  EXPECT_EQ(effect_arrays(2, false).size(), 1u);
}

TEST(WildTypeEffects, OfAMissingLetterAreZeroAndItsPairsSayNothing) {
  std::vector<std::uint8_t> const wild_type = {surrogate::missing_letter, 1};
  std::vector<float> const expected = {0, 0.5F, 0, 0, 0, -0.5F, 0, 0.25F};
  EXPECT_EQ(floats(effect_values(by_hand(), wild_type, false)[0]), expected);
}

constexpr std::int32_t length = 7;

struct Fitted {
  std::vector<std::uint8_t> wild_type = {3, 1, kernels::code_n, 0, 2, 2, 1};
  std::vector<ArraySchema> arrays;
  std::vector<std::int64_t> positions;
  Attribution result;
  std::vector<std::string> scalars;

  Fitted(device::Backend const& backend, std::string const& name, surrogate::GaugeKind gauge) {
    auto const library = library::random_library(backend, {.mutants = 600, .rate = 0.35, .seed = 9}, 3, wild_type);
    auto const codes = library.codes();
    std::vector<float> scores;
    for (std::int64_t row = 0; row < 600; ++row) {
      double phi = 0;
      for (std::int32_t l = 0; l < length; ++l) phi += std::sin(1.0 + 4.0 * l + codes[row * length + l]);
      phi += 0.8 * std::cos(3.0 * codes[row * length] + codes[row * length + 1]);
      scores.push_back(static_cast<float>(2 * std::tanh(0.6 * phi)));
    }
    device::Buffer<float> on_backend(backend, scores.size());
    on_backend.copy_from(scores);
    SurrogateMethodOptions options;
    options.surrogate.gauge = gauge;
    options.surrogate.alphas = {0.002};
    SurrogateMethod const method(surrogate::parse_surrogate(name), options, {1}, 0.1);
    arrays = method.arrays(length);
    scalars = method.scalar_names();
    for (auto const& constant : method.constants(length))
      positions = std::get<std::vector<std::int64_t>>(constant.values);
    result = std::move(
        method.fit({.backend = backend, .wild_type = wild_type, .library = library, .scores = on_backend}).front());
  }
  bool has(std::string const& name) const { return at(name) < arrays.size(); }
  std::size_t at(std::string const& name) const {
    auto const found =
        std::find_if(arrays.begin(), arrays.end(), [&](auto const& array) { return array.name == name; });
    return static_cast<std::size_t>(found - arrays.begin());
  }
  std::vector<double> array(std::string const& name) const {
    return std::visit([](auto const& values) { return std::vector<double>(values.begin(), values.end()); },
                      result.arrays[at(name)]);
  }
  double scalar(std::string const& name) const {
    return result.scalars[static_cast<std::size_t>(std::find(scalars.begin(), scalars.end(), name) - scalars.begin())];
  }
  // The sums that the method's notes define, of the arrays as they are stored.
  double phi(std::vector<std::uint8_t> const& letters) const {
    double value = scalar("constant");
    auto const map = array("map");
    auto const pairs = array("pairs");
    for (std::size_t l = 0; l < letters.size(); ++l) {
      if (letters[l] < 4) value += map[letters[l] * letters.size() + l];
    }
    for (std::size_t pair = 0; 2 * pair < positions.size(); ++pair) {
      std::size_t const first = letters[positions[2 * pair]], second = letters[positions[2 * pair + 1]];
      if (first < 4 && second < 4) value += pairs[16 * pair + 4 * first + second];
    }
    return value;
  }
  double prediction(double phi) const {
    if (!has("sigmoids")) return phi;
    auto const sigmoids = array("sigmoids");
    std::size_t const width = sigmoids.size() / 3;
    double value = scalar("curve_offset") + scalar("curve_slope") * phi;
    for (std::size_t k = 0; k < width; ++k) {
      value += sigmoids[k] * std::tanh(sigmoids[width + k] * phi + sigmoids[2 * width + k]);
    }
    return value;
  }
};

class StoredEffects : public test::OnBackend {};

TEST_P(StoredEffects, AreTheStoredModelsPredictionsOfMutantsLessThatOfTheWildType) {
  for (std::string const name : {"neighbour-ridge", "neighbour-ge", "pairwise-ridge", "pairwise-ge"}) {
    Fitted const fitted(backend(), name, surrogate::GaugeKind::empirical);
    auto const effects = fitted.array("effects");
    auto const latent = fitted.has("effects_latent") ? fitted.array("effects_latent") : effects;
    double const start = fitted.phi(fitted.wild_type);
    double largest = 0;
    for (std::size_t l = 0; l < length; ++l) {
      for (std::size_t base = 0; base < 4; ++base) {
        auto mutant = fitted.wild_type;
        if (mutant[l] < 4) mutant[l] = static_cast<std::uint8_t>(base);
        double const phi = fitted.phi(mutant);
        double const effect = effects[base * length + l];
        EXPECT_NEAR(effect, fitted.prediction(phi) - fitted.prediction(start), 1e-5) << name << l << base;
        if (base == fitted.wild_type[l] || fitted.wild_type[l] >= 4) {
          EXPECT_EQ(effect, 0.0) << name;
        }
        largest = std::max(largest, std::abs(effect));
        if (!fitted.has("effects_latent")) continue;
        EXPECT_NEAR(latent[base * length + l], phi - start, 1e-5) << name;
      }
    }
    EXPECT_GT(largest, 0.3) << name;
    EXPECT_EQ(fitted.has("effects_latent"), fitted.has("curve")) << name;
  }
}

TEST_P(StoredEffects, OfOneModelDoNotDependOnTheGauge) {
  Fitted const uniform(backend(), "pairwise-ridge", surrogate::GaugeKind::uniform);
  Fitted const wild_type(backend(), "pairwise-ridge", surrogate::GaugeKind::wild_type);
  double moved = 0;
  for (std::size_t i = 0; i < 4 * length; ++i) {
    EXPECT_NEAR(uniform.array("effects")[i], wild_type.array("effects")[i], 1e-5);
    // In the wild type's gauge the additive map is the effects.
    EXPECT_NEAR(wild_type.array("map")[i], wild_type.array("effects")[i], 1e-5);
    moved = std::max(moved, std::abs(uniform.array("map")[i] - wild_type.array("map")[i]));
  }
  EXPECT_GT(moved, 0.1);
}

TEST_P(StoredEffects, AdditiveSurrogatesHaveNone) {
  for (std::string const name : {"additive-ridge", "additive-ge"}) {
    SurrogateMethod const method(surrogate::parse_surrogate(name), {}, {1}, 0.1);
    for (ArraySchema const& array : method.arrays(length)) EXPECT_FALSE(array.name.starts_with("effects")) << name;
    EXPECT_FALSE(method.notes().contains("map.reading"));
  }
}

SHOAL_ON_EVERY_BACKEND(StoredEffects);

}  // namespace
}  // namespace shoal::attribution
