// SPDX-License-Identifier: MIT
#include "surrogate/row_draws.hpp"

#include <numeric>
#include <utility>

#include "kernels/philox.hpp"

namespace shoal::surrogate {

namespace {

std::uint64_t row_bits(std::uint64_t seed, RowPurpose purpose, std::int64_t row, std::uint32_t draw) {
  return kernels::philox(seed, static_cast<std::uint64_t>(row), static_cast<std::uint32_t>(purpose), draw).first;
}

}  // namespace

double row_uniform(std::uint64_t seed, RowPurpose purpose, std::int64_t row, std::uint32_t draw) {
  return (static_cast<double>(row_bits(seed, purpose, row, draw) >> 12) + 0.5) * 0x1p-52;
}

std::vector<std::int64_t> shuffled_rows(std::int64_t count, std::uint64_t seed, RowPurpose purpose,
                                        std::uint32_t draw) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  for (std::int64_t left = count; left > 1; --left) {
    auto const chosen = kernels::bounded(row_bits(seed, purpose, left, draw), static_cast<std::uint64_t>(left));
    std::swap(rows[static_cast<std::size_t>(left - 1)], rows[chosen]);
  }
  return rows;
}

}  // namespace shoal::surrogate
