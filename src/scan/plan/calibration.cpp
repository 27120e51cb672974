// SPDX-License-Identifier: MIT
#include "scan/plan/calibration.hpp"

#include <algorithm>
#include <numeric>

#include "base/host.hpp"
#include "device/memory_in_use.hpp"
#include "scan/schedule/worker_pool.hpp"

namespace shoal::scan {

namespace {

constexpr double calibration_seconds = 3.0;
constexpr std::chrono::milliseconds patience{100};

// Rows of `pending` in an order that is spread evenly for any number of them: steps of the golden section.
class SpreadRows {
 public:
  SpreadRows(std::vector<std::int64_t> const& pending, int rank, int ranks)
      : pending_(pending), step_(ranks), at_(rank), stride_(coprime_stride(pending.size())) {}

  std::int64_t next() {
    std::int64_t const row = pending_[static_cast<std::size_t>(at_) * stride_ % pending_.size()];
    at_ += step_;
    return row;
  }

 private:
  static std::size_t coprime_stride(std::size_t size) {
    constexpr double golden_section = 0.6180339887498949;
    auto stride = std::max<std::size_t>(1, static_cast<std::size_t>(golden_section * static_cast<double>(size)));
    while (std::gcd(stride, size) != 1) ++stride;
    return stride;
  }

  std::vector<std::int64_t> const& pending_;
  std::int64_t step_;
  std::int64_t at_;
  std::size_t stride_;
};

// Memory that this rank holds on its device, whatever other ranks hold there; 0 without one.
std::int64_t device_bytes(PreparedScan const& scan) {
  if (scan.loop_options().backend != device::BackendKind::cuda) return 0;
  return static_cast<std::int64_t>(device::device_memory_in_use(scan.device().number));
}

}  // namespace

Calibration calibrate(mpi::Communicator const& communicator, PreparedScan& scan,
                      std::vector<std::int64_t> const& pending) {
  Calibration calibration{.costs = {}, .base_bytes = resident_bytes()};
  if (pending.empty()) return calibration;
  LoopOptions const options = scan.loop_options();
  int const workers = worker_count(options, static_cast<std::int64_t>(pending.size()), 1);
  int const threads = std::max(1, options.threads / workers);
  StageTimes times;
  std::int64_t read = 0;
  SpreadRows rows(pending, communicator.rank(), communicator.size());
  WorkerPool pool(workers, [&](int) { return scan.make_row_maker(threads); });
  // Skipped rows cost nothing; there may be no others.
  auto const submit = [&] {
    for (std::size_t tries = 0; tries < pending.size(); ++tries) {
      LocusJob job = [&] {
        StageTimer const timer(times, Stage::reading);
        return scan.job(rows.next());
      }();
      ++read;
      if (job.status != store::Status::done) continue;
      pool.submit(std::move(job));
      return;
    }
  };
  for (int i = 0; i < 2 * workers; ++i) submit();
  std::int64_t finished = 0;
  auto start = std::chrono::steady_clock::now();
  while (pool.in_flight() > 0) {
    for (FinishedRow const& row : pool.take(patience)) {
      if (finished++ >= workers) calibration.costs.add(row.seconds);
      if (finished == workers) start = std::chrono::steady_clock::now();
      double const spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (finished < workers || spent < calibration_seconds) submit();
    }
  }
  calibration.read = times.seconds[static_cast<std::size_t>(Stage::reading)] / static_cast<double>(read);
  calibration.prepare = pool.times().seconds[static_cast<std::size_t>(Stage::preparing)] / workers;
  calibration.peak_bytes = peak_resident_bytes();
  calibration.device_bytes = device_bytes(scan);
  return calibration;
}

}  // namespace shoal::scan
