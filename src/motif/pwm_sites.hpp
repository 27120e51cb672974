// SPDX-License-Identifier: MIT
// Sites of motifs in sequences by log-odds scores with exact p-values, as FIMO calls them (Grant, Bailey and Noble,
// Bioinformatics 2011).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genome/loci.hpp"
#include "motif/maps.hpp"
#include "motif/motif.hpp"

namespace shoal::motif {

struct PwmOptions {
  double largest_p = 1e-4;                       // of the sites that are listed
  double bin = 0.01;                             // bits: scores are whole numbers of bins
  double pseudocount = 1e-4;                     // added to every probability
  Column background = {0.25, 0.25, 0.25, 0.25};  // probabilities of A, C, G, T where there is no motif
  bool both_strands = true;
  int threads = 1;
};

// A motif at a place of a sequence. Its score is Σ over columns of the whole number of bins nearest to
// log2((probability + pseudocount) / background) at the sequence's base, times `bin`.
struct PwmSite {
  std::int64_t sequence = 0;
  std::int64_t motif = 0;
  std::int64_t start = 0;  // positions [start, end) of the sequence
  std::int64_t end = 0;
  std::int64_t is_reversed = 0;  // 1: the motif is read on the other strand
  double score = 0;              // bits
  double p = 1;                  // probability that a place of the background has at least this score: exact
};

// Sequences that motifs are looked for in, and where they lie.
struct PlacedSequences {
  std::vector<genome::Locus> places;
  std::vector<genome::Codes> codes;

  std::int64_t size() const { return static_cast<std::int64_t>(codes.size()); }
};

// Every record of a FASTA, of any length; the windows of loci in a genome, in the loci's orientation; the sequences of
// maps. Errors: those of genome::SequenceReader and genome::LocusTable; input, for a FASTA without records.
PlacedSequences read_records(std::string const& fasta);
PlacedSequences read_windows(genome::LociOptions const& options);
PlacedSequences sequences_of(AttributionMaps const& maps);

class PwmScan;

class PwmScanner {
 public:
  // Errors: config, for options out of range.
  PwmScanner(std::vector<Motif> const& motifs, PwmOptions const& options);
  ~PwmScanner();

  // The sites of motifs [first, last): by motif, sequence, start, and the motif's own strand first. A place with an N
  // has no site. The same bits for any number of threads and every instruction set.
  std::vector<PwmSite> find(PlacedSequences const& sequences, std::int64_t first, std::int64_t last) const;

  // P(score ≥ `bins`) of a motif at a place of the background, and the score from which on there are sites, in bins;
  // more than the largest score where no word is so improbable.
  double p_value(std::int64_t motif, std::int64_t bins) const;
  std::int64_t threshold(std::int64_t motif) const;

 private:
  PwmOptions options_;
  std::vector<PwmScan> scans_;
};

// For each site the q-value of Benjamini and Hochberg over all places without N, and strands, of its motif. Places that
// are not listed have larger p: q is that of the whole list or larger.
std::vector<double> site_q_values(std::vector<PwmSite> const& sites, std::vector<Motif> const& motifs,
                                  PlacedSequences const& sequences, bool both_strands);

// Sites as TSV, with its heading. With `maps` (of the same sequences) also what the map says of them: the mean of the
// contributions of the sequence's own bases, and that of the hypothetical contributions weighted by the motif's
// probabilities. `q` [sites].
std::string pwm_site_table(PlacedSequences const& sequences, std::vector<Motif> const& motifs,
                           std::vector<PwmSite> const& sites, std::vector<double> const& q,
                           AttributionMaps const* maps);
// Sites as BED6 on the genome: the score is -10 log10 p, at most 1000.
std::string pwm_site_bed(PlacedSequences const& sequences, std::vector<Motif> const& motifs,
                         std::vector<PwmSite> const& sites);

}  // namespace shoal::motif
