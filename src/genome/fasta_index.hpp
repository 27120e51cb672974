// SPDX-License-Identifier: MIT
// The index of a genome (.fai, .gzi): read strictly, because it may be stale, cut short or of another file.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace shoal::genome {

// One contig of a .fai file (http://www.htslib.org/doc/faidx.html). Offsets count uncompressed bytes.
struct ContigEntry {
  std::string name;
  std::int64_t length = 0;      // bases
  std::int64_t offset = 0;      // of the first base
  std::int64_t line_bases = 0;  // bases a line
  std::int64_t line_bytes = 0;  // bytes a line, with its line end

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

// Why a FASTA file cannot be indexed: the first line that breaks the layout (every line of a contig but its last has
// the same length), as "file:line: reason", or a general reason when none is found. Errors: those of LineReader.
std::string find_layout_defect(std::string const& path);

}  // namespace shoal::genome
