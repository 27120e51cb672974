// SPDX-License-Identifier: MIT
#include "motif/matching/score_distributions.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

// result[i + j] += a[i] b[j]. The inner loop runs over `a`, the longer one; every element is one sum in the order of j.
SHOAL_WIDE_CLONES void convolve(double const* a, std::int64_t size, double const* b, std::int64_t terms,
                                double* result) {
  for (std::int64_t j = 0; j < terms; ++j) {
    double const share = b[j];
    if (share == 0) continue;
    double* const into = result + j;
    for (std::int64_t i = 0; i < size; ++i) into[i] += a[i] * share;
  }
}

// Probabilities without the zeros at both ends, and the score of the first.
struct Trimmed {
  std::int64_t lowest = 0;
  std::vector<double> shares;
};

Trimmed trimmed(std::vector<double> const& shares) {
  auto const is_there = [](double share) { return share > 0; };
  auto const first = std::find_if(shares.begin(), shares.end(), is_there);
  auto const last = std::find_if(shares.rbegin(), shares.rend(), is_there).base();
  return {first - shares.begin(), std::vector<double>(first, last)};
}

// P(S ≥ s) for every s of the shares.
std::vector<double> tails_of(std::vector<double> tail) {
  double sum = 0;
  for (auto share = tail.rbegin(); share != tail.rend(); ++share) *share = sum += *share;
  return tail;
}

}  // namespace

void ScoreDistributions::set(std::vector<std::vector<double>> const& columns, std::int64_t zero,
                             std::vector<char> const& widths) {
  columns_ = static_cast<std::int64_t>(columns.size());
  zero_ = zero;
  is_shared_ = share_runs(columns);
  if (!is_shared_) compute_runs(columns, widths);
}

bool ScoreDistributions::share_runs(std::vector<std::vector<double>> const& columns) {
  std::vector<std::vector<double>> kinds;
  for (auto const& column : columns) {
    auto const place = std::ranges::lower_bound(kinds, column);
    if (place != kinds.end() && *place == column) continue;
    if (kinds.size() == most_kinds) return false;
    kinds.insert(place, column);
  }
  if (kinds != kinds_) {
    kinds_ = std::move(kinds);
    shared_.clear();
  }
  known_runs_.assign(columns.size() * columns.size(), nullptr);
  kinds_before_.assign(1, KindCounts{});
  for (auto const& column : columns) {
    KindCounts counts = kinds_before_.back();
    ++counts[at(std::ranges::lower_bound(kinds_, column) - kinds_.begin())];
    kinds_before_.push_back(counts);
  }
  return true;
}

// A sum of so many columns of each kind: the last kind that there is one of comes last.
ScoreDistributions::SharedRun& ScoreDistributions::shared_run(KindCounts const& counts) {
  auto const known = shared_.find(counts);
  if (known != shared_.end()) return known->second;
  std::size_t last = most_kinds - 1;
  while (counts[last] == 0) --last;
  Trimmed const column = trimmed(kinds_[last]);
  SharedRun made;
  made.run.lowest = column.lowest;
  made.shares = column.shares;
  KindCounts fewer = counts;
  --fewer[last];
  if (fewer != KindCounts{}) {
    SharedRun const& before = shared_run(fewer);
    made.run.lowest += before.run.lowest;
    made.shares.assign(before.shares.size() + column.shares.size() - 1, 0);
    convolve(before.shares.data(), static_cast<std::int64_t>(before.shares.size()), column.shares.data(),
             static_cast<std::int64_t>(column.shares.size()), made.shares.data());
  }
  made.run.tail = tails_of(made.shares);
  return shared_.emplace(counts, std::move(made)).first->second;
}

ScoreDistributions::Run const& ScoreDistributions::run(std::int64_t first, std::int64_t count) {
  std::size_t const place = at(first * columns_ + count - 1);
  if (!is_shared_) return runs_[place];
  Run const*& known = known_runs_[place];
  if (known != nullptr) return *known;
  KindCounts counts{};
  for (std::size_t kind = 0; kind < most_kinds; ++kind) {
    counts[kind] = static_cast<std::int16_t>(kinds_before_[at(first + count)][kind] - kinds_before_[at(first)][kind]);
  }
  return *(known = &shared_run(counts).run);
}

void ScoreDistributions::compute_runs(std::vector<std::vector<double>> const& columns,
                                      std::vector<char> const& widths) {
  runs_.assign(at(columns_ * columns_), {});
  std::vector<Trimmed> alone;
  for (auto const& column : columns) alone.push_back(trimmed(column));
  std::vector<double> sums, next;
  for (std::int64_t first = 0; first < columns_; ++first) {
    sums = alone[at(first)].shares;
    std::int64_t lowest = alone[at(first)].lowest;
    for (std::int64_t count = 1; first + count <= columns_; ++count) {
      if (count > 1) {
        Trimmed const& column = alone[at(first + count - 1)];
        next.assign(sums.size() + column.shares.size() - 1, 0);
        convolve(sums.data(), static_cast<std::int64_t>(sums.size()), column.shares.data(),
                 static_cast<std::int64_t>(column.shares.size()), next.data());
        sums.swap(next);
        lowest += column.lowest;
      }
      bool const is_border = first == 0 || first + count == columns_;
      bool const faces_short = count < static_cast<std::int64_t>(widths.size()) && widths[at(count)] != 0;
      if (is_border || faces_short) runs_[at(first * columns_ + count - 1)] = {lowest, tails_of(sums)};
    }
  }
}

double ScoreDistributions::tail(std::int64_t first, std::int64_t count, std::int64_t score) {
  Run const& kept = run(first, count);
  std::int64_t const place = score - (columns_ - count) * zero_ - kept.lowest;
  if (place <= 0) return 1;
  return place < static_cast<std::int64_t>(kept.tail.size()) ? std::min(1.0, kept.tail[at(place)]) : 0;
}

double ScoreDistributions::p_value(std::int64_t score, std::int64_t width) {
  double p = 0;
  auto const join = [&p](double other) { p += other - p * other; };
  std::int64_t const most = std::min(width, columns_);
  // Partial overlaps at both ends of the target.
  for (std::int64_t count = 1; count < most; ++count) {
    join(tail(0, count, score));
    join(tail(columns_ - count, count, score));
  }
  if (width >= columns_) {
    double const whole = tail(0, columns_, score);
    join(whole < 1 ? -std::expm1(static_cast<double>(width - columns_ + 1) * std::log1p(-whole)) : 1);
  } else {
    for (std::int64_t first = 0; first + width <= columns_; ++first) join(tail(first, width, score));
  }
  return p;
}

}  // namespace shoal::motif
