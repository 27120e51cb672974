// SPDX-License-Identifier: MIT
#include "scan/schedule/rank_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace shoal::scan {

namespace {

// A rank's chunk is at most so many seconds of work, so that one slow locus cannot hold up much.
constexpr double chunk_seconds = 0.125;
// Seconds between two questions of any ranks to the counter: several times what rank 0 needs to answer one.
constexpr double question_seconds = 10e-6;
// The share of its part of the remaining loci that a rank takes at once.
constexpr double taken_part = 0.5;
// Work that workers should have ahead of them while an answer is on its way or a row is being written.
constexpr double reserve_seconds = 0.02;

std::int64_t loci_in(double seconds, QueueView const& view) {
  double const loci = seconds * static_cast<double>(view.workers) / view.locus_seconds;
  return static_cast<std::int64_t>(std::min(loci, 1e15));
}

}  // namespace

std::int64_t chunk_size(QueueView const& view) {
  if (view.locus_seconds <= 0) return view.workers;
  double const part = static_cast<double>(view.remaining) * std::min(view.share, 1.0 / static_cast<double>(view.ranks));
  std::int64_t const guided = std::min(loci_in(chunk_seconds, view), static_cast<std::int64_t>(taken_part * part));
  std::int64_t const served = loci_in(question_seconds * static_cast<double>(view.ranks), view);
  return std::max({guided, served, std::int64_t{1}});
}

RankSchedule::RankSchedule(std::int64_t total, std::int64_t ranks, std::int64_t workers)
    : total_(total), ranks_(ranks), workers_(workers), empty_(total == 0) {
  expect(total >= 0 && ranks > 0 && workers > 0, "a schedule needs ranks and workers");
}

QueueView RankSchedule::view() const {
  return {.remaining = std::max<std::int64_t>(total_ - known_, 0),
          .ranks = ranks_,
          .workers = workers_,
          .locus_seconds = recorded_ > 0 ? seconds_ / static_cast<double>(recorded_) : 0.0,
          .share = known_ > 0 ? static_cast<double>(taken_) / static_cast<double>(known_) : 1.0};
}

std::int64_t RankSchedule::held() const {
  std::int64_t loci = 0;
  for (Chunk const& chunk : chunks_) loci += chunk.end - chunk.next;
  return loci;
}

std::int64_t RankSchedule::reserve() const {
  QueueView const now = view();
  return now.locus_seconds > 0 ? loci_in(reserve_seconds, now) : 0;
}

bool RankSchedule::ends_with_long_loci() const {
  return recorded_ > 0 && reserve() == 0 && view().remaining < 2 * ranks_ * workers_;
}

std::int64_t RankSchedule::limit() const {
  return workers_ + std::max(workers_, reserve());
}

std::optional<std::int64_t> RankSchedule::question(std::int64_t in_flight) {
  if (asking_ || empty_) return std::nullopt;
  std::int64_t const has = held() + in_flight;
  if (ends_with_long_loci() ? has >= workers_ : has > limit()) return std::nullopt;
  std::int64_t const size = chunk_size(view());
  // What this rank believes to remain may be too much but never too little: a chunk that is small now is small.
  bool const read_first = size > workers_ && !fresh_;
  asking_ = true;
  asked_ = read_first ? 0 : size;
  ++questions_;
  return asked_;
}

void RankSchedule::answer(std::int64_t before) {
  expect(asking_, "a schedule got an answer without a question");
  asking_ = false;
  known_ = before + asked_;
  empty_ = known_ >= total_;
  fresh_ = asked_ == 0;
  std::int64_t const end = std::min(known_, total_);
  if (before >= end) return;
  chunks_.push_back({before, end});
  taken_ += end - before;
}

bool RankSchedule::room(std::int64_t in_flight) const {
  return in_flight < limit();
}

std::optional<std::int64_t> RankSchedule::next() {
  if (chunks_.empty()) return std::nullopt;
  Chunk& first = chunks_.front();
  std::int64_t const locus = first.next++;
  if (first.next == first.end) chunks_.pop_front();
  return locus;
}

void RankSchedule::record(double seconds) {
  seconds_ += std::max(seconds, 0.0);
  ++recorded_;
}

}  // namespace shoal::scan
