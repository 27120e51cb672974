// SPDX-License-Identifier: MIT
// The main job: loci × networks × methods → store, over all ranks of a communicator.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "attribution/gradient_options.hpp"
#include "attribution/pairwise_options.hpp"
#include "attribution/surrogate_options.hpp"
#include "device/backend.hpp"
#include "genome/loci.hpp"
#include "inference/scorer.hpp"
#include "library/library.hpp"
#include "mpi/communicator.hpp"
#include "mpi/hints.hpp"
#include "scan/stability.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::scan {

// A head under the name that its task has in the store.
struct NamedHead {
  std::string task;
  std::string head;  // as in network::TaskSelection::heads, one track or a set of them
};

// A network under the name that it has in the store.
struct NamedNetwork {
  std::string name;
  std::shared_ptr<network::Network const> network;
  std::vector<NamedHead> heads = {};  // its tasks (scan/named_tasks.hpp); none: the selection's heads
};

// All options of a scan. `validate` checks what needs no file.
struct ScanOptions {
  genome::LociOptions loci;
  std::vector<NamedNetwork> networks;
  network::TaskSelection tasks;
  std::vector<std::string> methods = {"additive-ridge"};
  library::Design design;
  surrogate::RidgeOptions ridge;
  attribution::GradientOptions gradient;  // its seed is the design's
  attribution::SurrogateMethodOptions surrogates;
  attribution::PairwiseOptions pairwise;
  StabilityOptions stability;
  bool keep_y = false;

  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;                                         // threads of this rank
  std::int64_t batch = 0;                                  // sequences in flight per scorer; 0: by memory
  kernels::Precision precision = kernels::Precision::f32;  // precision of scoring; gradients are float32

  std::string output;
  bool resume = false;      // go on with an existing store; a missing one is made
  bool overwrite = false;   // replace an existing store
  std::int64_t shards = 0;  // files of a new store's rows; 0: one file, or what the resumed store has
  mpi::Hints hints;         // for the MPI-IO layer

  // Errors: config.
  void validate() const;
};

// Rows of the store by status when the scan ended.
struct ScanSummary {
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;
  std::int64_t pending = 0;  // not 0 when the scan was stopped early
};

// Runs the scan; called by every rank with the same options (threads may differ). When `stop` becomes true on a rank
// (a signal handler sets it), every rank finishes the loci in hand, writes them and returns. Errors: on every rank
// alike, when any rank fails; rows that were written before stay valid.
ScanSummary run_scan(mpi::Communicator const& communicator, ScanOptions const& options, std::atomic<bool> const& stop);

}  // namespace shoal::scan
