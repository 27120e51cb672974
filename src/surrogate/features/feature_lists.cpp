// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_lists.hpp"

#include <algorithm>
#include <span>

namespace shoal::surrogate {

namespace {

constexpr std::int32_t no_feature = -1;
constexpr std::size_t codes = 256;

// The feature of every code at every position, [length, codes].
std::vector<std::int32_t> numbered_features(std::vector<Site> const& sites) {
  std::vector<std::int32_t> numbers(sites.size() * codes, no_feature);
  for (std::size_t position = 0; position < sites.size(); ++position) {
    auto next = static_cast<std::int32_t>(sites[position].first_feature);
    for (std::size_t state = 0; state < sites[position].states.size(); ++state) {
      if (state != sites[position].reference) numbers[position * codes + sites[position].states[state]] = next++;
    }
  }
  return numbers;
}

// All rows' lists, one after another.
struct Lists {
  std::vector<std::uint16_t> features;
  std::vector<std::int64_t> starts;  // [rows + 1]
  std::span<std::uint16_t const> row(std::int64_t number) const {
    return std::span(features).subspan(starts[number], starts[number + 1] - starts[number]);
  }
};

Lists list_features(Observations const& data, std::vector<std::int32_t> const& numbers, int threads) {
  Lists lists{{}, std::vector<std::int64_t>(data.rows() + 1, 0)};
  auto const each_feature = [&](std::int64_t row, auto const& f) {
    std::uint8_t const* const letters = data.letters.data + row * data.letters.stride;
    for (std::int64_t position = 0; position < data.length(); ++position) {
      std::int32_t const number = numbers[position * static_cast<std::int64_t>(codes) + letters[position]];
      if (number != no_feature) f(static_cast<std::uint16_t>(number));
    }
  };
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    each_feature(row, [&](std::uint16_t) { ++lists.starts[row + 1]; });
  }
  for (std::int64_t row = 0; row < data.rows(); ++row) lists.starts[row + 1] += lists.starts[row];
  lists.features.resize(lists.starts.back());
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    std::int64_t next = lists.starts[row];
    each_feature(row, [&](std::uint16_t number) { lists.features[next++] = number; });
  }
  return lists;
}

// Mutation `ordinal` of a row: its partners are the later ones within the feature's span.
kernels::MutationVisit visit_of(std::span<std::uint16_t const> row, std::size_t ordinal, std::uint32_t number,
                                kernels::PartnerSpan span) {
  auto const later = row.begin() + static_cast<std::ptrdiff_t>(ordinal) + 1;
  auto const first = std::lower_bound(later, row.end(), span.begin);
  auto const last = std::lower_bound(first, row.end(), span.end);
  return {number, static_cast<std::uint16_t>(first - row.begin()), static_cast<std::uint16_t>(last - first)};
}

struct Visits {
  std::vector<kernels::MutationVisit> all;
  std::vector<std::int64_t> starts;  // [blocks * features + 1]
};

Visits sort_visits(Lists const& lists, std::int64_t block_rows, FeatureLayout const& layout, int threads) {
  std::int64_t const rows = static_cast<std::int64_t>(lists.starts.size()) - 1;
  std::int64_t const blocks = (rows + block_rows - 1) / block_rows;
  std::int64_t const features = layout.features();
  Visits visits{std::vector<kernels::MutationVisit>(lists.features.size()),
                std::vector<std::int64_t>(blocks * features + 1, 0)};
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int64_t const first = block * block_rows;
    std::int64_t const last = std::min(rows, first + block_rows);
    // A block has as many visits as mutations, so each block is sorted where it will stay.
    std::vector<std::int64_t> next(features + 1, 0);
    for (std::int64_t at = lists.starts[first]; at < lists.starts[last]; ++at) ++next[lists.features[at] + 1];
    next[0] = lists.starts[first];
    for (std::int64_t feature = 0; feature < features; ++feature) next[feature + 1] += next[feature];
    std::copy(next.begin(), next.end() - 1, visits.starts.begin() + block * features);
    for (std::int64_t row = first; row < last; ++row) {
      auto const list = lists.row(row);
      for (std::size_t ordinal = 0; ordinal < list.size(); ++ordinal) {
        visits.all[next[list[ordinal]]++] =
            visit_of(list, ordinal, static_cast<std::uint32_t>(row - first), layout.partners()[list[ordinal]]);
      }
    }
  }
  visits.starts.back() = static_cast<std::int64_t>(visits.all.size());
  return visits;
}

// Blocks small enough for a level-2 cache and so many that every thread has some; no result depends on their size.
std::int64_t rows_of_block(std::int64_t rows) {
  constexpr std::int64_t least = 256;
  constexpr std::int64_t most = 4096;
  return std::clamp((rows + 15) / 16, least, most);
}

template <class T>
device::Buffer<T> on(device::Backend const& backend, std::vector<T> const& values) {
  return device::Buffer<T>(backend, std::span<T const>(values));
}

}  // namespace

FeatureLists::FeatureLists(device::Backend const& backend, Observations const& observations,
                           FeatureLayout const& layout) {
  int const threads = backend.cpu_space().threads;
  Lists const lists = list_features(observations, numbered_features(layout.sites()), threads);
  std::int64_t const block_rows = rows_of_block(observations.rows());
  Visits const visits = sort_visits(lists, block_rows, layout, threads);
  features_ = on(backend, lists.features);
  feature_starts_ = on(backend, lists.starts);
  visits_ = on(backend, visits.all);
  visit_starts_ = on(backend, visits.starts);
  table_starts_ = on(backend, layout.table_starts());
  partners_ = on(backend, layout.partners());
  view_ = {observations.rows(),    block_rows,     layout.features(),    layout.table_size(),  features_.data(),
           feature_starts_.data(), visits_.data(), visit_starts_.data(), table_starts_.data(), partners_.data()};
}

}  // namespace shoal::surrogate
