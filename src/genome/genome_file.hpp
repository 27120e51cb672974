// SPDX-License-Identifier: MIT
// Random access to a genome: a FASTA, plain or bgzip. The only file that knows htslib's index and seeking.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace shoal::genome {

// Uses GENOME.fai (and GENOME.gzi for bgzip) if they exist, and compares each contig with them when it is first
// asked for. Otherwise it reads the whole file once and keeps the index in memory: nothing is written beside the
// genome. Not thread safe.
class GenomeFile {
 public:
  // Errors: input (missing, empty, truncated, plain gzip, not a FASTA, a damaged index).
  explicit GenomeFile(std::string path);
  GenomeFile(GenomeFile&&) noexcept;
  GenomeFile& operator=(GenomeFile&&) noexcept;
  ~GenomeFile();

  std::string const& path() const;
  // Names in file order.
  std::vector<std::string> contigs() const;
  // Bases of a contig, or -1 when the genome has none of that name. The first question about a contig also compares the
  // index with the file. Errors: input, when they do not belong together.
  std::int64_t length(std::string const& contig);
  // Letters of [start, end) of a contig, 0 <= start <= end <= length, as they stand in the file.
  // Errors: input, when the file is damaged or the index belongs to another file.
  std::string fetch(std::string const& contig, std::int64_t start, std::int64_t end);
  // Checks all that was fetched: warns, once, of letters that no nucleotide has. Errors: input, when they are more than
  // a tenth.
  void check_letters();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::genome
