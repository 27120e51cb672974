// SPDX-License-Identifier: MIT
// The verbs of `shoal motifs`: one file each. Every verb runs on every rank and returns the exit status.
#pragma once

#include "app/options/motif_arguments.hpp"
#include "mpi/communicator.hpp"

namespace shoal::app {

// What a verb needs from files of others, read before MPI starts.
struct MotifInputs {
  motif::AttributionMaps maps;
  motif::AttributionMaps control;  // no loci: there are no controls
  std::vector<motif::Motif> queries;
  std::vector<motif::Motif> targets;
  std::vector<motif::WeightMotif> weights;  // of the patterns whose sites are looked for
  std::vector<scan::NamedNetwork> networks;
  std::vector<motif::Factor> factors;
  motif::PlacedSequences sequences;  // that a database's motifs are looked for in
};

int run_motifs_filters(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
int run_motifs_match(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
int run_motifs_seqlets(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
int run_motifs_hits(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
int run_motifs_scan_pwm(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
// A verb with options of its own: networks and loci as of a scan.
int run_motifs_confirm(std::vector<std::string> const& words);
int run_motifs_discover(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);

}  // namespace shoal::app
