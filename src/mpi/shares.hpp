// SPDX-License-Identifier: MIT
// Work that ranks share out in contiguous pieces, and the numbers that come of it.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "mpi/communicator.hpp"

namespace shoal::mpi {

// Items [first, last).
struct Share {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// This rank's part of items 0 … count - 1: the parts of all ranks in a row are all items, and differ by one at most.
inline Share share_of(Communicator const& communicator, std::int64_t count) {
  std::int64_t const rank = communicator.rank(), ranks = communicator.size();
  return {count * rank / ranks, count * (rank + 1) / ranks};
}

// The items of all ranks, in the order of ranks, on every rank. Collective. The bytes of items travel as they are.
template <class Item>
std::vector<Item> gather_items(Communicator const& communicator, std::span<Item const> mine) {
  static_assert(std::is_trivially_copyable_v<Item>);
  std::string const bytes(reinterpret_cast<char const*>(mine.data()), mine.size_bytes());
  std::vector<Item> all;
  for (std::string const& part : communicator.gather_all(bytes)) {
    std::size_t const before = all.size();
    all.resize(before + part.size() / sizeof(Item));
    if (!part.empty()) std::memcpy(all.data() + before, part.data(), part.size());
  }
  return all;
}

}  // namespace shoal::mpi
