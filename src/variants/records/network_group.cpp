// SPDX-License-Identifier: MIT
#include "variants/records/network_group.hpp"

#include <algorithm>

#include "genome/codes.hpp"
#include "variants/records/alleles.hpp"

namespace shoal::variants {

NetworkGroup::NetworkGroup(scan::ScoringOptions const& scoring, GroupOptions options)
    : options_(std::move(options)), scorer_(scoring) {}

std::size_t NetworkGroup::add_window(genome::Codes const& window) {
  std::size_t const place = windows_.size();
  for (bool const is_reverse : options_.strands) {
    genome::Codes& added = windows_.emplace_back(window);
    if (is_reverse) genome::reverse_complement(added);
  }
  return place;
}

std::string NetworkGroup::take(genome::GenomeFile& genome, genome::Variant const& variant, std::size_t allele,
                               std::size_t record) {
  AlleleWindows const windows = allele_windows(genome, variant, variant.alternatives[allele], scorer_.length());
  if (!windows.skipped.empty()) return windows.skipped;
  bool const is_known = !taken_.empty() && taken_.back().record == record;
  std::size_t const reference = is_known ? taken_.back().reference : add_window(windows.reference);
  taken_.push_back({record, allele, reference, add_window(windows.alternative)});
  return "";
}

std::size_t NetworkGroup::bytes() const {
  return windows_.size() * (static_cast<std::size_t>(scorer_.length()) + scorer_.columns() * sizeof(float));
}

std::optional<ProfileChange> NetworkGroup::change_of(scan::ProfileHead const& head, bool is_reverse,
                                                     float const* reference, float const* alternative,
                                                     AllelePlace const& place) const {
  std::vector<float> before(reference, reference + head.positions);
  std::vector<float> after(alternative, alternative + head.positions);
  if (is_reverse) {
    std::reverse(before.begin(), before.end());
    std::reverse(after.begin(), after.end());
  }
  auto const grid = grid_of(scorer_.length(), head.positions, head.bases_per_position, is_reverse);
  return largest_change(before, after, grid, place, options_.change);
}

void NetworkGroup::score_into(Block& block, std::size_t first, std::size_t all_names) {
  std::vector<float> const scores = scorer_.score(windows_);
  std::size_t const width = scorer_.columns();
  for (Taken const& taken : taken_) {
    genome::Variant const& variant = block.variants[taken.record];
    AlleleEffects& effects = block.effects[taken.record][taken.allele];
    AllelePlace const place{.start = scorer_.length() / 2,
                            .reference = static_cast<std::int64_t>(variant.reference.size()),
                            .alternative = static_cast<std::int64_t>(variant.alternatives[taken.allele].size())};
    effects.scores.resize(options_.strands.size() * all_names);
    effects.changes.resize(options_.strands.size() * all_names);
    for (std::size_t strand = 0; strand < options_.strands.size(); ++strand) {
      float const* reference = scores.data() + (taken.reference + strand) * width;
      float const* alternative = scores.data() + (taken.alternative + strand) * width;
      std::size_t column = first + strand * all_names;
      for (scan::ProfileHead const& head : scorer_.heads()) {
        if (options_.largest_change) {
          effects.changes[column] = change_of(head, options_.strands[strand], reference, alternative, place);
        } else {
          effects.scores[column] = AlleleScores{*reference, *alternative};
        }
        ++column;
        reference += head.positions;
        alternative += head.positions;
      }
    }
  }
  windows_.clear();
  taken_.clear();
}

}  // namespace shoal::variants
