// SPDX-License-Identifier: MIT
// The mutant libraries of a store, made again, with the scores that it kept: the input of SQUID, MAVE-NN and SEAM.
#pragma once

#include <string>

#include "exports/source.hpp"

namespace shoal::exports {

// Writes for every row of the source one folder FOLDER/rowR_NAME with
//   x_mut.npy    int8 one-hot [mutants, length, 4], row 0 the wild type; a column of zeros where the sequence is N
//   y_mut.npy    float32 [mutants, 1], the source's task
//   mave_df.csv  set (training or test, as in the scan's fits), y, x (the sequence)
// One locus at a time is in memory: mutants · length bytes. Errors: config, when the store has no scores (--keep-y) or
// `folder` is empty; input, for a library that cannot be made again, or whose row 0 is not what was scored; output.
void export_libraries(ExportSource const& source, std::string const& folder);

}  // namespace shoal::exports
