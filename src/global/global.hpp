// SPDX-License-Identifier: MIT
// What a network has learnt about motifs, whatever surrounds them: motifs and pairs of motifs are put into many
// contexts (global importance analysis: Koo et al., PLoS Computational Biology 2021), and one surrogate over all of
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "genome/loci.hpp"
#include "global/global_file.hpp"
#include "kernels/precision.hpp"
#include "library/motif.hpp"
#include "mpi/communicator.hpp"
#include "network/task.hpp"
#include "scan/scan_options.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::global {

// Where contexts come from. All except uniform need sequences; N in them is replaced by draws with their composition.
enum class Background {
  uniform,       // each base on its own, with probability 1/4
  composition,   // each base on its own, with the frequencies of the sequences
  profile,       // the same, with the frequencies at its own position
  dinucleotide,  // context n: the dinucleotides of sequence n (modulo their number) in random order
  native,        // context n: sequence n itself
};

Background parse_background(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(Background background);

// Two motifs, given by their numbers, in the order in which they stand.
struct MotifPair {
  std::size_t upstream = 0;
  std::size_t downstream = 0;
};

struct GlobalOptions {
  std::vector<scan::NamedNetwork> networks;
  network::TaskSelection tasks;

  Background background = Background::uniform;
  genome::LociOptions sources;      // where contexts come from; empty for uniform
  std::int64_t backgrounds = 1000;  // number of contexts

  std::vector<library::Motif> motifs;
  std::vector<std::int64_t> positions;  // where single motifs begin; empty: in the middle
  std::vector<MotifPair> pairs;
  std::vector<std::string> orientations = {"++", "+-", "-+", "--"};  // orientations of a pair, upstream first
  std::int64_t first_spacing = 0;                                    // fewest bases between the two motifs
  std::int64_t last_spacing = 0;                                     // most bases between the two motifs
  std::int64_t pair_start = -1;  // where the upstream motif begins; -1: the pair is in the middle
  std::vector<library::Control> controls = {library::Control::scrambled};
  double confidence = 0.95;

  // The surrogates of every pair, and of every motif if there are no pairs.
  std::vector<surrogate::SurrogateName> methods;  // none: no library is scored
  std::int64_t mutants = 20000;
  double rate = 0.1;  // the probability with which every known base of a motif changes on its own
  double validation = 0.1;
  double holdout = 0.1;
  surrogate::SurrogateOptions surrogates;

  std::uint64_t seed = 0;
  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;  // threads of this rank
  std::int64_t batch = 0;
  kernels::Precision precision = kernels::Precision::f32;

  // Errors: config, naming the option, for values that have no meaning at this length of sequences.
  void validate(std::int64_t length) const;
};

// Scores contexts and library over all ranks and computes effects and surrogates on rank 0, which returns the result;
// on other ranks it is empty. The bits are the same for any number of ranks and threads and any batch. Collective;
// errors: on every rank alike: config, input.
GlobalFile run_global(mpi::Communicator const& communicator, GlobalOptions const& options);

}  // namespace shoal::global
