// SPDX-License-Identifier: MIT
// From a BED row to the window that is scored, on the genome's coordinates.
#pragma once

#include <string>

#include "genome/bed_reader.hpp"
#include "genome/genome_file.hpp"
#include "genome/loci.hpp"

namespace shoal::genome {

// The row's own interval without `options.length`; otherwise [anchor - length / 2, anchor - length / 2 + length) around
// the midpoint (start + end) / 2 or the summit. `where` ("file:line") opens the messages.
// Errors: input, when the genome lacks the contig, the window is longer than the contig or lies wholly outside it.
Locus place_window(BedRow const& row, GenomeFile& genome, LociOptions const& options, std::string const& where);

// The oriented sequence of a window: N outside the contig, the reverse complement on the strand '-'.
// Errors: those of GenomeFile::fetch.
Codes read_window(Locus const& locus, GenomeFile& genome);

}  // namespace shoal::genome
