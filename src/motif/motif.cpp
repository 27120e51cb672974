// SPDX-License-Identifier: MIT
#include "motif/motif.hpp"

#include <cmath>

namespace shoal::motif {

std::vector<double> information(std::vector<Column> const& columns) {
  std::vector<double> bits;
  bits.reserve(columns.size());
  for (Column const& column : columns) {
    double sum = 2;
    for (double const share : column) sum += share > 0 ? share * std::log2(share) : 0;
    bits.push_back(sum);
  }
  return bits;
}

}  // namespace shoal::motif
