// SPDX-License-Identifier: MIT
#include "scan/sanity.hpp"

#include <algorithm>
#include <cmath>

#include "base/correlation.hpp"
#include "base/error.hpp"
#include "genome/codes.hpp"
#include "scan/faithfulness.hpp"

namespace shoal::scan {

namespace {

std::vector<double> centred(std::span<float const> map) {
  std::size_t const length = map.size() / 4;
  std::vector<double> result(map.begin(), map.end());
  for (std::size_t position = 0; position < length; ++position) {
    double sum = 0;
    for (std::size_t base = 0; base < 4; ++base) sum += map[base * length + position];
    for (std::size_t base = 0; base < 4; ++base) result[base * length + position] -= sum / 4;
  }
  return result;
}

// Positions [first, last) of a map.
std::vector<double> cut(std::vector<double> const& map, std::size_t first, std::size_t last) {
  std::size_t const length = map.size() / 4;
  std::vector<double> part;
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t position = first; position < last; ++position) part.push_back(map[base * length + position]);
  }
  return part;
}

double norm(std::vector<double> const& values) {
  double squares = 0;
  for (double const value : values) squares += value * value;
  return std::sqrt(squares);
}

}  // namespace

void check_sanity_design(library::Design const& design, StabilityOptions const& stability) {
  if (design.kind == library::DesignKind::random && design.window_start == 0 && design.window_stop < 0 &&
      !stability.converges()) {
    return;
  }
  fail(ErrorCode::config,
       "--sanity explains other sequences too: it needs random libraries of the whole sequence, "
       "without --window and --converge");
}

void add_sanity_schema(bool measures, std::int64_t length, store::MethodSchema& schema) {
  if (!measures || !predicting_array(schema.arrays, length)) return;
  auto const add = [&schema](std::string const& name, std::string const& definition) {
    schema.scalars.push_back(name);
    schema.notes[name + ".definition"] = definition;
  };
  add("reverse_complement_correlation",
      "Pearson correlation of the map, each position minus its mean over bases, with that of the reverse complement, "
      "turned round");
  add("shift_correlation", "the same with the map of the locus moved by one base, at the same bases");
  add("shuffled_size", "Euclidean norm of the map of a dinucleotide shuffle of the locus over that of the locus");
}

std::vector<std::vector<std::uint8_t>> sanity_sequences(std::span<std::uint8_t const> sequence,
                                                        std::vector<std::uint8_t> shuffled) {
  std::vector<std::uint8_t> turned(sequence.begin(), sequence.end()), moved = turned;
  genome::reverse_complement(turned);
  std::rotate(moved.begin(), moved.end() - 1, moved.end());
  return {std::move(turned), std::move(moved), std::move(shuffled)};
}

std::vector<double> sanity_numbers(SanityMaps const& maps) {
  auto const locus = centred(maps.locus), moved = centred(maps.moved);
  auto turned = centred(maps.reverse_complement);
  std::reverse(turned.begin(), turned.end());  // bases and positions: A of the last position is T of the first
  std::size_t const length = locus.size() / 4;
  double const size = norm(locus);
  return {pearson(locus, turned), pearson(cut(locus, 0, length - 1), cut(moved, 1, length)),
          size > 0 ? norm(centred(maps.shuffled)) / size : 0};
}

}  // namespace shoal::scan
