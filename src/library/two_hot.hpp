// SPDX-License-Identifier: MIT
// Unphased diploid genotypes: SQUID's two-hot code. One byte per base, since 2 bits do not hold ten symbols. A network
// reads the two haplotypes of a genotype, packed, one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "library/design.hpp"

namespace shoal::library {

// Symbol codes 0 … 9: the homozygotes A, C, G, T, then the heterozygotes R (A, G), Y (C, T), S (C, G), W (A, T),
// K (G, T), M (A, C), in IUPAC's letters.
inline constexpr std::string_view genotype_letters = "ACGTRYSWKM";
inline constexpr std::uint8_t genotype_unknown = 10;  // N

// The two bases of a symbol in A, C, G, T order; both are N for genotype_unknown.
std::array<std::uint8_t, 2> alleles(std::uint8_t symbol);

// 2 in one channel for a homozygote, 1 in two for a heterozygote, zeros for genotype_unknown. Channels: A, C, G, T.
std::array<std::uint8_t, 4> two_hot(std::uint8_t symbol);

// The symbol with this two-hot column. Errors: input, for any other numbers.
std::uint8_t genotype_of(std::array<float, 4> const& column);

struct DiploidLibrary {
  std::int64_t mutants = 0;
  std::int32_t length = 0;
  std::vector<std::uint8_t> symbols;  // [mutants, length]

  // Codes [mutants, length] of one haplotype, 0 or 1. Genotypes are unphased: haplotype 0 has the alphabetically first
  // base of every heterozygote, haplotype 1 the other.
  std::vector<std::uint8_t> haplotype(int number) const;
};

// A random library of genotypes: row 0 the wild type; in the others the sites that the design's law and window choose
// get one of the nine other symbols, each with probability 1/9. (squid-nn draws one site more than its law says, fails
// where that exceeds the length, and may draw the symbol that is there: these defects are not reproduced.) Depends on
// (design, locus identity, wild type) and nothing else. Errors: config, for a design that is not `random`.
DiploidLibrary diploid_library(Design const& design, std::uint64_t locus_identity,
                               std::span<std::uint8_t const> wild_type);

}  // namespace shoal::library
