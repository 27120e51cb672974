// SPDX-License-Identifier: MIT
// Which loci a rank takes from the shared queue, when, and how many: decisions only, without clock, MPI or threads, so
// that a scan (scan_loop) and its simulation (dry_run) run the same code.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace shoal::scan {

// What a rank knows when it takes loci.
struct QueueView {
  std::int64_t remaining = 0;  // loci that no rank has taken, as far as this rank knows
  std::int64_t ranks = 1;
  std::int64_t workers = 1;  // workers of this rank
  double locus_seconds = 0;  // mean seconds of a locus on one of its workers; 0: not known yet
  double share = 1;          // this rank's share of all loci that were taken: less than 1 / ranks if it is slow
};

// How many loci to take at once, at least 1. A rank's first loci are one per worker. Then it is the smaller of
//   - an eighth of a second's work of this rank: questions are rare, and neither a slow rank nor what waits for a slow
//     locus holds up the end;
//   - half of its part of what remains, which is an even one or, for a slow rank, its share so far: the last chunks are
//     single loci, and the ranks end together;
// but no fewer than what keeps all ranks together from asking the counter faster than rank 0 can answer.
std::int64_t chunk_size(QueueView const& view);

// One rank's part in sharing out loci 0, …, total - 1. Its owner asks the shared counter `question`s and gives it the
// `answer`s, hands `next` loci to workers while there is `room`, and `record`s what they took.
class RankSchedule {
 public:
  RankSchedule(std::int64_t total, std::int64_t ranks, std::int64_t workers);

  // What to add to the counter now: the number of loci to take, or 0 to read only the counter's value, since a large
  // chunk needs to know what the others have left. Nothing if the rank holds enough, a question is open, or the
  // queue is empty. The rank asks before it runs dry: it has work until the answer comes. `in_flight`: loci that the
  // workers have, computing and waiting.
  std::optional<std::int64_t> question(std::int64_t in_flight);
  // The counter's value before the last question's addition.
  void answer(std::int64_t before);

  // Whether another locus may be given to the workers: as many wait as are computed, and more if loci are short.
  bool room(std::int64_t in_flight) const;
  // The next locus in hand, if any.
  std::optional<std::int64_t> next();
  // Records that a locus took one worker so many seconds.
  void record(double seconds);

  // True if this rank has handed out all loci that it will ever have.
  bool is_over() const { return empty_ && !asking_ && chunks_.empty(); }
  bool is_asking() const { return asking_; }
  std::int64_t questions() const { return questions_; }

 private:
  struct Chunk {
    std::int64_t next;
    std::int64_t end;
  };

  QueueView view() const;
  std::int64_t held() const;  // loci in hand
  // Loci that the workers compute in the time that an answer or a slow write may take.
  std::int64_t reserve() const;
  // The queue is about to be empty and loci take long: hardly anything is lost if the rank asks only when a worker is
  // idle, and a locus that would wait for a slow one is left to another rank.
  bool ends_with_long_loci() const;
  // The most loci that the workers may have.
  std::int64_t limit() const;

  std::int64_t total_;
  std::int64_t ranks_;
  std::int64_t workers_;
  std::deque<Chunk> chunks_;
  std::int64_t known_ = 0;  // the counter's value as last heard
  bool fresh_ = false;      // it was read for the next question
  bool asking_ = false;
  bool empty_ = false;
  std::int64_t asked_ = 0;  // the open question
  std::int64_t taken_ = 0;  // loci of this rank
  std::int64_t questions_ = 0;
  double seconds_ = 0;  // seconds of the recorded loci
  std::int64_t recorded_ = 0;
};

}  // namespace shoal::scan
