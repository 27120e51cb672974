// SPDX-License-Identifier: MIT
// Files of motifs: MEME (minimal text format, version 4 or 5), JASPAR (counts after ">" lines) and TRANSFAC are read,
// MEME is written.
// Formats: https://meme-suite.org/meme/doc/meme-format.html, https://jaspar.elixir.no/faq/ (PFM formats) and
// TRANSFAC's matrix table (fields AC, ID, NA, P0, XX, //).
#pragma once

#include <string>
#include <vector>

#include "motif/motif.hpp"

namespace shoal::motif {

enum class MotifFormat { meme, jaspar, transfac };

struct MotifFile {
  MotifFormat format = MotifFormat::meme;
  Column background = {0.25, 0.25, 0.25, 0.25};  // of MEME files; even where a file says nothing
  std::vector<Motif> motifs;                     // in the order of the file
};

// Reads a file, plain or compressed with gzip; its first line tells the format. Counts become probabilities by division
// by their column's sum, without pseudocounts, and `sites` is the largest of these sums. A column of probabilities may
// miss 1 by 0.01, because files round them; it is divided by its sum.
// `bytes`: read instead of the file, which then only gives its name to messages.
// Errors: input, naming file and line: an unknown format, an alphabet other than DNA's, no motifs, a motif without
// columns or with others than its header says, numbers that are none, negative or not finite, columns that sum to 0 or
// (probabilities) not to 1, rows of unequal length, two motifs with one name, more than 10,000 columns.
MotifFile read_motifs(std::string const& path, std::string const* bytes = nullptr);

// Writes motifs as MEME text, version 4, with 6 decimals; to standard output when `path` is empty. White space in names
// becomes "_". Errors: output.
void write_meme(std::string const& path, std::vector<Motif> const& motifs);

// The parts of such a file: what stands before the motifs, and one of them.
std::string meme_heading();
std::string meme_motif(Motif const& motif);

}  // namespace shoal::motif
