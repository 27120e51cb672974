// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

namespace {

struct Core {
  Columns columns;
  std::int64_t first = 0;  // position of the pattern where it begins
};

Core find_core(SeqletPattern const& pattern) {
  auto const contributions = pattern.contributions();
  std::vector<double> sizes;
  for (Column const& column : contributions) {
    sizes.push_back(std::abs(column[0]) + std::abs(column[1]) + std::abs(column[2]) + std::abs(column[3]));
  }
  double const least = 0.2 * *std::ranges::max_element(sizes);
  std::int64_t first = 0, last = static_cast<std::int64_t>(sizes.size());
  while (sizes[at(first)] < least) ++first;
  while (sizes[at(last - 1)] < least) --last;
  return {Columns(contributions.begin() + first, contributions.begin() + last), first};
}

constexpr std::int64_t slack = 3;  // positions that cores may lie beside each other

// Where a seqlet belongs: a pattern, and the seqlet's place in it.
struct Choice {
  std::size_t pattern = 0;
  Seqlet seqlet;
};

// Compares the part of the seqlet under its own pattern's core with all cores. A neighbouring site of another motif
// must not decide, so that cores stay within `slack` positions of it.
Choice choose(PatternWork const& work, std::vector<Core> const& cores, std::vector<std::int64_t> const& lengths,
              std::size_t own, Seqlet const& seqlet) {
  Choice best{own, seqlet};
  double largest = -2;
  auto const own_width = static_cast<std::int64_t>(cores[own].columns.size());
  for (std::size_t i = 0; i < cores.size(); ++i) {
    auto const width = static_cast<std::int64_t>(cores[i].columns.size());
    std::int64_t const room = slack + std::max<std::int64_t>(0, width - own_width);
    std::int64_t const begin = cores[own].first - room;
    Seqlet const part = part_of(seqlet, begin, cores[own].first + own_width + room);
    if (part.start < 0 || part.end > work.maps.length) continue;
    Alignment const alignment = align_by_correlation(contributions_of(work.maps, part), cores[i].columns, 1);
    if (alignment.similarity <= largest) continue;
    // The core covers [start, start + width) of the part; the pattern begins before it.
    std::int64_t const start = alignment.offset;
    Seqlet moved = alignment.is_reversed
                       ? part_of(part, start + width - lengths[i] + cores[i].first, start + width + cores[i].first)
                       : part_of(part, start - cores[i].first, start - cores[i].first + lengths[i]);
    if (moved.start < 0 || moved.end > work.maps.length) continue;
    if (alignment.is_reversed) moved.is_reversed = !moved.is_reversed;
    largest = alignment.similarity;
    best = i == own ? Choice{own, seqlet} : Choice{i, moved};
  }
  return best;
}

}  // namespace

Columns core_of(SeqletPattern const& pattern) {
  return find_core(pattern).columns;
}

std::vector<PatternPointer> reassigned(PatternWork const& work, std::vector<PatternPointer> const& patterns) {
  std::vector<Core> cores;
  std::vector<std::int64_t> lengths;
  for (PatternPointer const& pattern : patterns) {
    cores.push_back(find_core(*pattern));
    lengths.push_back(pattern->length());
  }
  std::vector<std::vector<Seqlet>> members(patterns.size()), moved(patterns.size());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    auto const& seqlets = patterns[i]->seqlets();
    std::vector<Choice> choices(seqlets.size());
    auto const number = static_cast<std::int64_t>(seqlets.size());
#pragma omp parallel for num_threads(work.options.threads) schedule(static) if (work.options.threads > 1)
    for (std::int64_t s = 0; s < number; ++s) choices[at(s)] = choose(work, cores, lengths, i, seqlets[at(s)]);
    for (Choice const& choice : choices) {
      (choice.pattern == i ? members[i] : moved[choice.pattern]).push_back(choice.seqlet);
    }
  }
  std::vector<PatternPointer> result;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    // Those that stay come first: of two in one place the first counts.
    members[i].insert(members[i].end(), moved[i].begin(), moved[i].end());
    if (!members[i].empty()) result.push_back(std::make_shared<SeqletPattern const>(work.maps, members[i]));
  }
  return result;
}

}  // namespace shoal::motif
