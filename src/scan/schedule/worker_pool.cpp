// SPDX-License-Identifier: MIT
#include "scan/schedule/worker_pool.hpp"

#include <utility>

namespace shoal::scan {

WorkerPool::WorkerPool(int workers, PipelineFactory const& make_pipeline) {
  for (int worker = 0; worker < workers; ++worker) {
    threads_.emplace_back([this, worker, make_pipeline] { work(worker, make_pipeline); });
  }
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard const lock(mutex_);
    closing_ = true;
    jobs_.clear();
  }
  job_ready_.notify_all();
  threads_.clear();
}

std::size_t WorkerPool::in_flight() const {
  std::lock_guard const lock(mutex_);
  return in_flight_;
}

void WorkerPool::submit(LocusJob job) {
  {
    std::lock_guard const lock(mutex_);
    jobs_.push_back(std::move(job));
    ++in_flight_;
  }
  job_ready_.notify_one();
}

std::vector<FinishedRow> WorkerPool::take(std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  row_ready_.wait_for(lock, patience, [this] { return !rows_.empty() || failure_ != nullptr; });
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  in_flight_ -= rows_.size();
  return std::exchange(rows_, {});
}

StageTimes WorkerPool::times() const {
  std::lock_guard const lock(mutex_);
  return times_;
}

std::optional<LocusJob> WorkerPool::next_job() {
  std::unique_lock lock(mutex_);
  job_ready_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
  if (closing_) return std::nullopt;
  LocusJob job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void WorkerPool::work(int worker, PipelineFactory const& make_pipeline) {
  try {
    StageTimes times;
    auto const pipeline = [&] {
      StageTimer const timer(times, Stage::preparing);
      return make_pipeline(worker);
    }();
    while (auto const job = next_job()) {
      auto const start = std::chrono::steady_clock::now();
      FinishedRow finished{.row = pipeline->explain(*job, times)};
      finished.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      {
        std::lock_guard const lock(mutex_);
        times_ += std::exchange(times, {});
        rows_.push_back(std::move(finished));
      }
      row_ready_.notify_one();
    }
  } catch (...) {
    {
      std::lock_guard const lock(mutex_);
      if (failure_ == nullptr) failure_ = std::current_exception();
    }
    row_ready_.notify_one();
  }
}

}  // namespace shoal::scan
