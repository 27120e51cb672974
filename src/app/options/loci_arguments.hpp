// SPDX-License-Identifier: MIT
// Options of every command that reads sequences.
#pragma once

#include "app/command_line/option_row.hpp"
#include "genome/loci.hpp"
#include "mpi/communicator.hpp"

namespace shoal::app {

struct LociArguments {
  genome::LociOptions loci;

  void add_to(OptionTable& options);
};

// Where --fasta or --loci is "-": reads standard input on rank 0, the only one that a launcher gives it to, for every
// rank. Collective. Errors: input.
void read_standard_input(genome::LociOptions& loci, mpi::Communicator const& communicator);

}  // namespace shoal::app
