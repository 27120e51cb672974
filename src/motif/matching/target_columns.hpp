// SPDX-License-Identifier: MIT
// The columns of all targets, on both strands, as arrays that vector loops run over.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "motif/comparison.hpp"

namespace shoal::motif {

// Levels that a distance is rounded to: distances of probabilities are 0 to √2.
inline constexpr int distance_levels = 8192;

// Targets of one width stand side by side in groups, the same column of all of them in a row: the place of column c of
// the target in lane l is first + c × lanes + l.
struct TargetColumns {
  static constexpr std::int64_t lanes = 32;

  struct Group {
    std::int64_t first = 0;                  // place of the first column of lane 0
    std::int64_t width = 0;                  // columns
    std::vector<std::int32_t> targets = {};  // at most `lanes`: which target is in each lane
  };

  TargetColumns(std::vector<Motif> const& targets, ComparisonOptions const& options);

  std::int64_t places() const { return static_cast<std::int64_t>(norm.size()); }

  std::int64_t targets = 0;                // all on the + strand, then all on the - strand if that counts
  std::vector<Group> groups;               // by width
  std::array<std::vector<float>, 4> base;  // [places] of each base; 0 in empty places
  std::vector<float> norm;                 // [places] Σ of squares
  std::vector<std::int16_t> filled;        // [places] -1 (all bits) or, in empty places, 0
  std::int64_t columns = 0;                // places that are not empty
  std::int64_t longest = 0;
  bool bin_means = false;  // medians as memelite's

 private:
  void add_group(std::vector<std::vector<Column>> const& all, Group group);
};

// How far one query column is from every target column.
struct ColumnDistances {
  std::vector<std::uint16_t> level;                   // [places]
  std::array<std::uint32_t, distance_levels> counts;  // target columns at each level
  int nearest = 0;                                    // lowest and highest level with a count
  int farthest = 0;
  double median = 0;  // of the distances
};

// Distances of `column`: level = round(|q - y| (levels - 1) / largest), the same bits for every instruction set.
void measure(TargetColumns const& targets, Column const& column, double largest, ColumnDistances& result);

}  // namespace shoal::motif
