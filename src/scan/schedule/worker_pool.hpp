// SPDX-License-Identifier: MIT
// Threads that compute loci while the main thread talks to MPI and HDF5.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "scan/locus/row_maker.hpp"

namespace shoal::scan {

// A row made by a worker.
struct FinishedRow {
  store::Row row;
  double seconds = 0;  // seconds that the locus took the worker
};

// A fixed number of workers, each with a pipeline of its own.
class WorkerPool {
 public:
  using PipelineFactory = std::function<std::unique_ptr<RowMaker>(int worker)>;

  // Every worker makes its pipeline on its own thread; `take` throws an error that happens there.
  WorkerPool(int workers, PipelineFactory const& make_pipeline);
  WorkerPool(WorkerPool const&) = delete;
  WorkerPool& operator=(WorkerPool const&) = delete;
  // Abandons jobs that have not started, and waits for those that have.
  ~WorkerPool();

  // Jobs submitted whose rows have not yet been taken back.
  std::size_t in_flight() const;
  void submit(LocusJob job);
  // All finished rows, in the order in which they were finished; none if there is none within `patience`. Rethrows
  // what a worker threw.
  std::vector<FinishedRow> take(std::chrono::microseconds patience);
  // Sum of the workers' stage times.
  StageTimes times() const;

 private:
  void work(int worker, PipelineFactory const& make_pipeline);
  std::optional<LocusJob> next_job();

  mutable std::mutex mutex_;
  std::condition_variable job_ready_;
  std::condition_variable row_ready_;
  std::deque<LocusJob> jobs_;
  std::vector<FinishedRow> rows_;
  std::exception_ptr failure_;
  std::size_t in_flight_ = 0;
  bool closing_ = false;
  StageTimes times_;
  std::vector<std::jthread> threads_;
};

}  // namespace shoal::scan
