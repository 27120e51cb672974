// SPDX-License-Identifier: MIT
#include "library/dinucleotide_shuffle.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace shoal::library {

namespace {

using Edges = std::array<std::vector<std::uint8_t>, 4>;

void shuffle(std::vector<std::uint8_t>& items, std::size_t count, Draws& draws) {
  for (std::size_t i = count; i > 1; --i) std::swap(items[i - 1], items[draws.below(i)]);
}

// Whether the last edges chosen lead from every base that has edges to `target`.
bool lead_to(std::array<std::uint8_t, 4> const& next, Edges const& edges, std::uint8_t target) {
  for (std::uint8_t base = 0; base < 4; ++base) {
    if (edges[base].empty()) continue;
    std::uint8_t at = base;
    for (int hops = 0; hops < 4 && at != target; ++hops) at = next[at];
    if (at != target) return false;
  }
  return true;
}

// Shuffles [begin, end) of `codes`, which has no N. A random Eulerian walk: last edges that lead every base to the last
// one, then the other edges in any order.
void shuffle_run(std::vector<std::uint8_t>& codes, std::size_t begin, std::size_t end, Draws& draws) {
  if (end - begin < 4) return;
  Edges edges;
  for (std::size_t i = begin; i + 1 < end; ++i) edges[codes[i]].push_back(codes[i + 1]);
  std::uint8_t const target = codes[end - 1];
  std::array<std::uint8_t, 4> last = {0, 1, 2, 3};
  do {
    for (std::uint8_t base = 0; base < 4; ++base) {
      if (edges[base].empty() || base == target) continue;
      std::swap(edges[base][draws.below(edges[base].size())], edges[base].back());
      last[base] = edges[base].back();
    }
  } while (!lead_to(last, edges, target));
  for (std::uint8_t base = 0; base < 4; ++base) {
    if (!edges[base].empty()) shuffle(edges[base], edges[base].size() - (base == target ? 0 : 1), draws);
  }
  std::array<std::size_t, 4> used = {};
  for (std::size_t i = begin; i + 1 < end; ++i) {
    std::uint8_t const base = codes[i];
    codes[i + 1] = edges[base][used[base]++];
  }
}

}  // namespace

std::vector<std::uint8_t> shuffled_dinucleotides(std::span<std::uint8_t const> sequence, Draws& draws) {
  std::vector<std::uint8_t> codes(sequence.begin(), sequence.end());
  for (std::size_t begin = 0; begin < codes.size();) {
    std::size_t end = begin;
    while (end < codes.size() && codes[end] < 4) ++end;
    if (end > begin) shuffle_run(codes, begin, end, draws);
    begin = std::max(end, begin) + 1;
  }
  return codes;
}

}  // namespace shoal::library
