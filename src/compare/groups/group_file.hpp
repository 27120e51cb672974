// SPDX-License-Identifier: MIT
// What one group of loci gave, in a file of its own that appears when it is complete: OUTPUT.parts/group-NNN.
//
// Layout: key, 32 bytes; values in blocks of rows, each column after column [columns][rows of the block] float64; words
// of all loci and under high runs, uint32 [1 + units][word_count]; directions, float64 [units][direction_bins];
// relations, float64; digest of all that, 32 bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/checksum.hpp"
#include "compare/groups/slots.hpp"
#include "store/output_file.hpp"

namespace shoal::compare {

// What a group's file holds, besides its number of rows the same for all groups.
struct GroupShape {
  std::string key;  // 32 characters: digest of what determines the numbers
  std::size_t units = 0;
  std::size_t columns = 0;
  std::size_t network_relations = 0;
  std::size_t method_relations = 0;
};

// What is counted and summed over the loci of a group.
struct Population {
  Population(GroupShape const& shape);

  std::vector<std::uint32_t> words;  // [1 + units][word_count], the first those of the sequences
  std::vector<double> directions;    // [units][direction_bins]
};

class GroupWriter {
 public:
  // Errors: output.
  GroupWriter(std::string const& path, GroupShape const& shape);
  // The values of one locus [columns].
  void add(std::span<double const> values);
  void finish(Population const& population, Relations const& relations);

 private:
  void write(std::span<std::byte const> bytes);
  void flush();

  GroupShape const& shape_;
  store::OutputFile file_;
  Digest digest_;
  std::vector<double> block_;  // [rows][columns]
};

class GroupReader {
 public:
  GroupReader(std::string path, GroupShape const& shape, std::int64_t rows);

  // Whether the file is there, has the key and is whole: all of it is read.
  bool is_valid() const;
  // Appends columns first, first + 1, … to `out`, which holds [columns][rows] of a tile: rows of this group go to
  // `place` on in each of `count` columns of `total` rows. Errors: input.
  void read_columns(std::size_t first, std::size_t count, std::span<double> out, std::size_t total,
                    std::size_t place) const;
  // Words 0 are those of the sequences, words 1 + u those of unit u. Errors: input.
  std::vector<std::uint32_t> words(std::size_t which) const;
  std::vector<double> directions(std::size_t unit) const;
  std::vector<double> relations(std::size_t first, std::size_t count) const;
  std::size_t rows() const { return rows_; }

 private:
  void read(std::size_t offset, std::span<std::byte> bytes) const;

  std::string path_;
  GroupShape shape_;
  std::size_t rows_;
  std::size_t words_offset_, directions_offset_, relations_offset_, end_;
};

}  // namespace shoal::compare
