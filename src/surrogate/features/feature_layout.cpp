// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_layout.hpp"

#include <utility>

namespace shoal::surrogate {

FeatureLayout::FeatureLayout(std::vector<Site> sites, std::vector<SitePair> pairs)
    : sites_(std::move(sites)), pairs_(std::move(pairs)) {
  for (Site const& site : sites_) features_ += site.dimensions;
  parameters_ = features_;
  for (SitePair const pair : pairs_) {
    std::int64_t const size = std::int64_t{sites_[pair.first].dimensions} * sites_[pair.second].dimensions;
    if (size == 0) continue;
    arrays_.blocks.push_back({pair.first, pair.second, parameters_});
    parameters_ += size;
  }
  link_blocks();
  collect_numbers();
  number_tables();
  count_sharing();
}

void FeatureLayout::link_blocks() {
  arrays_.from.assign(sites_.size() + 1, 0);
  std::vector<std::vector<std::int64_t>> to(sites_.size());
  for (std::size_t number = 0; number < arrays_.blocks.size(); ++number) {
    PairBlock const& block = arrays_.blocks[number];
    ++arrays_.from[block.first + 1];
    to[block.second].push_back(static_cast<std::int64_t>(number));
  }
  arrays_.to_starts.assign(1, 0);
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    arrays_.from[site + 1] += arrays_.from[site];
    arrays_.to.insert(arrays_.to.end(), to[site].begin(), to[site].end());
    arrays_.to_starts.push_back(static_cast<std::int64_t>(arrays_.to.size()));
  }
}

void FeatureLayout::collect_numbers() {
  for (Site const& site : sites_) {
    arrays_.sites.push_back({site.first_feature, static_cast<std::int64_t>(arrays_.numbers.size()), site.dimensions});
    if (site.dimensions == 0) continue;
    auto const append = [&](auto begin, auto end) { arrays_.numbers.insert(arrays_.numbers.end(), begin, end); };
    append(site.at_reference(), site.at_reference() + site.dimensions);
    for (auto const* numbers : {&site.differences, &site.transposed_differences, &site.origin, &site.squares}) {
      append(numbers->begin(), numbers->end());
    }
  }
}

kernels::FeatureMaps FeatureLayout::maps() const {
  return {static_cast<std::int64_t>(arrays_.sites.size()),
          static_cast<std::int64_t>(arrays_.blocks.size()),
          features_,
          parameters_,
          arrays_.sites.data(),
          arrays_.blocks.data(),
          arrays_.from.data(),
          arrays_.to.data(),
          arrays_.to_starts.data(),
          arrays_.numbers.data(),
          arrays_.table_starts.data(),
          arrays_.partners.data()};
}

void FeatureLayout::number_tables() {
  auto const& from = arrays_.from;
  for (std::size_t number = 0; number < sites_.size(); ++number) {
    kernels::PartnerSpan span;
    if (from[number] < from[number + 1]) {
      Site const& last = sites_[arrays_.blocks[from[number + 1] - 1].second];
      span.begin = static_cast<std::int32_t>(sites_[arrays_.blocks[from[number]].second].first_feature);
      span.end = static_cast<std::int32_t>(last.first_feature + last.dimensions);
    }
    for (int i = 0; i < sites_[number].dimensions; ++i) {
      arrays_.partners.push_back(span);
      arrays_.table_starts.push_back(table_size_ - span.begin);
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
