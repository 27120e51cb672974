// SPDX-License-Identifier: MIT
#include "surrogate/gauge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.hpp"
#include "surrogate/variant_effects.hpp"

namespace shoal::surrogate {
namespace {

using Letters = std::vector<std::uint8_t>;

std::size_t at(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

Parameters drawn_parameters(std::int64_t length, int alphabet, bool with_pairs, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  Parameters drawn{length, alphabet, normal(generator), std::vector<double>(at(length * alphabet)), {}, {}};
  for (double& effect : drawn.additive) effect = normal(generator);
  for (std::int32_t first = 0; with_pairs && first < length; ++first) {
    for (std::int32_t second = first + 1; second < length; ++second) drawn.pairs.push_back({first, second});
  }
  drawn.pair_effects.resize(drawn.pairs.size() * at(alphabet) * at(alphabet));
  for (double& effect : drawn.pair_effects) effect = normal(generator);
  return drawn;
}

std::vector<double> drawn_frequencies(std::int64_t length, int alphabet, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(0.05, 1.0);
  std::vector<double> table(at(length * alphabet));
  for (double& value : table) value = uniform(generator);
  return gauge_frequencies(GaugeKind::user, length, alphabet, {}, {}, table);
}

// phi from the definition.
double phi_of(Parameters const& p, Letters const& x) {
  double sum = p.constant;
  for (std::int64_t l = 0; l < p.length; ++l) sum += p.additive[at(l * p.alphabet + x[at(l)])];
  for (std::size_t k = 0; k < p.pairs.size(); ++k) {
    sum += p.pair_effects[(k * at(p.alphabet) + x[at(p.pairs[k].first)]) * at(p.alphabet) + x[at(p.pairs[k].second)]];
  }
  return sum;
}

Letters drawn_letters(std::int64_t length, int alphabet, std::mt19937& generator) {
  Letters letters(at(length));
  for (auto& letter : letters) letter = static_cast<std::uint8_t>(generator() % static_cast<unsigned>(alphabet));
  return letters;
}

// The same effects as a tensor of all orders: index 0 of a position is "no letter", 1 + c letter c.
std::vector<double> all_orders(Parameters const& p) {
  std::int64_t const side = p.alphabet + 1;
  auto const stride = [&](std::int64_t position) {
    return static_cast<std::int64_t>(std::pow(side, p.length - 1 - position) + 0.5);
  };
  std::vector<double> tensor(at(stride(-1)), 0.0);
  tensor[0] = p.constant;
  for (std::int64_t l = 0; l < p.length; ++l) {
    for (int c = 0; c < p.alphabet; ++c) tensor[at(stride(l) * (1 + c))] = p.additive[at(l * p.alphabet + c)];
  }
  for (std::size_t k = 0; k < p.pairs.size(); ++k) {
    for (int a = 0; a < p.alphabet; ++a) {
      for (int b = 0; b < p.alphabet; ++b) {
        tensor[at(stride(p.pairs[k].first) * (1 + a) + stride(p.pairs[k].second) * (1 + b))] =
            p.pair_effects[(k * at(p.alphabet) + at(a)) * at(p.alphabet) + at(b)];
      }
    }
  }
  return tensor;
}

// The projection onto a hierarchical gauge, position by position: [1 pi^T; 0 I - 1 pi^T].
void project(std::vector<double>& tensor, std::int64_t length, int alphabet, std::vector<double> const& pi) {
  std::int64_t const side = alphabet + 1;
  for (std::int64_t l = 0; l < length; ++l) {
    auto const stride = static_cast<std::int64_t>(std::pow(side, length - 1 - l) + 0.5);
    for (std::int64_t start = 0; start < static_cast<std::int64_t>(tensor.size()); ++start) {
      if (start / stride % side != 0) continue;
      double mean = 0;
      for (int c = 0; c < alphabet; ++c) mean += pi[at(l * alphabet + c)] * tensor[at(start + stride * (1 + c))];
      tensor[at(start)] += mean;
      for (int c = 0; c < alphabet; ++c) tensor[at(start + stride * (1 + c))] -= mean;
    }
  }
}

TEST(Gauge, AgreesWithTheKroneckerProjection) {
  for (int alphabet : {2, 3, 4}) {
    Parameters const drawn = drawn_parameters(4, alphabet, true, 11);
    auto const pi = drawn_frequencies(4, alphabet, 12);
    auto expected = all_orders(drawn);
    project(expected, 4, alphabet, pi);
    auto const fixed = all_orders(fix_gauge(drawn, pi));
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(fixed[i], expected[i], 1e-13) << i;
  }
}

TEST(Gauge, KeepsPredictionsAndIsIdempotent) {
  for (bool with_pairs : {false, true}) {
    Parameters const drawn = drawn_parameters(12, 20, with_pairs, 3);
    std::mt19937 generator(4);
    Letters const reference = drawn_letters(12, 20, generator);
    std::vector<double> counts(240);
    for (double& count : counts) count = static_cast<double>(generator() % 5);
    auto const table = drawn_frequencies(12, 20, 5);
    for (GaugeKind kind : {GaugeKind::uniform, GaugeKind::observed_uniform, GaugeKind::empirical, GaugeKind::wild_type,
                           GaugeKind::consensus, GaugeKind::user}) {
      auto const pi = gauge_frequencies(kind, 12, 20, counts, reference, table);
      Parameters const once = fix_gauge(drawn, pi);
      Parameters const twice = fix_gauge(once, pi);
      EXPECT_NEAR(once.constant, twice.constant, 1e-12);
      for (std::size_t i = 0; i < once.additive.size(); ++i) EXPECT_NEAR(once.additive[i], twice.additive[i], 1e-12);
      for (std::size_t i = 0; i < once.pair_effects.size(); ++i) {
        EXPECT_NEAR(once.pair_effects[i], twice.pair_effects[i], 1e-12);
      }
      for (int sequence = 0; sequence < 50; ++sequence) {
        Letters const x = drawn_letters(12, 20, generator);
        EXPECT_NEAR(phi_of(once, x), phi_of(drawn, x), 1e-12) << to_string(kind);
      }
      if (kind == GaugeKind::wild_type) {
        EXPECT_NEAR(once.constant, phi_of(drawn, reference), 1e-12);
      }
    }
  }
}

TEST(Gauge, ByHand) {
  // Two positions, two letters: phi = 1 + a + b + pair.
  Parameters const drawn{2, 2, 1.0, {2, 4, 0, 6}, {{0, 1}}, {0, 8, 4, 0}};
  Parameters const fixed = fix_gauge(drawn, std::vector<double>{0.5, 0.5, 0.25, 0.75});
  // Means of phi: (0,0) 3, (0,1) 17, (1,0) 9, (1,1) 11.
  EXPECT_DOUBLE_EQ(fixed.constant, 0.5 * (0.25 * 3 + 0.75 * 17) + 0.5 * (0.25 * 9 + 0.75 * 11));
  EXPECT_THAT(fixed.additive, testing::ElementsAre(1.5, -1.5, -6, 2));
  EXPECT_THAT(fixed.pair_effects, testing::ElementsAre(-4.5, 1.5, 4.5, -1.5));
}

TEST(Gauge, FrequenciesOfEveryKind) {
  Letters const letters = {0, 1, 0, 2, 0, missing_letter};
  auto const counts = letter_counts({letters.data(), 3, 2, 2}, 3);
  EXPECT_THAT(counts, testing::ElementsAre(3, 0, 0, 0, 1, 1));
  EXPECT_THAT(letter_counts({letters.data(), 3, 2, 2}, 3, std::vector<double>{1, 2, 3}),
              testing::ElementsAre(6, 0, 0, 0, 1, 2));
  auto const of = [&](GaugeKind kind) { return gauge_frequencies(kind, 2, 3, counts, Letters{2, missing_letter}, {}); };
  double const third = 1.0 / 3.0;
  EXPECT_THAT(of(GaugeKind::uniform), testing::ElementsAre(third, third, third, third, third, third));
  EXPECT_THAT(of(GaugeKind::observed_uniform), testing::ElementsAre(1, 0, 0, 0, 0.5, 0.5));
  EXPECT_THAT(of(GaugeKind::empirical), testing::ElementsAre(1, 0, 0, 0, 0.5, 0.5));
  EXPECT_THAT(of(GaugeKind::consensus), testing::ElementsAre(1, 0, 0, 0, 1, 0));
  EXPECT_THAT(of(GaugeKind::wild_type), testing::ElementsAre(0, 0, 1, third, third, third));
}

TEST(Gauge, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(parse_gauge("hierarchical"), Error);
  EXPECT_EQ(parse_gauge("wild-type"), GaugeKind::wild_type);
  EXPECT_THROW(gauge_frequencies(GaugeKind::wild_type, 2, 3, {}, {}, {}), Error);
  EXPECT_THROW(gauge_frequencies(GaugeKind::user, 2, 2, {}, {}, std::vector<double>{0, 0, 1, 1}), Error);
  EXPECT_THROW(gauge_frequencies(GaugeKind::user, 2, 2, {}, {}, std::vector<double>{-1, 2, 1, 1}), Error);
  EXPECT_THROW(gauge_frequencies(GaugeKind::user, 2, 2, {}, {}, std::vector<double>{1, 1}), Error);
}

TEST(Gauge, RescaledGivesTheRescaledPhi) {
  Parameters const drawn = drawn_parameters(6, 4, true, 8);
  Parameters const changed = rescaled(drawn, 0.7, -2.0);
  std::mt19937 generator(1);
  for (int sequence = 0; sequence < 20; ++sequence) {
    Letters const x = drawn_letters(6, 4, generator);
    EXPECT_NEAR(phi_of(changed, x), (phi_of(drawn, x) - 0.7) / -2.0, 1e-13);
  }
}

TEST(VariantEffects, AreDifferencesOfPhiInAnyGauge) {
  Parameters const drawn = drawn_parameters(7, 4, true, 21);
  Parameters const other = fix_gauge(drawn, drawn_frequencies(7, 4, 22));
  std::mt19937 generator(2);
  Letters const reference = drawn_letters(7, 4, generator);
  auto const effects = latent_variant_effects(drawn, reference);
  auto const again = latent_variant_effects(other, reference);
  auto const curve = [](double phi) { return std::tanh(phi); };
  auto const responses = response_variant_effects(drawn, reference, curve);
  for (std::size_t l = 0; l < 7; ++l) {
    for (std::uint8_t c = 0; c < 4; ++c) {
      Letters variant = reference;
      variant[l] = c;
      double const phi = phi_of(drawn, variant);
      EXPECT_NEAR(effects[4 * l + c], phi - phi_of(drawn, reference), 1e-13);
      EXPECT_NEAR(again[4 * l + c], phi - phi_of(drawn, reference), 1e-12);
      EXPECT_NEAR(responses[4 * l + c], curve(phi) - curve(phi_of(drawn, reference)), 1e-12);
    }
    EXPECT_EQ(effects[4 * l + reference[l]], 0.0);
  }
}

}  // namespace
}  // namespace shoal::surrogate
