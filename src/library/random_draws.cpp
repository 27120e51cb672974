// SPDX-License-Identifier: MIT
#include "library/random_draws.hpp"

#include "kernels/philox.hpp"

namespace shoal::library {

Draws::Draws(std::uint64_t seed, Purpose purpose, std::uint64_t locus, std::uint32_t item)
    : key_(kernels::philox(seed, ~std::uint64_t{0}, 0, static_cast<std::uint32_t>(purpose)).first),
      locus_(locus),
      item_(item) {}

std::uint64_t Draws::next() {
  if (has_kept_) {
    has_kept_ = false;
    return kept_;
  }
  kernels::UniformPair const pair = kernels::philox(key_, locus_, item_, draw_++);
  kept_ = pair.second;
  has_kept_ = true;
  return pair.first;
}

std::uint64_t Draws::below(std::uint64_t bound) {
  return kernels::bounded(next(), bound);
}

}  // namespace shoal::library
