// SPDX-License-Identifier: MIT
#include "scan/worker_pool.hpp"

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

bool WorkerPool::has_room() const {
  std::lock_guard const lock(mutex_);
  return jobs_.size() < threads_.size() && in_flight_ < 2 * threads_.size();
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

std::optional<store::Row> WorkerPool::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  row_ready_.wait_for(lock, patience, [this] { return !rows_.empty() || failure_ != nullptr; });
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (rows_.empty()) return std::nullopt;
  store::Row row = std::move(rows_.front());
  rows_.pop_front();
  --in_flight_;
  return row;
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
    auto const pipeline = make_pipeline(worker);
    while (auto const job = next_job()) {
      StageTimes times;
      store::Row row = pipeline->explain(*job, times);
      {
        std::lock_guard const lock(mutex_);
        times_ += times;
        rows_.push_back(std::move(row));
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
