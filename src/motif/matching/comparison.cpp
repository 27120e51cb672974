// SPDX-License-Identifier: MIT
#include "motif/comparison.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/matching/score_distributions.hpp"
#include "motif/matching/target_columns.hpp"
#include "motif/wide_clones.hpp"

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

// sums[column + k] += scores of query column `column`, in the order that makes sums[k] the alignment in which the
// query's last column faces the target's column k.
SHOAL_WIDE_CLONES void add_alignments(std::int16_t const* scores, std::int64_t places, std::int64_t padded,
                                      std::int64_t columns, std::int16_t* sums) {
  for (std::int64_t column = 0; column < columns; ++column) {
    std::int16_t const* const own = scores + column * places;
    std::int16_t* const into = sums + (columns - 1 - column);
    for (std::int64_t k = 0; k < padded; k += TargetColumns::alignment) {
      for (std::int64_t i = 0; i < TargetColumns::alignment; ++i)
        into[k + i] = static_cast<std::int16_t>(into[k + i] + own[k + i]);
    }
  }
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
    std::vector<Match> matches;
    for (auto const& target : targets_.targets) matches.push_back(best_alignment(target));
    fill_p_values(matches);
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
    std::vector<std::vector<double>> shares;
    for (std::int64_t i = 0; i < columns_; ++i) {
      ColumnDistances const& column = *distances_[at(i)];
      // score = floor((median - distance - floor) scale + 1/2), which is not negative.
      auto const shift = static_cast<float>((column.median - floor) * scale + 0.5);
      auto const slope = static_cast<float>(per_level * scale);
      scores_of(column.level.data(), targets_.filled.data(), places, shift, slope, static_cast<std::int16_t>(zero_),
                scores_.data() + i * places);
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

  // Of equal scores the one with the larger overlap counts, then the smaller offset.
  Match best_alignment(TargetColumns::Target const& target) {
    std::int64_t const padded =
        (target.width + TargetColumns::alignment - 1) / TargetColumns::alignment * TargetColumns::alignment;
    sums_.assign(at(padded + columns_), 0);
    add_alignments(scores_.data() + target.first, targets_.places(), padded, columns_, sums_.data());
    std::int64_t const offsets = target.width + columns_ - 1;
    std::int16_t best = sums_[0];
    for (std::int64_t k = 1; k < offsets; ++k) best = std::max(best, sums_[at(k)]);
    Match match;
    match.score = best + columns_ * zero_;
    for (std::int64_t k = 0; k < offsets; ++k) {
      if (sums_[at(k)] != best) continue;
      std::int64_t const overlap = std::min(k + 1, columns_) - std::max<std::int64_t>(0, k - target.width + 1);
      if (overlap <= match.overlap) continue;
      match.overlap = overlap;
      match.offset = k - columns_ + 1;
    }
    return match;
  }

  void fill_p_values(std::vector<Match>& matches) {
    // [width, score]; -1: not computed yet
    std::int64_t const scores = columns_ * (options_.score_bins + 2) + 1;
    known_p_.assign(at((targets_.longest + 1) * scores), -1);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      std::int64_t const width = targets_.targets[i].width;
      if (matches[i].score <= 0) continue;
      double& p = known_p_[at(width * scores + matches[i].score)];
      if (p < 0) p = distributions_.p_value(matches[i].score, width);
      matches[i].p = p;
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
  std::vector<std::int16_t> sums_;
  std::vector<double> known_p_;
  ScoreDistributions distributions_;
};

void add_e_and_q(std::vector<Match>& matches) {
  std::vector<double> p;
  for (Match const& match : matches) p.push_back(match.p);
  std::vector<double> const q = q_values(p);
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
    for (auto const& target : columns.targets) widths[at(target.width)] = 1;
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

std::vector<double> q_values(std::vector<double> const& p) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < p.size(); ++i) order.emplace_back(p[i], i);
  std::ranges::sort(order);
  std::vector<double> q(p.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    auto const& [own, place] = order[rank - 1];
    least = std::min(least, own * static_cast<double>(p.size()) / static_cast<double>(rank));
    q[place] = least;
  }
  return q;
}

}  // namespace shoal::motif
