// SPDX-License-Identifier: MIT
// Scores of loci by networks, each of which reads windows of its own length around the same anchors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/options/run_arguments.hpp"
#include "genome/loci.hpp"
#include "network/task.hpp"
#include "scan/sequence_scorer.hpp"

namespace shoal::app {

// The loci of a run in windows that the network reads. Errors: those of LocusTable::read; input, when ready sequences
// or a --length that was asked for are of another length.
genome::LocusTable read_loci(genome::LociOptions options, network::Network const& network);

class Predictor {
 public:
  // `profiles`: every position of every head is a value. Errors: config, input.
  Predictor(std::vector<scan::NamedNetwork> const& networks, network::TaskSelection const& selection, bool profiles,
            genome::LociOptions const& loci, RunArguments const& run);

  // A network's task, or its head with positions.
  struct Column {
    std::string name;  // the task's; "NETWORK:TASK" where there are several networks, or their mean has a name
    std::int64_t positions = 1;
    std::size_t network = 0;
  };
  std::vector<Column> const& columns() const { return columns_; }
  std::size_t values() const { return values_; }  // numbers a row: the positions of all columns
  std::int64_t rows() const;
  // Rows that fit into memory together.
  std::int64_t piece() const;

  // That of the longest windows.
  std::string const& name(std::int64_t row) const;
  bool is_skipped(Column const& column, std::int64_t row) const;
  // [count, values] of the rows from `first` on; those that are skipped have numbers, too.
  std::vector<float> score(std::int64_t first, std::int64_t count);

 private:
  struct Member {
    scan::SequenceScorer scorer;
    genome::LocusTable* loci;
  };

  std::map<std::int64_t, genome::LocusTable> loci_;  // by length
  std::vector<Member> members_;
  std::vector<Column> columns_;
  std::size_t values_ = 0;
  genome::LocusTable* longest_ = nullptr;
};

}  // namespace shoal::app
