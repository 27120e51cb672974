// SPDX-License-Identifier: MIT
// What happens to one locus on one worker: library → scores → attributions → the store's row (DESIGN.md 4).
#pragma once

#include <memory>
#include <vector>

#include "attribution/method.hpp"
#include "scan/row_maker.hpp"
#include "scan/scan.hpp"

namespace shoal::scan {

// One worker's backend, scorers and methods. Not for concurrent use.
class LocusPipeline : public RowMaker {
 public:
  // `threads` OpenMP threads inside this worker; `device` the CUDA device, when the options ask for CUDA.
  LocusPipeline(ScanOptions const& options, store::Schema const& schema, int threads, int device);
  ~LocusPipeline() override;

  store::Row explain(LocusJob const& job, StageTimes& times) override;

 private:
  store::Row computed_row(LocusJob const& job, StageTimes& times);
  void add_network(std::size_t network, LocusJob const& job, library::Library const& mutants,
                   attribution::LibraryLetters& letters, store::Row& row, StageTimes& times);

  ScanOptions const& options_;
  store::Schema const& schema_;
  std::unique_ptr<device::Backend> backend_;
  std::vector<std::unique_ptr<attribution::Method>> methods_;
  std::vector<model::Scorer> scorers_;
  std::vector<model::Gradient> gradients_;  // one a scorer, where a method uses it
  std::vector<device::Buffer<float>> scores_;
};

}  // namespace shoal::scan
