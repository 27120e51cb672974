// SPDX-License-Identifier: MIT
// A store's maps in the files that other tools read. Every function reads the source's rows one by one, in order, and
// gives the file its name when it is complete. Errors of each: those of ExportSource::read; output; config, when there
// is no row to export, or no path where standard output will not do.
#pragma once

#include <string>

#include "exports/float_width.hpp"
#include "exports/source.hpp"

namespace shoal::exports {

// Layouts with one row per locus: n rows of length L.
//
// HDF5 as ChromBPNet's: `raw/seq` int8 one-hot, `shap/seq` the map, `projected_shap/seq` the map at the sequence's
// bases, all [n, 4, L]; read by tf-modisco-lite and Fi-NeMo. Beside it, PATH without its suffix +
// ".interpreted_regions.bed": narrowPeak, one line per row, the summit in the window's middle.
void export_chrombpnet(ExportSource const& source, std::string const& path, FloatWidth width);

// HDF5 as bpnet-shap's: `hyp_scores` and `input_seqs` (int8) [n, L, 4], `coords_chrom`, `coords_start`, `coords_end`.
void export_bpnet(ExportSource const& source, std::string const& path, FloatWidth width);

// Two numpy archives with one array `arr_0` [n, 4, L] each: PREFIX_oh.npz int8 one-hot, PREFIX_contrib.npz the map
// (`modisco motifs -s … -a …`).
void export_modisco(ExportSource const& source, std::string const& prefix, FloatWidth width);

// Text; an empty path is standard output.
//
// Effects of single substitutions on the + strand, tab-separated with a header: chrom, pos (from 1), ref, alt, effect
// (the map at alt minus the map at ref, in the map's units), row, name, strand of the locus. Positions that are N have
// no line.
void export_effects(ExportSource const& source, std::string const& path);

// One line per locus, comma-separated with a header: row, chrom, start, end, strand, name, sequence, the task's numbers
// and the method's. Texts that hold commas, quotes or line ends are quoted as in RFC 4180.
void export_csv(ExportSource const& source, std::string const& path);

// One JSON object: model, task, method, gauge, notes, bases, and `loci`, a list of objects with the columns of
// export_csv and `map` [4][L]. Numbers that are not finite are null.
void export_json(ExportSource const& source, std::string const& path);

}  // namespace shoal::exports
