// SPDX-License-Identifier: MIT
// Sequences with measured values, and how well networks predict them.
#pragma once

#include <string>
#include <vector>

#include "genome/loci.hpp"
#include "scan/sequence_scorer.hpp"

namespace shoal::compare {

struct Labels {
  std::string path;
  std::string identity;                     // of the file's bytes and the columns: part of the provenance
  std::vector<genome::Codes> sequences;     // of one length
  std::vector<std::string> columns;         // names of the values
  std::vector<std::vector<double>> values;  // [columns][sequences], finite

  // Reads `text`: "FILE:/DATASET" of HDF5, numbers [rows] or [rows, columns] beside a dataset "sequences" of text; a
  // BED whose fifth column has the values, with a genome and windows of `length`; or a table with a column "sequence"
  // and the columns named (none: "y"). It forks: call it before MPI starts. Errors: input, naming file and line or
  // dataset; config, for a BED without a genome.
  static Labels read(std::string const& text, std::vector<std::string> const& columns, std::string const& genome,
                     std::int64_t length);
};

// Networks that are scored on labels.
struct LabelScoring {
  Labels labels;
  scan::ScoringOptions scoring;  // its networks are those of the stores
};

}  // namespace shoal::compare
