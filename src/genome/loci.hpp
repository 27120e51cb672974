// SPDX-License-Identifier: MIT
// Loci: the sequences that a scan explains, from a genome and BED rows or from a FASTA of ready sequences.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace shoal::genome {

// Base codes 0..3 = A, C, G, T and 4 = N (kernels::code_n), in the locus's own orientation.
using Codes = std::vector<std::uint8_t>;

// One input row. Coordinates are 0-based, half-open, of the scored window; they may reach over a contig's edge
// (start < 0 or end > contig length), where the sequence is N.
struct Locus {
  std::string contig;
  std::int64_t start = 0;
  std::int64_t end = 0;
  char strand = '+';  // '+', '-' or '.' (read as +)
  std::string name;
  std::string skip_reason;  // not empty: the locus keeps its row but is not scanned
};

enum class EdgePolicy { pad, skip };     // a window over a contig's edge: padded with N, or skipped
enum class Anchor { midpoint, summit };  // centre of a --length window: (start + end) / 2, or narrowPeak's summit

// The name that stands for standard input instead of a file.
inline constexpr char const* standard_input_name = "-";

struct LociOptions {
  std::string fasta;   // ready sequences, or …
  std::string genome;  // … a genome (FASTA, plain or bgzip, with or without .fai/.gzi) and …
  std::string loci;    // … BED, narrowPeak, broadPeak or gappedPeak
  // Window length around the anchor; 0: the rows' own intervals. With `fasta` it is the length that every record must
  // have.
  std::int64_t length = 0;
  // The bases that the networks read; 0: unknown. If `length` is 0, windows have this length. Rows of this width stay
  // as they are, and a notice in the log says how many are not. A FASTA's records are not cut.
  std::int64_t default_length = 0;
  Anchor anchor = Anchor::midpoint;
  EdgePolicy edge = EdgePolicy::pad;
  // If names of `fasta` are coordinates (genome/fasta_name.hpp), they give the locus its place and strand, so that it
  // is the locus of that BED row. Each record is examined on its own; without coordinates its contig is its name and it
  // begins at 0.
  bool fasta_coordinates = true;
  // What is read instead of a file called "-" (`fasta` or `loci`).
  std::string standard_input;
};

// All loci in input order. Contigs of `loci` that the genome only spells differently (ContigNames) get the genome's
// name. Every locus has the same `length` (errors: input, naming file and line, when rows differ and neither length was
// given; a row whose contig is unknown, or whose window is longer than its contig or wholly outside it, under both edge
// policies). Reading a sequence is not thread safe: one thread does it.
class LocusTable {
 public:
  // Errors: config (neither or both kinds of input), input (file, line and reason).
  static LocusTable read(LociOptions const& options);
  LocusTable(LocusTable&&) noexcept;
  LocusTable& operator=(LocusTable&&) noexcept;
  ~LocusTable();

  std::int64_t size() const;
  std::int64_t length() const;
  Locus const& locus(std::int64_t index) const;
  // The oriented sequence, `length()` codes. The sequence of a skipped locus is read too if it exists.
  Codes sequence(std::int64_t index);
  // Checks the letters of a genome once its sequences were read (GenomeFile::check_letters); `read` checks those of a
  // FASTA.
  void check_letters();

 private:
  struct State;
  explicit LocusTable(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The identity that keys a locus's random numbers: a hash of its oriented sequence, contig, start, end and strand ('.'
// counts as '+'), never of its name or row.
std::uint64_t locus_identity(Locus const& locus, Codes const& sequence);

// Text of codes ("ACGTN") and back (case folded; U is T; every other letter, and *, - and ., is N). Errors of
// to_codes: input, for any other character.
std::string to_text(Codes const& sequence);
Codes to_codes(std::string const& text);

}  // namespace shoal::genome
