// SPDX-License-Identifier: MIT
// Records of a FASTA of ready sequences, one by one, plain or compressed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "genome/line_reader.hpp"
#include "genome/loci.hpp"

namespace shoal::genome {

struct SequenceRecord {
  std::string name;       // first word of the header
  std::int64_t line = 0;  // of the header
  Codes sequence;
};

class SequenceReader {
 public:
  // Errors: those of LineReader.
  explicit SequenceReader(std::string path);

  // The next record, or nothing at the end of the file. Errors: input, naming file and line: text before the first
  // header, a header without a name, a record without a sequence, a character that no sequence holds.
  std::optional<SequenceRecord> next();
  std::string const& path() const { return path_; }

 private:
  std::string path_;
  LineReader lines_;
  std::string header_;  // the header line that ended the record before, or empty
};

}  // namespace shoal::genome
