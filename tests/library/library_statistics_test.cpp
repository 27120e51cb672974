// SPDX-License-Identifier: MIT
// Distributions of random libraries, at fixed seeds: chi-square against probabilities computed here.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "chi_square.hpp"
#include "library/library.hpp"
#include "support/backends.hpp"

namespace shoal::library {
namespace {

using Codes = std::vector<std::uint8_t>;

constexpr std::int64_t length = 249;

Codes wild_type() {
  Codes codes(static_cast<std::size_t>(length));
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>((i * 5 + i / 7) % 4);
  return codes;
}

// What the rows from 1 on of a library changed.
struct Changes {
  std::vector<double> rows_with_count = std::vector<double>(length + 1);
  std::vector<double> at_position = std::vector<double>(length);
  std::vector<double> by_shift = std::vector<double>(4);
  double rows = 0;
  double mean = 0;
  double variance = 0;
};

Changes count_changes(Library const& library) {
  Codes const original = wild_type();
  Codes const codes = library.codes();
  Changes changes;
  changes.rows = static_cast<double>(library.mutants() - 1);
  for (std::size_t row = 1; row < static_cast<std::size_t>(library.mutants()); ++row) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
      unsigned const shift = (codes[row * original.size() + i] + 4u - original[i]) % 4;
      ++changes.by_shift[shift];
      if (shift == 0) continue;
      ++changes.at_position[i];
      ++count;
    }
    ++changes.rows_with_count[count];
  }
  for (std::size_t k = 0; k < changes.rows_with_count.size(); ++k) {
    changes.mean += static_cast<double>(k) * changes.rows_with_count[k] / changes.rows;
  }
  for (std::size_t k = 0; k < changes.rows_with_count.size(); ++k) {
    double const deviation = static_cast<double>(k) - changes.mean;
    changes.variance += deviation * deviation * changes.rows_with_count[k] / changes.rows;
  }
  return changes;
}

double poisson(double mean, double k) {
  return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
}

double binomial(double n, double p, double k) {
  double const choices = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  return std::exp(choices + k * std::log(p) + (n - k) * std::log1p(-p));
}

class LibraryStatistics : public test::OnBackend {
 protected:
  Changes draw(MutationLaw law, double rate, std::uint64_t locus = 3) const {
    Design design;
    design.mutants = 40001;
    design.seed = 17;
    design.law = law;
    design.rate = rate;
    return count_changes(random_library(backend(), design, locus, wild_type()));
  }
};

constexpr double sensible = 4;

void expect_uniform(Changes const& changes) {
  double const sites = changes.mean * changes.rows;
  EXPECT_LT(chi_square_excess(changes.at_position, [&](std::size_t) { return sites / length; }), sensible);
  std::vector<double> const shifts(changes.by_shift.begin() + 1, changes.by_shift.end());
  EXPECT_LT(chi_square_excess(shifts, [&](std::size_t) { return sites / 3; }), sensible);
}

TEST_P(LibraryStatistics, PoissonCounts) {
  Changes const changes = draw(MutationLaw::poisson, 0.1);
  // Mean and variance 25, each within four standard errors (a SQUID library of 20,000 has 24.95 and 24.75).
  EXPECT_NEAR(changes.mean, 25, 4 * 5 / std::sqrt(changes.rows));
  EXPECT_NEAR(changes.variance, 25, 4 * 25 * std::sqrt((2 + 1 / 25.0) / changes.rows));
  double const excess = chi_square_excess(
      changes.rows_with_count, [&](std::size_t k) { return changes.rows * poisson(25, static_cast<double>(k)); });
  EXPECT_LT(std::abs(excess), sensible);
  expect_uniform(changes);
}

TEST_P(LibraryStatistics, BernoulliCounts) {
  Changes const changes = draw(MutationLaw::bernoulli, 0.1);
  EXPECT_NEAR(changes.mean, 24.9, 4 * std::sqrt(22.41 / changes.rows));
  EXPECT_NEAR(changes.variance, 22.41, 4 * 22.41 * std::sqrt(2 / changes.rows));
  double const excess = chi_square_excess(changes.rows_with_count, [&](std::size_t k) {
    return changes.rows * binomial(length, 0.1, static_cast<double>(k));
  });
  EXPECT_LT(std::abs(excess), sensible);
  expect_uniform(changes);
}

TEST_P(LibraryStatistics, FixedCountsAtEveryDensity) {
  for (double rate : {0.004, 0.1, 0.5, 0.95}) {
    SCOPED_TRACE(rate);
    Changes const changes = draw(MutationLaw::fixed, rate);
    EXPECT_EQ(changes.variance, 0);
    EXPECT_EQ(changes.mean, std::ceil(rate * length));
    expect_uniform(changes);
  }
}

// Floyd's algorithm must give every pair of sites equally often, not only every site.
TEST_P(LibraryStatistics, PairsOfSitesAreEquallyLikely) {
  constexpr std::size_t sites = 9;
  Codes const original(sites, 2);
  Design design;
  design.mutants = 72001;
  design.law = MutationLaw::fixed;
  design.rate = 2.0 / sites;
  Codes const codes = random_library(backend(), design, 8, original).codes();
  std::vector<double> pairs(sites * sites);
  for (std::size_t row = 1; row < 72001; ++row) {
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < sites; ++i) {
      if (codes[row * sites + i] != 2) changed.push_back(i);
    }
    ASSERT_EQ(changed.size(), 2u);
    ++pairs[changed[0] * sites + changed[1]];
  }
  std::vector<double> distinct;
  for (std::size_t i = 0; i < sites; ++i) {
    for (std::size_t j = i + 1; j < sites; ++j) distinct.push_back(pairs[i * sites + j]);
  }
  EXPECT_LT(std::abs(chi_square_excess(distinct, [](std::size_t) { return 72000.0 / 36; })), sensible);
}

// Rows of one library, and the same row of two loci, share no more changed sites than chance explains.
TEST_P(LibraryStatistics, RowsAndLociAreIndependent) {
  Design design;
  design.mutants = 20001;
  design.law = MutationLaw::fixed;
  Codes const original = wild_type();
  Codes const one = random_library(backend(), design, 100, original).codes();
  Codes const other = random_library(backend(), design, 101, original).codes();
  auto const shared_sites = [&](std::size_t row, Codes const& codes, std::size_t other_row) {
    double count = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
      bool const both =
          one[row * original.size() + i] != original[i] && codes[other_row * original.size() + i] != original[i];
      count += both ? 1 : 0;
    }
    return count;
  };
  double neighbours = 0;
  double loci = 0;
  for (std::size_t row = 1; row < 20000; ++row) {
    neighbours += shared_sites(row, one, row + 1) / 19999;
    loci += shared_sites(row, other, row) / 19999;
  }
  // Hypergeometric: 25 of 249 twice.
  double const mean = 25.0 * 25 / 249;
  double const deviation = std::sqrt(mean * (224.0 / 249) * (224.0 / 248) / 19999);
  EXPECT_NEAR(neighbours, mean, 4 * deviation);
  EXPECT_NEAR(loci, mean, 4 * deviation);
}

SHOAL_ON_EVERY_BACKEND(LibraryStatistics);

}  // namespace
}  // namespace shoal::library
