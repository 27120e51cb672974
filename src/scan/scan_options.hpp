// SPDX-License-Identifier: MIT
// What a scan is told: networks, loci, library, methods, and where its store goes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "attribution/gradient_options.hpp"
#include "attribution/method_set.hpp"
#include "attribution/pairwise_options.hpp"
#include "attribution/surrogate_options.hpp"
#include "device/backend.hpp"
#include "genome/loci.hpp"
#include "kernels/precision.hpp"
#include "library/design.hpp"
#include "mpi/hints.hpp"
#include "network/task.hpp"
#include "scan/faithfulness.hpp"
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
  // For a copy with randomised layers (scan/randomised.hpp): the trained network's name, and how many.
  std::string randomised_from = {};
  std::int64_t randomised_layers = 0;
};

// Everything that a scan is told.
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
  FaithfulnessOptions faithfulness;
  bool sanity = false;  // explain controls of every locus too (scan/sanity.hpp)
  bool keep_y = false;

  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;                                         // of this rank
  std::int64_t batch = 0;                                  // sequences in flight per scorer; 0: by memory
  kernels::Precision precision = kernels::Precision::f32;  // of scoring; gradients are float32

  std::string output;
  bool resume = false;      // go on with an existing store; a missing one is made
  bool overwrite = false;   // replace an existing store
  std::int64_t shards = 0;  // files of a new store's rows; 0: one file, or what the resumed store has
  mpi::Hints hints;         // for the MPI-IO layer

  // What needs no file, `made` are the methods that these options name (make_methods). Errors: config.
  void validate(attribution::MethodSet const& made) const;
};

// The methods that the options name, in order. Errors: config.
attribution::MethodSet make_methods(ScanOptions const& options);

}  // namespace shoal::scan
