// SPDX-License-Identifier: MIT
// Sites of motifs: by hand, by a slow solver of another kind, and by what was planted.
#include "motif/hits.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/hits/sparse_fit.hpp"

namespace shoal::motif {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::uint8_t> codes_of(std::string const& letters) {
  std::vector<std::uint8_t> codes;
  for (char const letter : letters) codes.push_back(static_cast<std::uint8_t>(std::string("ACGTN").find(letter)));
  return codes;
}

// One locus with these projected contributions.
AttributionMaps maps_of(std::string const& letters, std::vector<double> const& contributions) {
  AttributionMaps maps;
  maps.loci = 1;
  maps.length = static_cast<std::int64_t>(letters.size());
  maps.codes = codes_of(letters);
  maps.hypothetical.resize(4 * letters.size());
  for (std::size_t p = 0; p < letters.size(); ++p) {
    if (maps.codes[p] < 4) {
      maps.hypothetical[maps.codes[p] * letters.size() + p] = static_cast<float>(contributions[p]);
    }
  }
  maps.places.resize(1);
  return maps;
}

// Weights of 1 for the letters, 0 for others.
WeightMotif motif_of(std::string const& letters, double weight = 1) {
  WeightMotif motif{.name = letters, .weights = {}, .sequence = {}};
  for (std::uint8_t const code : codes_of(letters)) {
    Column column{};
    column[code] = weight;
    motif.weights.push_back(column);
  }
  motif.sequence = motif.weights;
  return motif;
}

// y is 2 at three of twelve positions, so its root mean square is 1; κ = 1 / √(1 + 12); the product with the unit motif
// is 2 √3 κ, and β = (product - .7) / κ².
TEST(Hits, OneMotifByHand) {
  auto const maps = maps_of("TTTTACGTTTTT", {0, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0});
  HitFinder const finder({motif_of("ACG")}, {.gap = 1e-9});
  auto const found = finder.find(maps, 0, 1).at(0);
  ASSERT_THAT(found.hits, SizeIs(1));
  Hit const& hit = found.hits[0];
  double const kappa = 1 / std::sqrt(13.0), beta = (2 * std::sqrt(3.0) * kappa - 0.7) * 13;
  EXPECT_EQ(hit.start, 4);
  EXPECT_EQ(hit.end, 7);
  EXPECT_EQ(hit.is_reversed, 0);
  EXPECT_NEAR(hit.coefficient, beta, 1e-6);
  EXPECT_NEAR(hit.strength, beta * kappa, 1e-6);
  EXPECT_NEAR(hit.similarity, 1, 1e-9);
  EXPECT_NEAR(hit.importance, 6, 1e-6);
  double const left = 3 * std::pow(2 - beta * kappa / std::sqrt(3.0), 2);
  EXPECT_NEAR(found.fit.explained, 1 - left / 12, 1e-6);
  EXPECT_NEAR(found.fit.objective, left / 2 + 0.7 * beta, 1e-6);
}

TEST(Hits, TheOtherStrandNegativeMotifsAndScale) {
  // CGT is ACG on the other strand; the map is 100 times as large, and negative.
  auto const maps = maps_of("TTTTCGTTTTTT", {0, 0, 0, 0, -200, -200, -200, 0, 0, 0, 0, 0});
  HitFinder const finder({motif_of("ACG"), motif_of("ACG", -3)}, {});
  auto const found = finder.find(maps, 0, 1).at(0);
  ASSERT_THAT(found.hits, SizeIs(1));
  EXPECT_EQ(found.hits[0].motif, 1);
  EXPECT_EQ(found.hits[0].is_reversed, 1);
  EXPECT_EQ(found.hits[0].start, 4);
  EXPECT_NEAR(found.hits[0].strength, 94.0, 0.5);
  EXPECT_NEAR(found.hits[0].importance, -600, 1e-3);
}

TEST(Hits, MotifsAreTrimmedToWhatCounts) {
  auto motif = motif_of("ACG");
  motif.weights.insert(motif.weights.begin(), {Column{.2, 0, 0, 0}, Column{.1, .1, 0, .09}});
  motif.weights.push_back({0, .29, 0, 0});
  auto const maps = maps_of("TTTTACGTTTTT", {0, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0});
  auto const found = HitFinder({motif}, {}).find(maps, 0, 1).at(0);
  ASSERT_THAT(found.hits, SizeIs(1));
  EXPECT_EQ(found.hits[0].start, 4);
  EXPECT_EQ(found.hits[0].end, 7);
}

TEST(Hits, NothingInMapsOfZerosNorForMotifsThatDoNotFit) {
  auto const zeros = maps_of("ACGTACGT", std::vector<double>(8, 0));
  EXPECT_THAT(HitFinder({motif_of("ACG")}, {}).find(zeros, 0, 1).at(0).hits, SizeIs(0));
  auto const maps = maps_of("ACGN", {1, 1, 1, 5});
  EXPECT_THAT(HitFinder({motif_of("ACGTA")}, {}).find(maps, 0, 1).at(0).hits, SizeIs(0));
  EXPECT_THROW(HitFinder({motif_of("ACG", 0)}, {}), Error);
  EXPECT_THROW(HitFinder({motif_of("ACG")}, {.penalty = 0}), Error);
}

struct RandomProblem {
  std::vector<MotifWindows> windows;
  std::vector<std::uint8_t> codes;
  std::vector<double> y;
};

RandomProblem random_problem(unsigned seed, std::size_t motifs, std::size_t length) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RandomProblem problem;
  for (std::size_t m = 0; m < motifs; ++m) {
    std::vector<Column> weights(5 + random() % 8);
    for (Column& column : weights) {
      for (double& weight : column) weight = normal(random);
    }
    for (bool const is_reversed : {false, true}) {
      problem.windows.emplace_back(weights, 0.3, is_reversed, static_cast<std::int64_t>(m));
    }
  }
  for (std::size_t p = 0; p < length; ++p) {
    problem.codes.push_back(static_cast<std::uint8_t>(random() % 33 == 0 ? 4 : random() % 4));
    double const size = random() % 5 == 0 ? 2.0 : 0.3;
    problem.y.push_back(problem.codes.back() < 4 ? size * normal(random) : 0.0);
  }
  return problem;
}

// All columns κ T of a problem, written out.
std::vector<std::vector<double>> columns_of(RandomProblem const& problem) {
  std::vector<std::vector<double>> columns;
  for (MotifWindows const& window : problem.windows) {
    for (std::int64_t s = 0; s + window.width() <= static_cast<std::int64_t>(problem.y.size()); ++s) {
      double energy = 1;
      std::vector<double> column(problem.y.size());
      for (std::int64_t i = 0; i < window.width(); ++i) {
        energy += problem.y[at(s + i)] * problem.y[at(s + i)];
        column[at(s + i)] = window.weight(i, problem.codes[at(s + i)]);
      }
      for (double& value : column) value /= std::sqrt(energy);
      columns.push_back(column);
    }
  }
  return columns;
}

// The objective after many steps of projected gradient descent.
double slow_minimum(RandomProblem const& problem, double penalty) {
  auto const columns = columns_of(problem);
  std::vector<double> beta(columns.size()), residual = problem.y;
  double const step = 0.05;
  double objective = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<double> moved = beta;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      double product = 0;
      for (std::size_t p = 0; p < residual.size(); ++p) product += columns[j][p] * residual[p];
      moved[j] = std::max(0.0, beta[j] + step * (product - penalty));
    }
    beta = moved;
    residual = problem.y;
    double sum = 0;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      if (beta[j] == 0) continue;
      sum += beta[j];
      for (std::size_t p = 0; p < residual.size(); ++p) residual[p] -= beta[j] * columns[j][p];
    }
    objective = penalty * sum;
    for (double const value : residual) objective += value * value / 2;
  }
  return objective;
}

TEST(SparseFit, ReachesTheMinimumAndKnowsHowNearItIs) {
  for (unsigned const seed : {1U, 2U, 3U}) {
    auto const problem = random_problem(seed, 3, 60);
    double const slow = slow_minimum(problem, 0.15);
    auto const loose = fit_sparse(problem.windows, problem.codes, problem.y, 0.15, 0.05);
    auto const tight = fit_sparse(problem.windows, problem.codes, problem.y, 0.15, 1e-8);
    EXPECT_LE(tight.gap, 1e-8);
    EXPECT_LE(tight.objective, slow + 1e-8);
    EXPECT_GE(loose.gap, loose.objective - tight.objective - 1e-8) << "the gap is a bound";
    EXPECT_LE(loose.gap, 0.05);
    EXPECT_GT(tight.placements.size(), 2U);
    // The residual and the objective are those of the coefficients.
    std::vector<double> residual = problem.y;
    double sum = 0;
    for (Placement const& placement : tight.placements) {
      MotifWindows const& window = problem.windows[placement.window];
      double energy = 1;
      for (std::int64_t i = 0; i < window.width(); ++i) energy += std::pow(problem.y[at(placement.start + i)], 2);
      for (std::int64_t i = 0; i < window.width(); ++i) {
        residual[at(placement.start + i)] -=
            placement.coefficient / std::sqrt(energy) * window.weight(i, problem.codes[at(placement.start + i)]);
      }
      sum += placement.coefficient;
    }
    double objective = 0.15 * sum;
    for (std::size_t p = 0; p < residual.size(); ++p) {
      EXPECT_NEAR(residual[p], tight.residual[p], 1e-9);
      objective += residual[p] * residual[p] / 2;
    }
    EXPECT_NEAR(objective, tight.objective, 1e-9);
  }
}

TEST(Hits, ThreadsChangeNothing) {
  AttributionMaps maps;
  for (unsigned seed = 0; seed < 6; ++seed) {
    auto const problem = random_problem(seed, 1, 80);
    maps.length = 80;
    maps.codes.insert(maps.codes.end(), problem.codes.begin(), problem.codes.end());
    std::vector<float> values(4 * 80);
    for (std::size_t p = 0; p < 80; ++p) {
      if (problem.codes[p] < 4) values[problem.codes[p] * 80 + p] = static_cast<float>(problem.y[p]);
    }
    maps.hypothetical.insert(maps.hypothetical.end(), values.begin(), values.end());
    ++maps.loci;
  }
  maps.places.resize(6);
  std::vector<WeightMotif> const motifs = {motif_of("ACGA"), motif_of("TTC"), motif_of("GATA")};
  auto const one = HitFinder(motifs, {.penalty = 0.3}).find(maps, 0, 6);
  auto const four = HitFinder(motifs, {.penalty = 0.3, .threads = 4}).find(maps, 0, 6);
  auto const last = HitFinder(motifs, {.penalty = 0.3}).find(maps, 4, 6);
  std::size_t hits = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    ASSERT_EQ(one[i].hits.size(), four[i].hits.size());
    for (std::size_t h = 0; h < one[i].hits.size(); ++h) {
      EXPECT_EQ(one[i].hits[h].coefficient, four[i].hits[h].coefficient);
      if (i >= 4) {
        EXPECT_EQ(one[i].hits[h].coefficient, last[i - 4].hits[h].coefficient);
      }
    }
    hits += one[i].hits.size();
  }
  EXPECT_GT(hits, 6U);
}

TEST(Hits, TheSmallestStrengthAtTheRate) {
  // 4 hits at 3 or more and no control: 1 / 4; 8 at 1 or more and one control: 2 / 8; 9 with both controls: 3 / 9.
  std::vector<double> const hits = {9, 8, 7, 3, 2, 1, 1, 1, 0.5}, controls = {1.5, 0.7};
  EXPECT_EQ(strength_at_rate(hits, controls, 1, 0.25), 1);
  EXPECT_EQ(strength_at_rate(hits, controls, 1, 0.34), 0.5);
  EXPECT_EQ(strength_at_rate(hits, controls, 2, 0.25), std::numeric_limits<double>::infinity());
  EXPECT_EQ(strength_at_rate(hits, controls, 0.5, 0.13), 1);
  EXPECT_EQ(strength_at_rate({}, {}, 1, 0.1), std::numeric_limits<double>::infinity());
}

TEST(Hits, DoublesOfOneMotifAreOneSite) {
  auto const hit = [](std::int64_t motif, std::int64_t start, double coefficient) {
    return Hit{.motif = motif, .start = start, .end = start + 6, .coefficient = coefficient};
  };
  auto const left = without_doubles({hit(0, 10, 1), hit(0, 12, 2), hit(0, 15, 1), hit(1, 12, 1), hit(0, 12, 2)});
  std::vector<std::int64_t> starts, motifs;
  for (Hit const& each : left) {
    starts.push_back(each.start);
    motifs.push_back(each.motif);
  }
  // 10 shares four of six positions with 12; 15 shares three.
  EXPECT_THAT(starts, ElementsAre(12, 15, 12));
  EXPECT_THAT(motifs, ElementsAre(0, 0, 1));
}

}  // namespace
}  // namespace shoal::motif
