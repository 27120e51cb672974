// SPDX-License-Identifier: MIT
// Unphased diploid genotypes: SQUID's two-hot code. One byte per base, since 2 bits do not hold ten symbols. A network
// reads the two haplotypes of a genotype, packed, one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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

}  // namespace shoal::library
