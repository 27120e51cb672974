// SPDX-License-Identifier: MIT
#include "motif/discover.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "motif/discovery/gapped_kmers.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

namespace {

// Ranks from 1, ties at their mean.
std::vector<double> ranks_of(std::vector<float> const& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&values](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t last = i;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[i]]) ++last;
    for (std::size_t j = i; j <= last; ++j) ranks[order[j]] = static_cast<double>(i + last) / 2 + 1;
    i = last + 1;
  }
  return ranks;
}

// Spearman's correlation of a row's fine and coarse similarities, where the fine one is not 0; not a number if either
// is constant.
double rank_correlation(float const* fine, float const* coarse, std::int64_t k) {
  std::vector<float> ones, others;
  for (std::int64_t n = 0; n < k; ++n) {
    if (fine[n] == 0) continue;
    ones.push_back(fine[n]);
    others.push_back(coarse[n]);
  }
  auto const a = ranks_of(ones), b = ranks_of(others);
  double const mean = (static_cast<double>(a.size()) + 1) / 2;
  double product = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += (a[i] - mean) * (b[i] - mean);
    first += (a[i] - mean) * (a[i] - mean);
    second += (b[i] - mean) * (b[i] - mean);
  }
  return product / std::sqrt(first * second);
}

// Similarities of seqlets with their neighbours, and which seqlets they are of.
struct Affinity {
  std::vector<Seqlet> seqlets;
  SimilarityRows rows;
};

// In the first round, seqlets whose fine and coarse similarities disagree are left out.
Affinity make_affinity(PatternWork const& work, std::vector<Seqlet> const& seqlets, bool filters) {
  DiscoverOptions const& options = work.options;
  Neighbours const near =
      nearest_by_kmers(work.maps, seqlets, options.neighbours + 1, work.sign, GappedKmerOptions{}, options.threads);
  auto const fine = neighbour_similarities(work.maps, seqlets, near.index, near.k, options.overlap, options.threads);
  std::vector<std::int32_t> place(seqlets.size(), -1);
  Affinity affinity;
  for (std::size_t i = 0; i < seqlets.size(); ++i) {
    std::int64_t const row = static_cast<std::int64_t>(i) * near.k;
    bool const is_kept = !filters || rank_correlation(fine.data() + row, near.similarity.data() + row, near.k) >
                                         options.least_rank_correlation;
    if (!is_kept) continue;
    place[i] = static_cast<std::int32_t>(affinity.seqlets.size());
    affinity.seqlets.push_back(seqlets[i]);
  }
  for (std::size_t i = 0; i < seqlets.size(); ++i) {
    if (place[i] < 0) continue;
    auto& index = affinity.rows.index.emplace_back();
    auto& similarity = affinity.rows.similarity.emplace_back();
    for (std::int64_t n = 0; n < near.k; ++n) {
      std::size_t const entry = i * at(near.k) + at(n);
      std::int32_t const other = place[at(near.index[entry])];
      if (other < 0) continue;
      index.push_back(other);
      similarity.push_back(fine[entry]);
    }
  }
  return affinity;
}

std::vector<PatternPointer> cluster_patterns(PatternWork const& work, Affinity const& affinity) {
  Graph const graph = density_adapted(affinity.rows, work.options.perplexity);
  auto const communities = best_communities(graph, work.options.runs, work.options.threads);
  std::vector<std::vector<Seqlet>> clusters;
  for (std::size_t i = 0; i < communities.size(); ++i) {
    if (at(communities[i]) >= clusters.size()) clusters.resize(at(communities[i]) + 1);
    clusters[at(communities[i])].push_back(affinity.seqlets[i]);
  }
  std::vector<PatternPointer> made(clusters.size());
  auto const number = static_cast<std::int64_t>(clusters.size());
#pragma omp parallel for num_threads(work.options.threads) schedule(dynamic, 1) if (work.options.threads > 1)
  for (std::int64_t i = 0; i < number; ++i) made[at(i)] = pattern_of_cluster(work, clusters[at(i)]);
  std::erase(made, nullptr);
  return made;
}

// The seqlets of all patterns; of two in one place the later one, at the place of the first.
std::vector<Seqlet> seqlets_of(std::vector<PatternPointer> const& patterns) {
  std::vector<Seqlet> seqlets;
  std::map<Place, std::size_t> index;
  for (PatternPointer const& pattern : patterns) {
    for (Seqlet const& seqlet : pattern->seqlets()) {
      auto const [entry, is_new] = index.emplace(place_of(seqlet), seqlets.size());
      if (is_new) {
        seqlets.push_back(seqlet);
      } else {
        seqlets[entry->second] = seqlet;
      }
    }
  }
  return seqlets;
}

bool is_informative(PatternWork const& work, SeqletPattern const& pattern) {
  DiscoverOptions const& options = work.options;
  if (static_cast<std::int64_t>(pattern.seqlets().size()) < options.least_members) return false;
  auto const bits = pattern_information(pattern.sequence(), work.background);
  std::int64_t const window = std::min(options.information_window, static_cast<std::int64_t>(bits.size()));
  for (std::int64_t i = 0; i + window <= static_cast<std::int64_t>(bits.size()); ++i) {
    if (std::accumulate(bits.begin() + i, bits.begin() + i + window, 0.0) >= options.least_information) return true;
  }
  return false;
}

Pattern described(SeqletPattern const& pattern, std::string name) {
  return {std::move(name), pattern.seqlets(), pattern.sequence(), pattern.contributions(), pattern.hypothetical(), {}};
}

Column base_shares(AttributionMaps const& maps, std::vector<Seqlet> const& seqlets) {
  Column shares{};
  double positions = 0;
  for (Seqlet const& seqlet : seqlets) {
    for (Column const& column : one_hot_of(maps, seqlet)) {
      for (std::size_t base = 0; base < 4; ++base) shares[base] += column[base];
      positions += 1;
    }
  }
  for (double& share : shares) share /= positions;
  return shares;
}

void sort_by_strength(std::vector<Seqlet>& seqlets, AttributionMaps const& maps) {
  std::vector<std::pair<double, Seqlet>> sized;
  for (Seqlet const& seqlet : seqlets) {
    double sum = 0;
    for (std::int64_t i = seqlet.start; i < seqlet.end; ++i) sum += std::abs(maps.projected(seqlet.locus, i));
    sized.emplace_back(sum, seqlet);
  }
  std::ranges::stable_sort(sized, std::greater<>(), &std::pair<double, Seqlet>::first);
  for (std::size_t i = 0; i < seqlets.size(); ++i) seqlets[i] = sized[i].second;
}

// The patterns of one sign.
std::vector<Pattern> patterns_of(AttributionMaps const& maps, std::vector<Seqlet> seqlets,
                                 DiscoverOptions const& options, int sign) {
  PatternWork work{maps, options, base_shares(maps, seqlets), sign};
  sort_by_strength(seqlets, maps);
  std::vector<PatternPointer> patterns;
  for (int round = 0; round < 2 && !seqlets.empty(); ++round) {
    Affinity const affinity = make_affinity(work, seqlets, round == 0);
    patterns = affinity.seqlets.empty() ? std::vector<PatternPointer>{} : cluster_patterns(work, affinity);
    seqlets = seqlets_of(patterns);
    log(LogLevel::info,
        fmt::format("{} patterns of {} seqlets after round {}", patterns.size(), seqlets.size(), round + 1));
  }
  patterns = split_and_join(work, patterns);
  if (options.join_duplicates) patterns = join_duplicates(work, patterns);
  if (options.reassign) patterns = reassigned(work, patterns);
  std::ranges::stable_sort(patterns, [](PatternPointer const& a, PatternPointer const& b) {
    return a->seqlets().size() > b->seqlets().size();
  });
  std::vector<Pattern> described_patterns;
  for (PatternPointer const& pattern : patterns) {
    if (!is_informative(work, *pattern)) continue;
    auto const wide = pattern->expanded(options.final_flank, options.final_flank);
    if (!wide) continue;
    Pattern one = described(*wide, fmt::format("pattern_{}", described_patterns.size()));
    for (SeqletPattern const& part : parts_of(work, *wide)) {
      one.parts.push_back(described(part, fmt::format("subpattern_{}", one.parts.size())));
    }
    described_patterns.push_back(std::move(one));
  }
  return described_patterns;
}

void keep_most(std::vector<Seqlet>& seqlets, DiscoverOptions const& options, AttributionMaps const& maps) {
  if (options.most_seqlets == 0 || static_cast<std::int64_t>(seqlets.size()) <= options.most_seqlets) return;
  log(LogLevel::warning, fmt::format("of {} seqlets of one sign the {} {} are kept", seqlets.size(),
                                     options.most_seqlets, options.strongest_first ? "strongest" : "first"));
  if (options.strongest_first) sort_by_strength(seqlets, maps);
  seqlets.resize(at(options.most_seqlets));
}

}  // namespace

Discovery discover(AttributionMaps const& maps, DiscoverOptions const& options) {
  if (options.runs < 1 || options.neighbours < 1 || options.trim < 1 || options.flank < 0) {
    fail(ErrorCode::config, "runs, neighbours and the trimmed width are at least 1");
  }
  WindowSeqlets found = window_seqlets(maps, options.windows);
  Discovery discovery;
  discovery.window = maps.length;
  discovery.positive_seqlets = static_cast<std::int64_t>(found.positive.size());
  discovery.negative_seqlets = static_cast<std::int64_t>(found.negative.size());
  log(LogLevel::info, fmt::format("{} positive and {} negative seqlets", found.positive.size(), found.negative.size()));
  for (int const sign : {1, -1}) {
    std::vector<Seqlet>& seqlets = sign > 0 ? found.positive : found.negative;
    if (static_cast<std::int64_t>(seqlets.size()) <= options.least_seqlets) continue;
    keep_most(seqlets, options, maps);
    (sign > 0 ? discovery.positive : discovery.negative) = patterns_of(maps, seqlets, options, sign);
  }
  return discovery;
}

}  // namespace shoal::motif
