// SPDX-License-Identifier: MIT
#include "library/two_hot.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "kernels/library/mutate_row.hpp"
#include "kernels/library/packed.hpp"
#include "library/mutation_plan.hpp"
#include "library/random_draws.hpp"

namespace shoal::library {

namespace {

constexpr std::array<std::array<std::uint8_t, 2>, 11> allele_table = {
    {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {0, 2}, {1, 3}, {1, 2}, {0, 3}, {2, 3}, {0, 1}, {4, 4}}};

// One of the nine symbols that `symbol` is not.
std::uint8_t other_symbol(std::uint8_t symbol, Draws& draws) {
  auto const drawn = static_cast<std::uint8_t>(draws.below(9));
  return static_cast<std::uint8_t>(drawn < symbol ? drawn : drawn + 1);
}

// The sites of one mutant, changed in place. Sites are drawn as the mutation kernel draws them: the law's number of
// distinct ones by Floyd's algorithm, or each on its own.
void mutate(HostPlan const& host, std::span<std::uint8_t> row, Draws& draws) {
  kernels::MutationPlan const& plan = host.plan;
  std::vector<std::uint64_t> shifts(
      static_cast<std::size_t>(kernels::words_per_row(static_cast<std::int32_t>(row.size()))));
  std::int32_t const count = plan.threshold_count > 0 ? kernels::changed_sites(plan, draws.next()) : plan.least_count;
  kernels::draw_shifts(plan, count, draws, shifts.data());
  for (std::int32_t const site : host.sites) {
    if (!kernels::is_shifted(shifts.data(), static_cast<std::uint32_t>(site))) continue;
    std::uint8_t& symbol = row[static_cast<std::size_t>(site)];
    symbol = other_symbol(symbol, draws);
  }
}

}  // namespace

std::array<std::uint8_t, 2> alleles(std::uint8_t symbol) {
  expect(symbol <= genotype_unknown, "a genotype's code above 10");
  return allele_table[symbol];
}

std::array<std::uint8_t, 4> two_hot(std::uint8_t symbol) {
  std::array<std::uint8_t, 4> column{};
  for (std::uint8_t const base : alleles(symbol)) {
    if (base < 4) ++column[base];
  }
  return column;
}

std::uint8_t genotype_of(std::array<float, 4> const& column) {
  for (std::uint8_t symbol = 0; symbol <= genotype_unknown; ++symbol) {
    auto const known = two_hot(symbol);
    bool same = true;
    for (std::size_t base = 0; base < 4; ++base) same = same && column[base] == static_cast<float>(known[base]);
    if (same) return symbol;
  }
  fail(ErrorCode::input, fmt::format("({}, {}, {}, {}) is no two-hot column: 2 in one channel, 1 in two, or zeros",
                                     column[0], column[1], column[2], column[3]));
}

std::vector<std::uint8_t> DiploidLibrary::haplotype(int number) const {
  expect(number == 0 || number == 1, "a diploid has two haplotypes");
  std::vector<std::uint8_t> codes(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) codes[i] = alleles(symbols[i])[static_cast<std::size_t>(number)];
  return codes;
}

DiploidLibrary diploid_library(Design const& design, std::uint64_t locus_identity,
                               std::span<std::uint8_t const> wild_type) {
  design.validate(static_cast<std::int64_t>(wild_type.size()));
  if (design.kind != DesignKind::random) {
    fail(ErrorCode::config, fmt::format("a diploid library is random, not {}", to_string(design.kind)));
  }
  DiploidLibrary library{.mutants = design.mutants,
                         .length = static_cast<std::int32_t>(wild_type.size()),
                         .symbols = std::vector<std::uint8_t>(wild_type.begin(), wild_type.end())};
  // The plan asks only which positions are N.
  std::vector<std::uint8_t> known(wild_type.size());
  for (std::size_t i = 0; i < known.size(); ++i) known[i] = alleles(wild_type[i])[0];
  HostPlan host = make_plan(design, locus_identity, known);
  host.plan.sites = host.sites.data();
  host.plan.count_thresholds = host.thresholds.data();
  library.symbols.resize(static_cast<std::size_t>(design.mutants) * wild_type.size());
  for (std::int64_t mutant = 1; mutant < design.mutants; ++mutant) {
    auto const row = std::span(library.symbols).subspan(static_cast<std::size_t>(mutant) * wild_type.size());
    std::copy(wild_type.begin(), wild_type.end(), row.begin());
    Draws draws(design.seed, Draws::Purpose::genotypes, locus_identity, static_cast<std::uint32_t>(mutant));
    mutate(host, row.first(wild_type.size()), draws);
  }
  return library;
}

}  // namespace shoal::library
