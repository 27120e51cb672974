// SPDX-License-Identifier: MIT
#include "motif/motif.hpp"

#include <algorithm>
#include <cmath>

#include "library/motif.hpp"

namespace shoal::motif {

namespace {

char letter_of(Column const& column) {
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return column[a] > column[b]; });
  double const first = column[order[0]], second = column[order[1]];
  if (first > 0.5 && first >= 2 * second) return library::iupac_letter(static_cast<std::uint8_t>(1U << order[0]));
  if (first + second > 0.75)
    return library::iupac_letter(static_cast<std::uint8_t>((1U << order[0]) | (1U << order[1])));
  return 'N';
}

}  // namespace

std::string iupac_letters(std::vector<Column> const& columns) {
  std::string letters;
  for (Column const& column : columns) letters += letter_of(column);
  std::size_t const first = letters.find_first_not_of('N');
  return first == std::string::npos ? "" : letters.substr(first, letters.find_last_not_of('N') + 1 - first);
}

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
