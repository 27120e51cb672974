// SPDX-License-Identifier: MIT
// Random numbers as NumPy's frozen RandomState gives them (NEP 19), which TF-MoDISco's results depend on.
#pragma once

#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "base/index.hpp"

namespace shoal::motif {

class LegacyRandom {
 public:
  explicit LegacyRandom(std::uint32_t seed) : engine_(seed) {}

  // Uniform in [0, 1) with 53 bits.
  double uniform() {
    std::uint32_t const high = next() >> 5, low = next() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  // The numbers 0 … count - 1 in random order, by Fisher and Yates from the end.
  std::vector<std::int64_t> permutation(std::int64_t count) {
    std::vector<std::int64_t> order(at(count));
    std::iota(order.begin(), order.end(), 0);
    for (std::int64_t i = count - 1; i > 0; --i) std::swap(order[at(i)], order[at(below_or_at(i))]);
    return order;
  }

 private:
  // Uniform in 0 … most (below 2^32), by rejection.
  std::int64_t below_or_at(std::int64_t most) {
    std::uint32_t mask = static_cast<std::uint32_t>(most);
    for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
    for (;;) {
      std::uint32_t const drawn = next() & mask;
      if (drawn <= most) return drawn;
    }
  }

  std::uint32_t next() { return static_cast<std::uint32_t>(engine_()); }

  std::mt19937 engine_;
};

}  // namespace shoal::motif
