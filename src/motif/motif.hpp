// SPDX-License-Identifier: MIT
// A motif: the probabilities of the four bases at each of its columns.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace shoal::motif {

// Four numbers at one column of a motif, in the order A, C, G, T.
using Column = std::array<double, 4>;

struct Motif {
  std::string name;             // identifier: MA0079.3
  std::string alternate = {};   // second name, often the factor's: SP1
  std::vector<Column> columns;  // probabilities, each column sums to 1
  double sites = 0;             // sites that the probabilities were counted in; 0: unknown
  std::int64_t line = 0;        // of the file where the motif begins; 0: it was read from none
};

// The same motif on the other strand: columns in reverse order, A exchanged with T and C with G. A column may hold
// probabilities or scores.
template <class Number>
std::vector<std::array<Number, 4>> reverse_complement(std::vector<std::array<Number, 4>> columns) {
  std::ranges::reverse(columns);
  for (auto& column : columns) std::ranges::reverse(column);
  return columns;
}

// IUPAC letters of the columns by Cavener's rule (Nucleic Acids Research 1987): a base with more than half of the
// probability and at least twice that of the next; else two bases with more than 3/4 together; else N. N at both ends
// is left out; empty where nothing else is left.
std::string iupac_letters(std::vector<Column> const& columns);

// Bits of each column against even bases: 2 + Σ p log2 p, with 0 log2 0 = 0.
std::vector<double> information(std::vector<Column> const& columns);

}  // namespace shoal::motif
