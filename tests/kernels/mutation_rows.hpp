// SPDX-License-Identifier: MIT
// Mutation lists made by hand or drawn, in host memory, for the tests of kernels/library/mutation_lists.hpp.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/library/mutation_lists.hpp"

namespace shoal::test {

// Rows of ascending features; feature i is paired with those in its span.
class MutationRows {
 public:
  MutationRows(std::vector<std::vector<std::uint16_t>> rows, std::vector<kernels::PartnerSpan> spans,
               std::int64_t block_rows)
      : rows_(std::move(rows)), spans_(std::move(spans)), block_rows_(block_rows) {
    for (kernels::PartnerSpan const span : spans_) {
      table_starts_.push_back(table_size_ - span.begin);
      table_size_ += span.end - span.begin;
    }
    starts_.push_back(0);
    for (auto const& row : rows_) {
      features_.insert(features_.end(), row.begin(), row.end());
      starts_.push_back(static_cast<std::int64_t>(features_.size()));
    }
    visit_starts_.push_back(0);
    auto const count = static_cast<std::int64_t>(rows_.size());
    for (std::int64_t block = 0; block * block_rows_ < count; ++block) {
      for (std::size_t feature = 0; feature < spans_.size(); ++feature) {
        for (std::int64_t row = block * block_rows_; row < std::min(count, (block + 1) * block_rows_); ++row) {
          add_visit(row, static_cast<std::uint16_t>(feature));
        }
        visit_starts_.push_back(static_cast<std::int64_t>(visits_.size()));
      }
    }
  }

  kernels::MutationLists view() const {
    return {static_cast<std::int64_t>(rows_.size()),
            block_rows_,
            static_cast<std::int64_t>(spans_.size()),
            table_size_,
            features_.data(),
            starts_.data(),
            visits_.data(),
            visit_starts_.data(),
            table_starts_.data(),
            spans_.data()};
  }
  std::vector<std::vector<std::uint16_t>> const& rows() const { return rows_; }
  kernels::PartnerSpan span(std::size_t feature) const { return spans_[feature]; }
  std::int64_t table_start(std::size_t feature) const { return table_starts_[feature]; }

 private:
  void add_visit(std::int64_t row, std::uint16_t feature) {
    auto const& list = rows_[row];
    for (std::size_t at = 0; at < list.size(); ++at) {
      if (list[at] != feature) continue;
      std::size_t first = at + 1;
      while (first < list.size() && list[first] < spans_[feature].begin) ++first;
      std::size_t end = first;
      while (end < list.size() && list[end] < spans_[feature].end) ++end;
      visits_.push_back({static_cast<std::uint32_t>(row % block_rows_), static_cast<std::uint16_t>(first),
                         static_cast<std::uint16_t>(end - first)});
    }
  }

  std::vector<std::vector<std::uint16_t>> rows_;
  std::vector<kernels::PartnerSpan> spans_;
  std::int64_t block_rows_;
  std::int64_t table_size_ = 0;
  std::vector<std::int64_t> table_starts_;
  std::vector<std::uint16_t> features_;
  std::vector<std::int64_t> starts_;
  std::vector<kernels::MutationVisit> visits_;
  std::vector<std::int64_t> visit_starts_;
};

// `count` rows over sites of three features each; feature i is paired with the sites `nearest` … `farthest` further on.
inline MutationRows drawn_mutation_rows(std::int64_t count, int sites, int nearest, int farthest, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<std::vector<std::uint16_t>> rows(count);
  for (auto& row : rows) {
    for (int site = 0; site < sites; ++site) {
      if (generator() % 3 == 0) row.push_back(static_cast<std::uint16_t>(3 * site + static_cast<int>(generator() % 3)));
    }
  }
  std::vector<kernels::PartnerSpan> spans;
  for (int feature = 0; feature < 3 * sites; ++feature) {
    int const site = feature / 3;
    spans.push_back({3 * std::min(sites, site + nearest), 3 * std::min(sites, site + farthest + 1)});
  }
  return {std::move(rows), std::move(spans), 16};
}

}  // namespace shoal::test
