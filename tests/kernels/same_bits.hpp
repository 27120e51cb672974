// SPDX-License-Identifier: MIT
// What every kernel of layers promises: the bits of a sequence depend neither on the others of its batch nor on the
// number of threads.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/layer_values.hpp"

namespace shoal::test {

// A value that holds `numbers`, [sequences, positions, channels], and zeros in its margin.
inline LayerValues values_of(device::Backend const& backend, std::int64_t sequences, std::int64_t positions,
                             std::int64_t channels, std::vector<float> const& numbers, std::int64_t margin = 0) {
  LayerValues values(backend, sequences, positions, channels, margin);
  values.set(numbers);
  return values;
}

// The numbers of sequences [first, first + count), each of `size` numbers.
inline std::vector<float> part_of(std::vector<float> const& numbers, std::int64_t size, std::int64_t first,
                                  std::int64_t count) {
  return {numbers.begin() + first * size, numbers.begin() + (first + count) * size};
}

inline bool have_equal_bits(std::vector<float> const& one, std::vector<float> const& other) {
  return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size() * sizeof(float)) == 0;
}

// compute(backend, first, count) returns the results of sequences [first, first + count), one after the other. They
// must have the same bits all at once, one by one, and on other numbers of threads.
template <class Compute>
void expect_the_same_bits(device::Backend const& backend, std::int64_t sequences, Compute const& compute) {
  std::vector<float> const all = compute(backend, 0, sequences);
  ASSERT_FALSE(all.empty());
  std::vector<float> alone;
  for (std::int64_t s = 0; s < sequences; ++s) {
    std::vector<float> const one = compute(backend, s, 1);
    alone.insert(alone.end(), one.begin(), one.end());
  }
  EXPECT_TRUE(have_equal_bits(alone, all)) << "one by one";
  if (backend.kind() != device::BackendKind::cpu) return;
  for (int const threads : {1, 3, 8}) {
    auto const other = device::Backend::cpu(threads);
    EXPECT_TRUE(have_equal_bits(compute(*other, 0, sequences), all)) << threads << " threads";
  }
}

}  // namespace shoal::test
