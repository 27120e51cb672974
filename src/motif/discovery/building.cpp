// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

namespace {

// The first of the stretches of `window` positions with the largest sum.
std::int64_t best_stretch(std::vector<double> const& values, std::int64_t window) {
  double sum = 0;
  std::int64_t best = 0;
  double largest = -1e300;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(values.size()); ++i) {
    sum += values[at(i)];
    if (i >= window) sum -= values[at(i - window)];
    if (i >= window - 1 && sum > largest + 1e-12) {
      largest = sum;
      best = i - window + 1;
    }
  }
  return best;
}

double size_of(AttributionMaps const& maps, Seqlet const& seqlet) {
  double sum = 0;
  for (std::int64_t i = seqlet.start; i < seqlet.end; ++i) sum += std::abs(maps.projected(seqlet.locus, i));
  return sum;
}

// Adds `seqlet` to `pattern` in the given alignment, lengthening either where it does not cover the other. Nothing
// happens if the seqlet would leave its locus, or all of the pattern's would.
void add_aligned(AttributionMaps const& maps, SeqletPattern& pattern, Seqlet seqlet, Alignment const& alignment) {
  if (alignment.is_reversed) seqlet.is_reversed = !seqlet.is_reversed;
  std::int64_t const own = seqlet.end - seqlet.start;
  std::int64_t const left = std::max<std::int64_t>(alignment.offset, 0);
  std::int64_t const right = std::max<std::int64_t>(pattern.length() - (alignment.offset + own), 0);
  Seqlet const wide = part_of(seqlet, -left, own + right);
  if (wide.start < 0 || wide.end > maps.length) return;
  std::int64_t const before = std::max<std::int64_t>(0, -alignment.offset);
  std::int64_t const after = std::max<std::int64_t>(0, alignment.offset + own - pattern.length());
  if (before > 0 || after > 0) {
    auto wider = pattern.expanded(before, after);
    if (!wider) return;
    pattern = std::move(*wider);
  }
  if (!pattern.has(wide)) pattern.add(wide);
}

}  // namespace

std::optional<SeqletPattern> polished(PatternWork const& work, SeqletPattern const& pattern) {
  DiscoverOptions const& options = work.options;
  auto wide =
      pattern.trimmed_to_support(options.support_share, options.support_number).expanded(options.flank, options.flank);
  if (!wide) return std::nullopt;
  auto const bits = pattern_information(wide->sequence(), work.background);
  std::int64_t const window = std::min(options.trim, wide->length());
  std::int64_t const first = best_stretch(bits, window);
  return wide->trimmed(first, first + window).expanded(options.flank, options.flank);
}

PatternPointer pattern_of_cluster(PatternWork const& work, std::vector<Seqlet> seqlets) {
  std::vector<std::pair<double, Seqlet>> sized;
  for (Seqlet const& seqlet : seqlets) sized.emplace_back(size_of(work.maps, seqlet), seqlet);
  std::ranges::stable_sort(sized, std::greater<>(), &std::pair<double, Seqlet>::first);
  SeqletPattern pattern(work.maps, {sized[0].second});
  Profile parent;
  std::size_t members = 0;
  std::int64_t length = 0;
  for (std::size_t i = 1; i < sized.size(); ++i) {
    if (members != pattern.seqlets().size() || length != pattern.length()) {
      parent = profile_of(pattern);
      members = pattern.seqlets().size();
      length = pattern.length();
    }
    Seqlet const& seqlet = sized[i].second;
    Alignment const alignment = align_by_jaccard(parent, profile_of(work.maps, seqlet), work.options.overlap);
    add_aligned(work.maps, pattern, seqlet, alignment);
  }
  auto made = polished(work, pattern);
  if (!made) return nullptr;
  double sum = 0;
  for (Column const& column : made->contributions()) sum += column[0] + column[1] + column[2] + column[3];
  bool const has_sign = work.sign > 0 ? sum > 0 : sum < 0;
  return has_sign ? std::make_shared<SeqletPattern const>(std::move(*made)) : nullptr;
}

SeqletPattern joined(PatternWork const& work, SeqletPattern const& parent, SeqletPattern const& child) {
  SeqletPattern pattern = parent;
  Columns means = pattern.contributions();
  for (Seqlet const& seqlet : child.seqlets()) {
    Columns const own = contributions_of(work.maps, seqlet);
    std::size_t const members = pattern.seqlets().size();
    std::int64_t const length = pattern.length();
    add_aligned(work.maps, pattern, seqlet, align_by_correlation(means, own, work.options.overlap));
    if (members != pattern.seqlets().size() || length != pattern.length()) means = pattern.contributions();
  }
  return pattern;
}

std::vector<SeqletPattern> parts_of(PatternWork const& work, SeqletPattern const& pattern) {
  auto const number = static_cast<std::int64_t>(pattern.seqlets().size());
  std::vector<Profile> profiles;
  for (Seqlet const& seqlet : pattern.seqlets()) profiles.push_back(profile_of(work.maps, seqlet));
  auto const similarities = all_similarities(profiles, profiles, work.options.threads);
  double const perplexity = work.options.part_perplexity;
  // The nearest, the seqlet itself usually, is left out, as TF-MoDISco does.
  std::int64_t const near = std::min(static_cast<std::int64_t>(perplexity * 3 + 2), number);
  std::int64_t const kept = std::min(near - 1, static_cast<std::int64_t>(3 * perplexity + 1));
  SimilarityRows rows;
  std::vector<std::int32_t> order(at(number));
  for (std::int64_t i = 0; i < number; ++i) {
    float const* const own = similarities.data() + i * number;
    for (std::int64_t j = 0; j < number; ++j) order[at(j)] = static_cast<std::int32_t>(j);
    std::partial_sort(order.begin(), order.begin() + near, order.end(),
                      [own](std::int32_t a, std::int32_t b) { return own[a] > own[b] || (own[a] == own[b] && a < b); });
    auto& index = rows.index.emplace_back();
    auto& similarity = rows.similarity.emplace_back();
    for (std::int64_t n = 1; n <= kept; ++n) {
      index.push_back(order[at(n)]);
      similarity.push_back(own[order[at(n)]]);
    }
  }
  auto const communities =
      best_communities(neighbour_probabilities(rows, perplexity), work.options.runs, work.options.threads);
  std::vector<std::vector<Seqlet>> members;
  for (std::size_t i = 0; i < communities.size(); ++i) {
    if (at(communities[i]) >= members.size()) members.resize(at(communities[i]) + 1);
    members[at(communities[i])].push_back(pattern.seqlets()[i]);
  }
  std::vector<SeqletPattern> parts;
  for (auto const& part : members) parts.emplace_back(work.maps, part);
  return parts;
}

}  // namespace shoal::motif
