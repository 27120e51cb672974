// SPDX-License-Identifier: MIT
// From a table of measurements to what surrogates are fitted to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genome/measurement_table.hpp"
#include "surrogate/alphabet.hpp"
#include "surrogate/observations.hpp"

namespace shoal::app {

// How rows without a `split` column are divided.
struct SplitOptions {
  double validation = 0.1;  // share of the rows that chooses penalties
  double holdout = 0.1;     // share that no fit sees
  std::uint64_t seed = 0;   // of the random order of rows

  void validate() const;  // errors: config
};

// The table with its rows in the order that fits want: training, validation, test.
class FitTable {
 public:
  // Encodes the sequences and divides the rows: by the table's sets where it has them, at random otherwise. A table
  // with sets but no validation rows gives `validation` of its training rows to that purpose. Errors: input, naming
  // file, line and character, for a letter that the alphabet does not have; config, when no training row is left.
  FitTable(genome::MeasurementTable table, surrogate::Alphabet alphabet, SplitOptions const& split);

  surrogate::Observations observations() const;
  surrogate::Alphabet const& alphabet() const { return alphabet_; }
  genome::MeasurementTable const& table() const { return table_; }
  std::int64_t rows() const { return static_cast<std::int64_t>(order_.size()); }
  std::int64_t length() const { return static_cast<std::int64_t>(table_.sequences.front().size()); }
  // Row of the table at each place of the observations, and the set it went to.
  std::vector<std::int64_t> const& order() const { return order_; }
  genome::RowSet set_at(std::int64_t place) const;
  surrogate::Split const& split() const { return split_; }

 private:
  void divide(SplitOptions const& split);

  genome::MeasurementTable table_;
  surrogate::Alphabet alphabet_;
  std::vector<std::int64_t> order_;
  surrogate::Split split_;
  std::vector<std::uint8_t> letters_;
  std::vector<double> responses_;
  std::vector<double> weights_;
  std::vector<double> standard_errors_;
};

// Frequencies [positions, alphabet] of the user's gauge: lines of numbers, a line a position; empty lines and those
// that begin with # are passed over. Errors: input, naming the line.
std::vector<double> read_frequencies(std::string const& path, int alphabet);

}  // namespace shoal::app
