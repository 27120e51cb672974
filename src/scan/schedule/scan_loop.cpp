// SPDX-License-Identifier: MIT
#include "scan/schedule/scan_loop.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/host.hpp"
#include "mpi/agree.hpp"
#include "scan/schedule/progress.hpp"
#include "scan/schedule/rank_schedule.hpp"
#include "scan/schedule/shared_tally.hpp"
#include "scan/schedule/worker_pool.hpp"

namespace shoal::scan {

namespace {

// Only the main thread talks to MPI and HDF5. It looks up this often while the workers compute, and more often while
// they are about to run out of loci.
constexpr std::chrono::microseconds patience{2000};
constexpr std::chrono::microseconds short_patience{200};

// What all ranks share.
struct Shared {
  explicit Shared(mpi::Communicator const& communicator)
      : next(communicator), finished(communicator), failed(communicator) {}
  mpi::WorkCounter next;  // index into `pending` of the next locus
  SharedTally finished;   // rows written
  SharedTally failed;     // failed rows among those written
};

class RankLoop {
 public:
  RankLoop(std::function<LocusJob(std::int64_t row)> const& read, std::function<void(store::Row const&)> const& on_row,
           store::Writer& writer, std::vector<std::int64_t> const& pending, Shared& shared, RankSchedule& schedule,
           Progress& progress, WorkerPool& pool)
      : read_(read),
        on_row_(on_row),
        writer_(writer),
        pending_(pending),
        shared_(shared),
        schedule_(schedule),
        progress_(progress),
        pool_(pool) {}

  void run(std::atomic<bool> const& stop) {
    while (true) {
      feed(stop);
      if ((stop || schedule_.is_over()) && pool_.in_flight() == 0) break;
      bool const hungry = shared_.next.is_asking() && schedule_.room(in_flight());
      auto const rows = pool_.take(hungry ? short_patience : patience);
      for (FinishedRow const& finished : rows) {
        schedule_.record(finished.seconds);
        costs_.add(finished.seconds);
      }
      // The workers go on while the rows are written.
      if (!rows.empty()) feed(stop);
      for (FinishedRow const& finished : rows) write(finished.row);
      watch();
    }
    // The loci that a stopped rank leaves belong to nobody: the queue ends for all.
    if (stop) close_queue();
  }

  // Ends the queue for every rank.
  void close_queue() {
    while (shared_.next.is_asking() && !shared_.next.answer()) std::this_thread::sleep_for(short_patience);
    shared_.next.fetch_add(static_cast<std::int64_t>(pending_.size()));
  }

  // Serves MPI requests of other ranks, sends what was counted and draws the progress.
  void watch() {
    shared_.next.progress();
    shared_.finished.send();
    shared_.failed.send();
    if (progress_.is_due()) progress_.draw(shared_.finished.total(), shared_.failed.total());
  }

  StageTimes const& times() const { return times_; }
  LocusCosts const& costs() const { return costs_; }
  ScanSummary const& written() const { return written_; }

 private:
  std::int64_t in_flight() const { return static_cast<std::int64_t>(pool_.in_flight()); }

  // Takes the answer of the shared counter, if it is there, and asks again, without waiting.
  void talk() {
    if (auto const before = shared_.next.answer()) schedule_.answer(*before);
    if (auto const amount = schedule_.question(in_flight())) shared_.next.ask(*amount);
  }

  void feed(bool stopping) {
    if (stopping) return;
    talk();
    hand_out();
  }

  void hand_out() {
    while (schedule_.room(in_flight())) {
      auto const next = schedule_.next();
      if (!next) return;
      start(pending_[static_cast<std::size_t>(*next)]);
    }
  }

  void start(std::int64_t index) {
    LocusJob job = [&] {
      StageTimer const timer(times_, Stage::reading);
      return read_(index);
    }();
    if (job.status == store::Status::done) {
      pool_.submit(std::move(job));
    } else {
      write(row_without_results(job, job.status, job.message));
    }
  }

  void write(store::Row const& row) {
    {
      StageTimer const timer(times_, Stage::writing);
      writer_.write_row(row);
    }
    if (on_row_) on_row_(row);
    shared_.finished.add(1);
    if (row.status == store::Status::done) ++written_.done;
    if (row.status == store::Status::skipped) ++written_.skipped;
    if (row.status == store::Status::failed) {
      ++written_.failed;
      shared_.failed.add(1);
    }
  }

  std::function<LocusJob(std::int64_t row)> const& read_;
  std::function<void(store::Row const&)> const& on_row_;
  store::Writer& writer_;
  std::vector<std::int64_t> const& pending_;
  Shared& shared_;
  RankSchedule& schedule_;
  Progress& progress_;
  WorkerPool& pool_;
  StageTimes times_;
  LocusCosts costs_;
  ScanSummary written_;
};

}  // namespace

int worker_count(LoopOptions const& options, std::int64_t pending, int ranks) {
  // Enough that one generates and one fits on the host while the device scores the library of a third.
  constexpr int most_on_a_device = 3;
  std::int64_t const share = (pending + ranks - 1) / ranks;
  int const most =
      options.backend == device::BackendKind::cuda ? std::min(options.threads, most_on_a_device) : options.threads;
  return static_cast<int>(std::clamp<std::int64_t>(share, 1, most));
}

RankResult scan_pending(mpi::Communicator const& communicator, LoopOptions const& options,
                        std::function<LocusJob(std::int64_t row)> const& read, MakeRowMaker const& make_row_maker,
                        store::Writer& writer, std::vector<std::int64_t> const& pending,
                        std::atomic<bool> const& stop) {
  Shared shared(communicator);
  auto const total = static_cast<std::int64_t>(pending.size());
  Progress progress(total, communicator.rank() == 0);
  RankResult result;
  mpi::together(communicator, [&] {
    double const cpu_before = process_cpu_seconds();
    int const workers = worker_count(options, total, communicator.size());
    int const threads = std::max(1, options.threads / workers);
    RankSchedule schedule(total, communicator.size(), workers);
    WorkerPool pool(workers, [&, threads](int) { return make_row_maker(threads); });
    RankLoop loop(read, options.on_row, writer, pending, shared, schedule, progress, pool);
    std::exception_ptr failure;
    try {
      loop.run(stop);
    } catch (...) {
      failure = std::current_exception();
      loop.close_queue();
    }
    result = {.times = pool.times(),
              .costs = loop.costs(),
              .seconds = progress.seconds(),
              .cpu_seconds = process_cpu_seconds() - cpu_before,
              .workers = workers,
              .questions = schedule.questions(),
              .written = loop.written()};
    result.times += loop.times();
    // Rank 0 keeps the counters and the progress alive until the last rank has left its loop.
    communicator.barrier([&loop] {
      loop.watch();
      std::this_thread::sleep_for(patience);
    });
    shared.finished.finish();
    shared.failed.finish();
    if (failure != nullptr) std::rethrow_exception(failure);
  });
  if (communicator.rank() == 0) progress.finish(shared.finished.total(), shared.failed.total());
  return result;
}

}  // namespace shoal::scan
