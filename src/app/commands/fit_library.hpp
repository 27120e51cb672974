// SPDX-License-Identifier: MIT
// A user's own library of sequences, scored by a network, as the table that `shoal fit` reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "genome/measurement_table.hpp"

namespace shoal::app {

// Sequences of one length. A diploid library is scored as the mean of its two haplotypes (library/two_hot.hpp).
struct LibrarySequences {
  std::string path;
  std::vector<std::string> texts;            // letters A, C, G, T, N, or of genotypes
  std::vector<genome::Codes> haplotypes[2];  // the second one empty where there are no genotypes

  bool is_diploid() const { return !haplotypes[1].empty(); }
};

// FASTA (genome/codes.hpp), or the dataset `dataset` of an HDF5 file, read in a child process: codes 0 … 4 or letters
// [N, L] (also one text of L letters a sequence), one-hot [N, L, 4] or [N, 4, L] with zeros for N, or the two-hot code
// likewise. Forks: call it before MPI and CUDA start. Errors: input, naming file and record or row.
LibrarySequences read_library(std::string const& path, std::string const& dataset);

// Its sequences with the score of one task of one network as measurements; a network of an open input length reads
// their length. Errors: config, for several networks or
// tasks; input, where the network reads another length.
genome::MeasurementTable score_library(LibrarySequences const& library, NetworkArguments const& networks,
                                       RunArguments const& run);

}  // namespace shoal::app
