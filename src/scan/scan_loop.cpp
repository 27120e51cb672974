// SPDX-License-Identifier: MIT
#include "scan/scan_loop.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "scan/progress.hpp"
#include "scan/worker_pool.hpp"

namespace shoal::scan {

namespace {

// Only the main thread talks to MPI and HDF5; it looks up this often while the workers compute.
constexpr std::chrono::milliseconds patience{2};

// The counters that all ranks share.
struct Counters {
  explicit Counters(mpi::Communicator const& communicator)
      : next(communicator), finished(communicator), failed(communicator), ranks_out(communicator) {}
  mpi::WorkCounter next;       // index into `pending` of the next locus
  mpi::WorkCounter finished;   // rows written
  mpi::WorkCounter failed;     // of those, failed ones
  mpi::WorkCounter ranks_out;  // ranks that have left the loop
};

int worker_count(LoopOptions const& options, std::size_t pending, int ranks) {
  if (options.backend == device::BackendKind::cuda) return 1;
  auto const share = (static_cast<int>(std::min<std::size_t>(pending, 1 << 20)) + ranks - 1) / ranks;
  return std::clamp(share, 1, options.threads);
}

class RankLoop {
 public:
  RankLoop(std::function<LocusJob(std::int64_t row)> const& read, store::Writer& writer,
           std::vector<std::int64_t> const& pending, Counters& counters, Progress& progress, WorkerPool& pool)
      : read_(read), writer_(writer), pending_(pending), counters_(counters), progress_(progress), pool_(pool) {}

  void run(std::atomic<bool> const& stop) {
    bool queue_empty = false;
    while (true) {
      while (!queue_empty && !stop && pool_.has_room()) queue_empty = !start_next();
      if ((queue_empty || stop) && pool_.in_flight() == 0) break;
      if (auto const row = pool_.take(patience)) write(*row);
      watch();
    }
    // The loci that a stopped rank leaves are nobody's: the queue ends for all.
    if (stop) close_queue();
  }

  // Ends the queue for every rank.
  void close_queue() { counters_.next.fetch_add(static_cast<std::int64_t>(pending_.size())); }

  // Serves MPI requests of other ranks and draws the progress.
  void watch() {
    counters_.next.progress();
    if (progress_.is_due()) progress_.draw(counters_.finished.fetch_add(0), counters_.failed.fetch_add(0));
  }

  StageTimes const& times() const { return times_; }
  ScanSummary const& written() const { return written_; }

 private:
  // Takes the next locus from the queue; false when there is none.
  bool start_next() {
    auto const next = static_cast<std::size_t>(counters_.next.fetch_add(1));
    if (next >= pending_.size()) return false;
    LocusJob job = [&] {
      StageTimer const timer(times_, Stage::reading);
      return read_(pending_[next]);
    }();
    if (job.status == store::Status::done) {
      pool_.submit(std::move(job));
    } else {
      write(row_without_results(job, job.status, job.message));
    }
    return true;
  }

  void write(store::Row const& row) {
    {
      StageTimer const timer(times_, Stage::writing);
      writer_.write_row(row);
    }
    counters_.finished.fetch_add(1);
    if (row.status == store::Status::done) ++written_.done;
    if (row.status == store::Status::skipped) ++written_.skipped;
    if (row.status == store::Status::failed) {
      ++written_.failed;
      counters_.failed.fetch_add(1);
    }
  }

  std::function<LocusJob(std::int64_t row)> const& read_;
  store::Writer& writer_;
  std::vector<std::int64_t> const& pending_;
  Counters& counters_;
  Progress& progress_;
  WorkerPool& pool_;
  StageTimes times_;
  ScanSummary written_;
};

}  // namespace

RankResult scan_pending(mpi::Communicator const& communicator, LoopOptions const& options,
                        std::function<LocusJob(std::int64_t row)> const& read, MakeRowMaker const& make_row_maker,
                        store::Writer& writer, std::vector<std::int64_t> const& pending,
                        std::atomic<bool> const& stop) {
  Counters counters(communicator);
  Progress progress(static_cast<std::int64_t>(pending.size()), communicator.rank() == 0);
  RankResult result;
  mpi::together(communicator, [&] {
    int const workers = worker_count(options, pending.size(), communicator.size());
    int const threads = std::max(1, options.threads / workers);
    WorkerPool pool(workers, [&, threads](int) { return make_row_maker(threads); });
    RankLoop loop(read, writer, pending, counters, progress, pool);
    std::exception_ptr failure;
    try {
      loop.run(stop);
    } catch (...) {
      failure = std::current_exception();
      loop.close_queue();
    }
    result.times = pool.times();
    result.times += loop.times();
    result.seconds = progress.seconds();
    result.written = loop.written();
    // Rank 0 keeps the counters and the progress alive until the last rank has left its loop.
    counters.ranks_out.fetch_add(1);
    while (communicator.rank() == 0 && counters.ranks_out.fetch_add(0) < communicator.size()) {
      loop.watch();
      std::this_thread::sleep_for(patience);
    }
    if (failure != nullptr) std::rethrow_exception(failure);
  });
  progress.finish(counters.finished.fetch_add(0), counters.failed.fetch_add(0));
  return result;
}

}  // namespace shoal::scan
