// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

namespace {

// The pattern that a seqlet's contributions correlate with most, each pattern in its best alignment; -1: none fits.
std::int64_t nearest_pattern(Columns const& seqlet, std::vector<Columns> const& cores) {
  std::int64_t nearest = -1;
  double largest = -2;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    if (cores[i].size() > seqlet.size()) continue;
    double const similarity = align_by_correlation(seqlet, cores[i], 1).similarity;
    if (similarity <= largest) continue;
    largest = similarity;
    nearest = static_cast<std::int64_t>(i);
  }
  return nearest;
}

}  // namespace

Columns core_of(SeqletPattern const& pattern) {
  auto const contributions = pattern.contributions();
  std::vector<double> sizes;
  for (Column const& column : contributions) {
    sizes.push_back(std::abs(column[0]) + std::abs(column[1]) + std::abs(column[2]) + std::abs(column[3]));
  }
  double const least = 0.2 * *std::ranges::max_element(sizes);
  std::int64_t first = 0, last = static_cast<std::int64_t>(sizes.size());
  while (sizes[at(first)] < least) ++first;
  while (sizes[at(last - 1)] < least) --last;
  return Columns(contributions.begin() + first, contributions.begin() + last);
}

std::vector<PatternPointer> reassigned(PatternWork const& work, std::vector<PatternPointer> const& patterns) {
  std::vector<Columns> cores;
  for (PatternPointer const& pattern : patterns) cores.push_back(core_of(*pattern));
  std::vector<std::vector<Seqlet>> kept(patterns.size()), moved(patterns.size());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    auto const& seqlets = patterns[i]->seqlets();
    std::vector<std::int64_t> nearest(seqlets.size());
    auto const number = static_cast<std::int64_t>(seqlets.size());
#pragma omp parallel for num_threads(work.options.threads) schedule(static) if (work.options.threads > 1)
    for (std::int64_t s = 0; s < number; ++s) {
      nearest[at(s)] = nearest_pattern(contributions_of(work.maps, seqlets[at(s)]), cores);
    }
    for (std::size_t s = 0; s < seqlets.size(); ++s) {
      bool const stays = nearest[s] < 0 || at(nearest[s]) == i;
      (stays ? kept[i] : moved[at(nearest[s])]).push_back(seqlets[s]);
    }
  }
  std::vector<PatternPointer> result;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (kept[i].empty()) continue;
    SeqletPattern own(work.maps, kept[i]);
    if (!moved[i].empty()) {
      // Seqlets that would lengthen the pattern, because they lie beside its motif, are cut to it afterwards.
      if (auto made = polished(work, joined(work, own, SeqletPattern(work.maps, moved[i])))) own = std::move(*made);
    }
    result.push_back(std::make_shared<SeqletPattern const>(std::move(own)));
  }
  return result;
}

}  // namespace shoal::motif
