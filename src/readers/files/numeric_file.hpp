// SPDX-License-Identifier: MIT
// Arrays of numbers from files: NumPy's .npy, and tables of numbers between tabs.
#pragma once

#include <string>

#include "archives/numpy_array.hpp"

namespace shoal::readers {

// Errors: input, naming the file; those of archives::parse_numpy.
archives::NumpyArray read_npy(std::string const& file);

// A table of shape [rows, columns]. If the first line begins with `name`, it is a header and the first column holds
// names. Empty lines and lines that begin with # are skipped. Errors: input, naming file and line: no number,
// another number of columns than the lines before, no numbers at all.
archives::NumpyArray read_number_table(std::string const& file);

}  // namespace shoal::readers
