// SPDX-License-Identifier: MIT
// Options that several subcommands share: the same word means the same thing everywhere (DESIGN.md 6).
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <utility>
#include <vector>

#include "attribution/method.hpp"
#include "device/backend.hpp"
#include "genome/loci.hpp"
#include "inference/scorer.hpp"
#include "library/library.hpp"
#include "mpi/communicator.hpp"
#include "scan/scan_options.hpp"

namespace shoal::app {

// Which networks and which of their outputs.
struct NetworkArguments {
  std::vector<std::string> models;   // [NAME=]FILE
  std::vector<std::string> weights;  // one for each .json among them, in order
  std::vector<std::string> inputs;   // NAME=zeros|FILE
  std::vector<std::string> layers;   // NAME=OPERATION
  std::vector<std::string> heads;
  bool logit = false;
  std::string reduction;
  bool reverse_complement = false;
  std::string shifts;
  std::string average;  // the name of the mean of all models; empty: each on its own

  void add_to(boost::program_options::options_description& options);
  // Reads the files, in child processes: call it before MPI starts. `length`: the bases that networks of an open input
  // length read (readers::read_network). Errors: config, input.
  std::vector<scan::NamedNetwork> read(std::int64_t length = 0) const;
  network::TaskSelection tasks() const;  // errors: config
};

// Which sequences.
struct LociArguments {
  genome::LociOptions loci;
  std::string anchor;
  std::string edge;
  std::string fasta_coordinates;

  void add_to(boost::program_options::options_description& options);
  genome::LociOptions resolved() const;  // errors: config
};

// Where --fasta or --loci is "-": reads standard input on rank 0, the only one that a launcher gives it to, for every
// rank. Collective. Errors: input.
void read_standard_input(genome::LociOptions& loci, mpi::Communicator const& communicator);

// The mutant library and the surrogate that is fitted on it.
struct LibraryArguments {
  library::Design design;
  std::string kind;
  std::string law;
  std::string window;
  std::string second_window;
  std::string contexts;
  std::string scope;
  std::int64_t seed = 0;

  void add_to(boost::program_options::options_description& options);
  library::Design resolved() const;  // errors: config

 private:
  void resolve_kind(library::Design& resolved) const;
};

struct RidgeArguments {
  std::string lambdas;
  std::string selection;
  surrogate::RidgeOptions ridge;

  void add_to(boost::program_options::options_description& options);
  surrogate::RidgeOptions resolved() const;  // errors: config
};

// The methods, and what those that follow gradients are told.
struct AttributionArguments {
  std::string methods;
  std::string baseline;
  attribution::GradientOptions gradient;
  std::string pairwise_window;

  void add_methods_to(boost::program_options::options_description& options);
  void add_to(boost::program_options::options_description& options);
  attribution::GradientOptions resolved() const;  // errors: config
  attribution::PairwiseOptions pairwise() const;  // errors: config
};

// Where and how it runs.
struct RunArguments {
  std::string backend;
  int threads = 0;  // 0: this rank's share of the cores
  std::int64_t batch = 0;
  std::string precision;

  void add_to(boost::program_options::options_description& options);
  void validate() const;                     // errors: config
  device::BackendKind backend_kind() const;  // errors: config
  // The same on every rank: a scan's numbers depend on it. Collective. Errors, on every rank: config, also when some
  // ranks have a CUDA device and others have none and --backend does not say which is meant.
  device::BackendKind agreed_backend(mpi::Communicator const& communicator) const;
  kernels::Precision network_precision() const;  // errors: config
  // Threads of this rank (app/options/rank_threads.hpp). Collective over `node`.
  int thread_count(mpi::Communicator const& node) const;
};

// The ends of a half-open window A:B. Errors: config, naming `option`.
std::pair<std::int64_t, std::int64_t> parse_window(std::string const& option, std::string const& text);

// The pieces of a comma-separated list, trimmed. Errors: config, naming `option`, when one is empty.
std::vector<std::string> parse_list(std::string const& option, std::string const& text);

}  // namespace shoal::app
