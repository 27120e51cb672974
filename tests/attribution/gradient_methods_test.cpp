// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "attribution/gradients/normal_draws.hpp"
#include "attribution/method.hpp"
#include "base/error.hpp"
#include "library/dinucleotide_shuffle.hpp"
#include "library/random_draws.hpp"
#include "support/backends.hpp"
#include "support/emulated.hpp"
#include "support/reference_network.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 37;

std::vector<std::uint8_t> wild_type() {
  auto codes = test::random_codes(1, length, 4).front();
  codes[0] = codes[17] = kernels::code_n;
  return codes;
}

// Two tasks; every kind of layer that has a rescale rule of its own.
std::shared_ptr<network::Network const> curved_network() {
  test::NetworkMaker maker(length, 3);
  maker.convolution(9, 5);
  maker.norm();
  maker.activate(network::Activation::exponential);
  maker.max_pool(2, 2);
  maker.convolution(8, 3);
  maker.activate(network::Activation::relu);
  maker.add(network::Flatten{});
  maker.dense(11);
  maker.activate(network::Activation::tanh);
  maker.dense(2);
  return maker.network();
}

float weight_of(std::size_t i) {
  return static_cast<float>(std::sin(static_cast<double>(i) * 1.7));
}

// y = x · weights + 0.25 with weights [length, 4].
std::shared_ptr<network::Network const> linear_network() {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  network::Dense dense;
  dense.units = 1;
  for (std::size_t i = 0; i < 4 * length; ++i) dense.kernel.push_back(weight_of(i));
  dense.bias = {0.25F};
  maker.add(dense);
  return maker.network();
}

class GradientMethodTest : public test::OnBackend {
 protected:
  std::vector<Attribution> explain(std::string const& name, std::shared_ptr<network::Network const> const& network,
                                   GradientOptions const& options = {}, std::int64_t batch = 0) const {
    auto const codes = wild_type();
    auto const tasks = network::select_tasks(*network, {});
    inference::Scorer scorer(backend(), network, tasks);
    inference::Gradient gradient(backend(), network, tasks, batch);
    library::Library const alone = library::explicit_library(backend(), codes, 1, length);
    device::Buffer<float> scores(backend(), tasks.size());
    scorer.score(alone.view(), scores);
    MethodOptions method_options;
    method_options.gradient = options;
    auto const method = make_method(name, method_options);
    auto const found = method->explain({.backend = backend(),
                                        .scorer = scorer,
                                        .wild_type = codes,
                                        .library = alone,
                                        .scores = scores,
                                        .gradient = &gradient,
                                        .locus_identity = 99});
    for (Attribution const& each : found) EXPECT_EQ(each.scalars.size(), method->scalar_names().size());
    return found;
  }
  // expected(a, l) at known positions, 0 at N.
  static void expect_map(std::vector<float> const& map,
                         std::function<double(std::size_t, std::size_t)> const& expected) {
    auto const codes = wild_type();
    ASSERT_EQ(map.size(), 4u * length);
    for (std::size_t l = 0; l < length; ++l) {
      for (std::size_t a = 0; a < 4; ++a) {
        EXPECT_NEAR(map[a * length + l], codes[l] == kernels::code_n ? 0.0 : expected(a, l), 2e-6) << a << ' ' << l;
      }
    }
  }
};

double mean_weight(std::size_t l) {
  double sum = 0.0;
  for (std::size_t a = 0; a < 4; ++a) sum += static_cast<double>(weight_of(4 * l + a)) / 4.0;
  return sum;
}

TEST_P(GradientMethodTest, LinearNetworksByDefinition) {
  auto const network = linear_network();
  auto const codes = wild_type();
  auto const w = [](std::size_t a, std::size_t l) { return static_cast<double>(weight_of(4 * l + a)); };
  auto const own = [&](std::size_t a, std::size_t l) { return codes[l] == a ? 1.0 : 0.0; };
  double score = 0.25, baseline = 0.25;
  for (std::size_t l = 0; l < length; ++l) {
    if (codes[l] == kernels::code_n) continue;
    score += w(codes[l], l);
    baseline += mean_weight(l);
  }
  auto const saliency = explain("saliency", network);
  expect_map(saliency[0].map(), w);
  GradientOptions corrected;
  corrected.correction = true;
  expect_map(explain("saliency", network, corrected)[0].map(),
             [&](auto a, auto l) { return w(a, l) - mean_weight(l); });
  expect_map(explain("gradient-x-input", network)[0].map(), [&](auto a, auto l) { return own(a, l) * w(a, l); });
  expect_map(explain("gradient-x-input", network, corrected)[0].map(),
             [&](auto a, auto l) { return own(a, l) * (w(a, l) - mean_weight(l)); });
  expect_map(explain("smoothgrad", network)[0].map(), w);
  auto const integrated = explain("integrated-gradients", network);
  expect_map(integrated[0].map(), [&](auto a, auto l) { return own(a, l) * w(a, l); });
  EXPECT_NEAR(integrated[0].scalars[0], score, 1e-5);
  EXPECT_NEAR(integrated[0].scalars[1], 0.25, 1e-6);
  EXPECT_NEAR(integrated[0].scalars[2], 0.0, 1e-5);
  EXPECT_LT(integrated[0].scalars[3], 1e-5);
  EXPECT_EQ(integrated[0].scalars[4], 25.0);
  EXPECT_EQ(integrated[0].scalars[5], 0.0);
  GradientOptions uniform = corrected;
  uniform.baseline = PathBaseline::uniform;
  auto const from_uniform = explain("integrated-gradients", network, uniform);
  expect_map(from_uniform[0].map(), [&](auto a, auto l) { return (own(a, l) - 0.25) * (w(a, l) - mean_weight(l)); });
  EXPECT_NEAR(from_uniform[0].scalars[1], baseline, 1e-5);
  EXPECT_NEAR(from_uniform[0].scalars[2], 0.0, 1e-5);
}

// y = (w · x + 1/4)², whose gradient 2 (w · x + 1/4) w is linear in x: SmoothGrad's mean by the same draws, with the
// columns of N left at zero.
TEST_P(GradientMethodTest, SmoothGradLeavesUnknownBasesWithoutNoise) {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  network::Dense dense{.units = 1, .kernel = {}, .bias = {0.25F}};
  for (std::size_t i = 0; i < 4 * length; ++i) dense.kernel.push_back(weight_of(i));
  maker.add(dense);
  maker.activate(network::Activation::square);
  GradientOptions options;
  options.noise_samples = 3;
  options.noise_sigma = 0.5;
  auto const codes = wild_type();
  double mean = 0.25, score = 0;
  for (std::size_t l = 0; l < length; ++l) {
    if (codes[l] != kernels::code_n) mean += static_cast<double>(weight_of(4 * l + codes[l]));
  }
  double const plain = mean;
  for (std::uint32_t sample = 0; sample < 3; ++sample) {
    library::Draws draws(options.seed, library::Draws::Purpose::noise, 99, sample);
    double added = 0;
    for (std::size_t i = 0; i < 4 * length; ++i) {
      double const noise = 0.5 * normal_from(draws.next());
      if (codes[i / 4] != kernels::code_n) added += noise * static_cast<double>(weight_of(i));
    }
    mean += added / 3;
    score += (plain + added) * (plain + added) / 3;
  }
  auto const found = explain("smoothgrad", maker.network(), options);
  double const scale = std::abs(2 * mean);
  for (std::size_t i = 0; i < 4 * length; ++i) {
    std::size_t const base = i / length, position = i % length;
    double const expected =
        codes[position] == kernels::code_n ? 0.0 : 2 * mean * static_cast<double>(weight_of(4 * position + base));
    ASSERT_NEAR(found[0].map()[i], expected, 1e-5 * scale) << base << ' ' << position;
  }
  EXPECT_NEAR(found[0].scalars[0], score, 1e-5 * score);
}

TEST_P(GradientMethodTest, LinearNetworksAgainstTheirBackgrounds) {
  auto const network = linear_network();
  auto const codes = wild_type();
  GradientOptions options;
  options.backgrounds = 7;
  options.seed = 5;
  std::vector<double> frequency(4 * length, 0.0);  // frequency of every base among the backgrounds
  for (std::uint32_t i = 0; i < 7; ++i) {
    library::Draws draws(5, library::Draws::Purpose::backgrounds, 99, i);
    auto const background = library::shuffled_dinucleotides(codes, draws);
    for (std::size_t l = 0; l < length; ++l) {
      if (background[l] < 4) frequency[background[l] * length + l] += 1.0 / 7.0;
    }
  }
  auto const w = [](std::size_t a, std::size_t l) { return static_cast<double>(weight_of(4 * l + a)); };
  expect_map(explain("expected-gradients", network, options)[0].map(),
             [&](auto a, auto l) { return ((codes[l] == a ? 1.0 : 0.0) - frequency[a * length + l]) * w(a, l); });
  auto const shap = explain("deepshap", network, options);
  expect_map(shap[0].map(), [&](auto a, auto l) {
    double value = w(a, l);
    for (std::size_t b = 0; b < 4; ++b) value -= frequency[b * length + l] * w(b, l);
    return value;
  });
  EXPECT_NEAR(shap[0].scalars[2], 0.0, 1e-5);
}

TEST_P(GradientMethodTest, PathsConvergeToCompleteness) {
  auto const network = curved_network();
  for (std::string const name : {"integrated-gradients", "expected-gradients"}) {
    GradientOptions options;
    options.backgrounds = 3;
    options.tolerance = 0.0;
    options.steps = 4;
    double const coarse = std::abs(explain(name, network, options)[1].scalars[2]);
    options.steps = 1000;
    auto const fine = explain(name, network, options);
    for (Attribution const& task : fine) {
      double sum = 0.0;
      for (float const value : task.map()) sum += static_cast<double>(value);
      EXPECT_NEAR(sum - (task.scalars[0] - task.scalars[1]), task.scalars[2], 1e-5);
      EXPECT_LT(std::abs(task.scalars[2]), 2e-3 * std::abs(task.scalars[0] - task.scalars[1])) << name;
    }
    EXPECT_LT(std::abs(fine[1].scalars[2]), coarse);
  }
}

TEST_P(GradientMethodTest, DeepShapIsComplete) {
  for (Attribution const& task : explain("deepshap", curved_network())) {
    EXPECT_NEAR(task.scalars[2], 0.0, 1e-4 * std::abs(task.scalars[0] - task.scalars[1]));
  }
}

TEST_P(GradientMethodTest, NoiseOfNoSizeIsNone) {
  GradientOptions options;
  options.noise_sigma = 0.0;
  options.noise_samples = 3;
  auto const smooth = explain("smoothgrad", curved_network(), options);
  auto const sharp = explain("saliency", curved_network());
  for (std::size_t i = 0; i < 4 * length; ++i) EXPECT_NEAR(smooth[1].map()[i], sharp[1].map()[i], 1e-6);
  options.noise_sigma = 0.1;
  EXPECT_NE(explain("smoothgrad", curved_network(), options)[1].map(), sharp[1].map());
}

TEST_P(GradientMethodTest, BatchesDoNotChangeAMap) {
  for (std::string const name : {"smoothgrad", "expected-gradients", "deepshap"}) {
    GradientOptions options;
    options.backgrounds = 5;
    options.steps = 6;
    // Too strict for the given steps, which are doubled; on an emulated GPU that takes half a minute.
    if (!test::is_emulated(backend())) options.tolerance = 1e-4;
    auto const one = explain(name, curved_network(), options, 1);
    auto const many = explain(name, curved_network(), options, 32);
    for (std::size_t task = 0; task < 2; ++task) {
      EXPECT_EQ(one[task].map(), many[task].map()) << name;
      EXPECT_EQ(one[task].scalars, many[task].scalars) << name;
    }
    options.seed = 1;
    EXPECT_NE(one[0].map(), explain(name, curved_network(), options)[0].map()) << name;
  }
}

TEST_P(GradientMethodTest, ScoresThatAreNotFiniteAreNumericErrors) {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  network::Dense dense;
  dense.units = 1;
  dense.kernel.assign(4 * length, INFINITY);
  maker.add(dense);
  try {
    explain("saliency", maker.network());
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::numeric);
  }
}

SHOAL_ON_EVERY_BACKEND(GradientMethodTest);

std::map<std::pair<int, int>, int> dinucleotides(std::vector<std::uint8_t> const& codes) {
  std::map<std::pair<int, int>, int> counts;
  for (std::size_t i = 0; i + 1 < codes.size(); ++i) ++counts[{codes[i], codes[i + 1]}];
  return counts;
}

std::string text_of(std::vector<std::uint8_t> const& codes) {
  std::string text;
  for (std::uint8_t const code : codes) text += "ACGTN"[code];
  return text;
}

TEST(Shuffles, KeepDinucleotidesEndsAndN) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    auto codes = test::random_codes(1, 5 + 3 * seed, seed).front();
    if (seed % 4 == 1) codes[2] = codes[3] = kernels::code_n;
    if (seed % 4 == 2) std::replace(codes.begin(), codes.end(), std::uint8_t{3}, std::uint8_t{0});
    library::Draws draws(1, library::Draws::Purpose::backgrounds, 2, seed);
    auto const shuffled = library::shuffled_dinucleotides(codes, draws);
    EXPECT_EQ(dinucleotides(shuffled), dinucleotides(codes)) << seed;
    EXPECT_EQ(shuffled.front(), codes.front());
    EXPECT_EQ(shuffled.back(), codes.back());
    for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(shuffled[i] == 4, codes[i] == 4);
  }
}

// ACATAGA has the walks through its three loops in 3! orders, each as probable as the others.
TEST(Shuffles, TakeEveryOrderEquallyOften) {
  std::map<std::string, int> counts;
  constexpr int draws_in_all = 60000;
  for (std::uint32_t i = 0; i < draws_in_all; ++i) {
    library::Draws draws(3, library::Draws::Purpose::backgrounds, 7, i);
    ++counts[text_of(library::shuffled_dinucleotides(test::codes_of("ACATAGA"), draws))];
  }
  EXPECT_EQ(counts.size(), 6u);
  for (auto const& [shuffled, count] : counts) EXPECT_NEAR(count, draws_in_all / 6, 5 * std::sqrt(draws_in_all / 6.0));
  counts.clear();  // two bases that return to each other: last edges decide
  for (std::uint32_t i = 0; i < draws_in_all; ++i) {
    library::Draws draws(3, library::Draws::Purpose::backgrounds, 8, i);
    ++counts[text_of(library::shuffled_dinucleotides(test::codes_of("AACCACG"), draws))];
  }
  std::set<std::string> all;
  std::string text = "AACCACG";
  auto const wanted = dinucleotides(test::codes_of(text));
  std::sort(text.begin(), text.end());
  do {
    auto const codes = test::codes_of(text);
    if (dinucleotides(codes) == wanted && text.front() == 'A' && text.back() == 'G') all.insert(text);
  } while (std::next_permutation(text.begin(), text.end()));
  EXPECT_EQ(counts.size(), all.size());
  auto const each = static_cast<double>(draws_in_all) / static_cast<double>(all.size());
  for (auto const& [shuffled, count] : counts) EXPECT_NEAR(count, each, 5 * std::sqrt(each));
}

TEST(Normal, IsTheQuantileOfTheUniform) {
  for (double const p : {1e-14, 1e-9, 1e-4, 0.01, 0.0749, 0.0751, 0.2, 0.4, 0.5, 0.77, 0.93, 0.999, 0.9999999}) {
    auto const uniform = static_cast<std::uint64_t>(p * 0x1p52) << 12;
    double const exact_p = (static_cast<double>(uniform >> 12) + 0.5) * 0x1p-52;
    double const x = normal_from(uniform);
    EXPECT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)), exact_p, 2e-14 * exact_p) << p;
  }
  EXPECT_EQ(normal_from(0), -normal_from(~std::uint64_t{0}));
}

TEST(Draws, KeepPurposesAndItemsApart) {
  std::set<std::uint64_t> seen;
  for (auto const purpose : {library::Draws::Purpose::backgrounds, library::Draws::Purpose::noise}) {
    for (std::uint32_t item = 0; item < 3; ++item) {
      library::Draws draws(0, purpose, 1, item);
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(seen.insert(draws.next()).second);
    }
  }
}

}  // namespace
}  // namespace shoal::attribution
