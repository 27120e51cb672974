// SPDX-License-Identifier: MIT
// The index of a genome (.fai, .gzi). It is read strictly, because it may be stale, cut short or of another file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace shoal::genome {

// One contig of a .fai file (http://www.htslib.org/doc/faidx.html). Offsets count uncompressed bytes.
struct ContigEntry {
  std::string name;
  std::int64_t length = 0;      // bases
  std::int64_t offset = 0;      // offset of the first base
  std::int64_t line_bases = 0;  // bases per line
  std::int64_t line_bytes = 0;  // bytes per line, with its line end

  // Offset of base `position` (0 <= position < length).
  std::int64_t offset_of(std::int64_t position) const {
    return offset + position / line_bases * line_bytes + position % line_bases;
  }
};

struct FastaIndex {
  std::vector<ContigEntry> contigs;  // in the order of the file
  std::unordered_map<std::string, std::size_t> by_name;
};

// Reads a .fai file. Errors: input, naming file and line.
FastaIndex read_fasta_index(std::string const& path);

// Checks that a .gzi file is whole: its count and ascending pairs of offsets. Errors: input.
void check_block_index(std::string const& path);

// Makes the index of a FASTA from its lines, one after the other. Every line of a contig except its last has the same
// number of bases and bytes, or positions could not be computed.
class FastaIndexBuilder {
 public:
  // The next line without its line end, which takes the uncompressed bytes [begin, end) together with its line end.
  // `where` ("file:line") makes the place for a message. Errors: input (text before the first header, a header without
  // a name, a name used before, a line that breaks the layout, a character that no sequence contains).
  void add(std::string_view line, std::int64_t begin, std::int64_t end, std::function<std::string()> const& where);
  FastaIndex finish() { return std::move(index_); }

 private:
  void add_header(std::string_view line, std::int64_t end, std::function<std::string()> const& where);
  void add_bases(std::string_view line, std::int64_t bytes, std::function<std::string()> const& where);

  FastaIndex index_;
  bool contig_ended_ = false;  // set by a line shorter than the others
};

}  // namespace shoal::genome
