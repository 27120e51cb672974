// SPDX-License-Identifier: MIT
#include "motif/comparison.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/matching/score_distributions.hpp"
#include "motif/matching/target_columns.hpp"
#include "motif/wide_clones.hpp"
#include "statistics/multiple_tests.hpp"

namespace shoal::motif {

namespace {

// Sums of this many scores, each within ±127, fit into 16 bits.
constexpr std::int64_t most_query_columns = 250;

// scores[i] = score of the level minus the score of a column without partner; 0 in empty places.
SHOAL_WIDE_CLONES void scores_of(std::uint16_t const* level, std::int16_t const* filled, std::int64_t places,
                                 float shift, float slope, std::int16_t zero, std::int16_t* scores) {
  for (std::int64_t i = 0; i < places; ++i) {
    auto const score = static_cast<std::int32_t>(shift - slope * static_cast<float>(level[i]));
    scores[i] = static_cast<std::int16_t>(static_cast<std::int16_t>(score - zero) & filled[i]);
  }
}

constexpr std::int64_t lanes = TargetColumns::lanes;
using Words __attribute__((vector_size(64), aligned(2), may_alias)) = std::int16_t;

// The best alignment of every lane of a group. scores [query columns]: each points to its row, in which the group
// begins at `place`. In alignment k the query's last column faces the target's column k. `order`: all alignments; of
// equal scores the first in this order counts.
SHOAL_WORD_CLONES void align_group(std::int16_t const* const* scores, std::int64_t place, std::int64_t columns,
                                   std::int64_t width, std::int16_t const* order, std::int64_t alignments,
                                   std::int16_t* best, std::int16_t* chosen) {
  Words highest = {}, which = {};
  for (std::int64_t n = 0; n < alignments; ++n) {
    std::int64_t const shift = order[n] - columns + 1;  // target column at the query's first one
    std::int64_t const first = shift < 0 ? -shift : 0;
    std::int64_t const last = columns < width - shift ? columns : width - shift;
    Words sum = {};
    for (std::int64_t c = first; c < last; ++c) {
      sum += *reinterpret_cast<Words const*>(scores[c] + place + (c + shift) * lanes);
    }
    Words const k = Words{} + order[n];
    Words const is_better = n == 0 ? ~Words{} : sum > highest;
    highest = is_better ? sum : highest;
    which = is_better ? k : which;
  }
  *reinterpret_cast<Words*>(best) = highest;
  *reinterpret_cast<Words*>(chosen) = which;
}

// Alignments by overlap, the largest first, then by offset.
std::vector<std::int16_t> alignment_order(std::int64_t columns, std::int64_t width) {
  std::vector<std::int16_t> order(at(columns + width - 1));
  std::iota(order.begin(), order.end(), std::int16_t{0});
  auto const overlap = [&](std::int64_t k) {
    return std::min(k + 1, columns) - std::max<std::int64_t>(0, k - width + 1);
  };
  std::ranges::stable_sort(order, std::greater<>(), overlap);
  return order;
}

// The work on one query after the other, on one thread.
class QueryWork {
 public:
  QueryWork(TargetColumns const& targets, std::vector<char> const& widths, ComparisonOptions const& options)
      : targets_(targets), widths_(widths), options_(options) {}

  std::vector<Match> compare(std::vector<Column> const& query) {
    columns_ = static_cast<std::int64_t>(query.size());
    measure_columns(query);
    make_scores();
    std::vector<Match> matches(at(targets_.targets));
    for (TargetColumns::Group const& group : targets_.groups) align(group, matches);
    return options_.both_strands ? better_strands(matches) : matches;
  }

 private:
  void measure_columns(std::vector<Column> const& query) {
    // Distances of columns of probabilities are at most √2; queries may be other numbers.
    double largest = 1.4142136;
    for (Column const& column : query) {
      double square = 0;
      for (double const value : column) square += value * value;
      largest = std::max(largest, std::sqrt(square) + 1);
    }
    if (largest != largest_ || known_.size() > most_known) known_.clear();
    largest_ = largest;
    distances_.clear();
    for (Column const& column : query) {
      auto const [place, is_new] = known_.try_emplace(column);
      if (is_new) {
        place->second = std::make_unique<ColumnDistances>();
        measure(targets_, column, largest, *place->second);
      }
      distances_.push_back(place->second.get());
    }
  }

  // Whole-number scores: 0 is below the lowest score of any column, and `score_bins` steps reach the highest.
  void make_scores() {
    double const per_level = largest_ / (distance_levels - 1);
    double low = INFINITY, high = -INFINITY;
    for (ColumnDistances const* column : distances_) {
      low = std::min(low, column->median - column->farthest * per_level);
      high = std::max(high, column->median - column->nearest * per_level);
    }
    double const floor = std::floor(low);
    double const scale = std::floor(options_.score_bins / std::max(high - floor, 1.0));
    zero_ = static_cast<std::int64_t>(-floor * scale);
    std::int64_t const places = targets_.places();
    scores_.resize(at(places * columns_));
    rows_.clear();
    std::vector<std::vector<double>> shares;
    for (std::int64_t i = 0; i < columns_; ++i) {
      // Equal columns, of which one-hot queries have many, share their scores.
      auto const same = std::ranges::find(distances_, distances_[at(i)]) - distances_.begin();
      if (same < i) {
        rows_.push_back(rows_[at(same)]);
        shares.push_back(shares[at(same)]);
        continue;
      }
      ColumnDistances const& column = *distances_[at(i)];
      // score = floor((median - distance - floor) scale + 1/2), which is not negative.
      auto const shift = static_cast<float>((column.median - floor) * scale + 0.5);
      auto const slope = static_cast<float>(per_level * scale);
      scores_of(column.level.data(), targets_.filled.data(), places, shift, slope, static_cast<std::int16_t>(zero_),
                scores_.data() + i * places);
      rows_.push_back(scores_.data() + i * places);
      std::vector<double> share(at(options_.score_bins + 2), 0);
      for (int l = column.nearest; l <= column.farthest; ++l) {
        auto const score = static_cast<std::int32_t>(shift - slope * static_cast<float>(l));
        share[at(score)] += column.counts[at(l)];
      }
      for (double& value : share) value /= static_cast<double>(targets_.columns);
      shares.push_back(std::move(share));
    }
    distributions_.set(shares, zero_, widths_);
  }

  void align(TargetColumns::Group const& group, std::vector<Match>& matches) {
    if (order_.empty() || group.width != order_width_ || columns_ != order_columns_) {
      order_ = alignment_order(columns_, group.width);
      order_width_ = group.width;
      order_columns_ = columns_;
      known_p_.assign(at(columns_ * (options_.score_bins + 2) + 1), -1);
    } else if (&group == &targets_.groups.front()) {
      std::ranges::fill(known_p_, -1);
    }
    std::array<std::int16_t, lanes> best{}, chosen{};
    align_group(rows_.data(), group.first, columns_, group.width, order_.data(),
                static_cast<std::int64_t>(order_.size()), best.data(), chosen.data());
    for (std::size_t lane = 0; lane < group.targets.size(); ++lane) {
      Match& match = matches[at(group.targets[lane])];
      std::int64_t const k = chosen[lane];
      match.score = best[lane] + columns_ * zero_;
      match.offset = k - columns_ + 1;
      match.overlap = std::min(k + 1, columns_) - std::max<std::int64_t>(0, k - group.width + 1);
      if (match.score <= 0) continue;
      double& p = known_p_[at(match.score)];
      if (p < 0) p = distributions_.p_value(match.score, group.width);
      match.p = p;
    }
  }

  static std::vector<Match> better_strands(std::vector<Match> const& both) {
    std::size_t const number = both.size() / 2;
    std::vector<Match> matches(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(number));
    for (std::size_t i = 0; i < number; ++i) {
      Match const& other = both[i + number];
      double const p = std::min(matches[i].p, other.p);
      if (other.score > matches[i].score) {
        matches[i] = other;
        matches[i].strand = '-';
      }
      matches[i].p = p * (2 - p);
    }
    return matches;
  }

  static constexpr std::size_t most_known = 64;  // columns whose distances are kept: those of one-hot queries recur

  TargetColumns const& targets_;
  std::vector<char> const& widths_;
  ComparisonOptions const& options_;
  std::int64_t columns_ = 0;
  std::int64_t zero_ = 0;
  double largest_ = 0;
  std::map<Column, std::unique_ptr<ColumnDistances>> known_;
  std::vector<ColumnDistances const*> distances_;  // [columns]
  std::vector<std::int16_t> scores_;               // [columns, places]
  std::vector<std::int16_t const*> rows_;          // [columns] where their scores are
  std::vector<std::int16_t> order_;                // of alignments with targets of order_width_
  std::int64_t order_width_ = 0, order_columns_ = 0;
  std::vector<double> known_p_;  // [score] of targets of order_width_; -1: not computed yet
  ScoreDistributions distributions_;
};

void add_e_and_q(std::vector<Match>& matches) {
  std::vector<double> p;
  for (Match const& match : matches) p.push_back(match.p);
  std::vector<double> const q = statistics::q_values(p);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    matches[i].e = matches[i].p * static_cast<double>(matches.size());
    matches[i].q = q[i];
  }
}

}  // namespace

struct MotifComparison::State {
  std::vector<Motif> motifs;
  ComparisonOptions options;
  TargetColumns columns;
  std::vector<char> widths;

  State(std::vector<Motif> given, ComparisonOptions const& chosen)
      : motifs(std::move(given)), options(chosen), columns(motifs, chosen), widths(at(columns.longest + 1), 0) {
    for (auto const& group : columns.groups) widths[at(group.width)] = 1;
  }
};

MotifComparison::MotifComparison(std::vector<Motif> targets, ComparisonOptions const& options) {
  if (targets.empty()) fail(ErrorCode::config, "there are no motifs to compare with");
  if (options.score_bins < 2 || options.score_bins > 127) fail(ErrorCode::config, "score bins are 2 to 127");
  if (options.target_bins < 0 || options.target_bins == 1) fail(ErrorCode::config, "target bins are 0 or 2 and more");
  state_ = std::make_unique<State>(std::move(targets), options);
}

MotifComparison::MotifComparison(MotifComparison&&) noexcept = default;
MotifComparison::~MotifComparison() = default;

std::vector<Motif> const& MotifComparison::targets() const {
  return state_->motifs;
}

std::vector<Match> MotifComparison::compare(std::vector<Column> const& query) const {
  return compare(std::span(&query, 1), 1)[0];
}

std::vector<std::vector<Match>> MotifComparison::compare(std::span<std::vector<Column> const> queries,
                                                         int threads) const {
  for (auto const& query : queries) {
    auto const columns = static_cast<std::int64_t>(query.size());
    if (columns < 1 || columns > most_query_columns) {
      fail(ErrorCode::input, fmt::format("a query has {} columns; 1 to {} are compared", columns, most_query_columns));
    }
  }
  std::vector<std::vector<Match>> matches(queries.size());
  auto const number = static_cast<std::int64_t>(queries.size());
#pragma omp parallel num_threads(threads) if (threads > 1)
  {
    QueryWork work(state_->columns, state_->widths, state_->options);
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t i = 0; i < number; ++i) {
      matches[at(i)] = work.compare(queries[at(i)]);
      add_e_and_q(matches[at(i)]);
    }
  }
  return matches;
}

}  // namespace shoal::motif
