// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_layout.hpp"

#include <utility>

namespace shoal::surrogate {

FeatureLayout::FeatureLayout(std::vector<Site> sites, std::vector<SitePair> pairs)
    : sites_(std::move(sites)), pairs_(std::move(pairs)), from_(sites_.size() + 1, 0), to_(sites_.size()) {
  for (Site const& site : sites_) features_ += site.dimensions;
  parameters_ = features_;
  for (SitePair const pair : pairs_) {
    std::int64_t const size = std::int64_t{sites_[pair.first].dimensions} * sites_[pair.second].dimensions;
    if (size == 0) continue;
    to_[pair.second].push_back(static_cast<std::int64_t>(blocks_.size()));
    blocks_.push_back({pair.first, pair.second, parameters_});
    ++from_[pair.first + 1];
    parameters_ += size;
  }
  for (std::size_t site = 0; site < sites_.size(); ++site) from_[site + 1] += from_[site];
  number_tables();
  count_sharing();
}

void FeatureLayout::number_tables() {
  for (std::size_t number = 0; number < sites_.size(); ++number) {
    kernels::PartnerSpan span;
    if (from_[number] < from_[number + 1]) {
      Site const& last = sites_[blocks_[from_[number + 1] - 1].second];
      span.begin = static_cast<std::int32_t>(sites_[blocks_[from_[number]].second].first_feature);
      span.end = static_cast<std::int32_t>(last.first_feature + last.dimensions);
    }
    for (int i = 0; i < sites_[number].dimensions; ++i) {
      partners_.push_back(span);
      table_starts_.push_back(table_size_ - span.begin);
      table_size_ += span.end - span.begin;
    }
  }
}

void FeatureLayout::count_sharing() {
  sharing_.assign(sites_.size(), 0.0);
  for (SitePair const pair : pairs_) {
    Site const& first = sites_[pair.first];
    Site const& second = sites_[pair.second];
    if (!second.has_missing) sharing_[pair.first] += 1.0 / static_cast<double>(second.letters());
    if (!first.has_missing) sharing_[pair.second] += 1.0 / static_cast<double>(first.letters());
  }
}

}  // namespace shoal::surrogate
