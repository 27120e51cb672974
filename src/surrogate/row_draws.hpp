// SPDX-License-Identifier: MIT
// Random numbers for rows of a table, from counters: the same on every machine, whatever ran before.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal::surrogate {

// What a number is for: numbers of different purposes are independent.
enum class RowPurpose : std::uint32_t { split = 1, subsample = 2, jitter = 3, simulate = 4, bootstrap = 5 };

// A number in (0, 1) of one row and one of its draws: Philox keyed by seed and purpose.
double row_uniform(std::uint64_t seed, RowPurpose purpose, std::int64_t row, std::uint32_t draw = 0);

// The numbers 0 … count - 1 in random order (Fisher and Yates); every prefix is a random subset.
std::vector<std::int64_t> shuffled_rows(std::int64_t count, std::uint64_t seed, RowPurpose purpose,
                                        std::uint32_t draw = 0);

}  // namespace shoal::surrogate
