// SPDX-License-Identifier: MIT
// Records of a FASTA of ready sequences, one by one, plain or compressed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "genome/letter_counts.hpp"
#include "genome/line_reader.hpp"
#include "genome/loci.hpp"

namespace shoal::genome {

struct SequenceRecord {
  std::string name;       // first word of the header
  std::int64_t line = 0;  // line of the header
  Codes sequence;
};

class SequenceReader {
 public:
  // Reads the file `path`, or `bytes` (LineReader). Errors: those of LineReader.
  explicit SequenceReader(std::string path, std::string const* bytes = nullptr);

  // The next record, or nothing at the end of the file. Errors: input, naming file and line: text before the first
  // header, a header without a name, a record without a sequence, a character that no sequence holds. At the end of the
  // file its letters are judged: a warning or an error as in LetterCounts, and a warning when more than half are N.
  std::optional<SequenceRecord> next();
  // Errors: LetterCounts::refuse_foreign, of the records read so far.
  void refuse_foreign() const { letters_.refuse_foreign(path_); }
  std::string const& path() const { return path_; }

 private:
  void judge_letters();

  std::string path_;
  LineReader lines_;
  std::string header_;  // the header line that ended the record before, or empty
  LetterCounts letters_;
  std::int64_t bases_ = 0;
  std::int64_t unknown_ = 0;  // N, and letters that are read as N
  bool is_judged_ = false;
};

}  // namespace shoal::genome
