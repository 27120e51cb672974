// SPDX-License-Identifier: MIT
// Conversion between codes of bases, one byte per base, and packed rows, on the host.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::library {

// The packed row of codes 0..4; N packs as 0. `row` has words_per_row(codes.size()) words. Errors: internal, for a code
// above 4.
void pack_row(std::span<std::uint8_t const> codes, std::span<std::uint64_t> row);

// Bit p says that codes[p] is N; empty when there is no N.
std::vector<std::uint64_t> unknown_mask(std::span<std::uint8_t const> codes);

}  // namespace shoal::library
