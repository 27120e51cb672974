// SPDX-License-Identifier: MIT
// What happens to one locus on one worker: library → scores → attributions → the store's row.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attribution/method_set.hpp"
#include "device/make_backend.hpp"
#include "scan/locus/network_locus.hpp"
#include "scan/locus/row_maker.hpp"
#include "scan/scan_options.hpp"

namespace shoal::scan {

using Explained = std::vector<std::vector<attribution::Attribution>>;  // [methods][tasks]

// A library that grew until its maps had converged, or had all mutants.
struct GrownLibrary {
  std::unique_ptr<MutantSet> set;
  std::vector<float> scores;  // [mutants, tasks]
  Explained explained;        // results of the regressions; other methods have none
  double convergence = 0;     // the smallest correlation of its maps with those of half as many mutants
};

// One worker's backend and scorers. Not for concurrent use.
class LocusPipeline : public RowMaker {
 public:
  // `options`, `methods` and `schema` outlive this object. `threads` OpenMP threads inside this worker; `device` is
  // for options that ask for CUDA.
  LocusPipeline(ScanOptions const& options, attribution::MethodSet const& methods, store::Schema const& schema,
                int threads, device::DeviceShare device);
  ~LocusPipeline() override;

  store::Row explain(LocusJob const& job, StageTimes& times) override;

 private:
  // Halves the batches; false if that is not possible.
  bool use_less_memory();
  store::Row computed_row(std::vector<NetworkLocus> const& loci, StageTimes& times);
  void add_network(std::size_t network, NetworkLocus const& locus, MutantSet& shared, store::Row& row,
                   StageTimes& times);
  std::unique_ptr<MutantSet> make_mutants(NetworkLocus const& locus, library::Design const& design,
                                          StageTimes& times) const;
  // Scores [mutants, tasks], which the network's buffer on the backend holds too.
  std::vector<float> score(std::size_t network, kernels::PackedView mutants, StageTimes& times);
  Explained fit_regressions(NetworkLocus const& locus, MutantSet& set, std::span<float const> scores,
                            StageTimes& times) const;
  GrownLibrary grow(std::size_t network, NetworkLocus const& locus, StageTimes& times);
  // Adds to the regressions' results what add_stability_schema names; `scores` are those of `set`.
  void add_stability(std::size_t network, NetworkLocus const& locus, MutantSet const& set,
                     std::span<float const> scores, Explained& explained, StageTimes& times);
  // Adds to all results what add_faithfulness_schema names; `scores` are those of `set`, the wild type's first.
  void add_faithfulness(std::size_t network, NetworkLocus const& locus, MutantSet& set, std::span<float const> scores,
                        std::span<inference::ScoreFrame const> frames, Explained& explained, StageTimes& times);
  // Adds to all results what add_sanity_schema names. The network's buffer then holds a control's scores.
  void add_sanity(std::size_t network, NetworkLocus const& locus, Explained& explained, StageTimes& times);
  Explained explain_control(std::size_t network, NetworkLocus const& locus, StageTimes& times);
  // Scores [sequences, tasks] of other sequences; the network's buffer keeps the library's. Errors: numeric.
  std::vector<float> score_in_frames(std::size_t network, kernels::PackedView sequences,
                                     std::span<inference::ScoreFrame const> frames, StageTimes& times);

  ScanOptions const& options_;
  store::Schema const& schema_;
  std::unique_ptr<device::Backend> backend_;
  attribution::MethodSet const& methods_;
  std::vector<inference::Scorer> scorers_;
  std::vector<inference::Gradient> gradients_;  // one per scorer, where a method uses it
  std::vector<device::Buffer<float>> scores_;
};

}  // namespace shoal::scan
