// SPDX-License-Identifier: MIT
// Arrays of numbers from files: NumPy's .npy, and tables of numbers between tabs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shoal::readers {

struct NumericArray {
  std::vector<std::int64_t> dims;
  std::vector<float> values;  // row-major, all finite
};

// NumPy's format, versions 1 to 3: little-endian float32 or float64 in C order (numpy.lib.format). Errors: input,
// naming the file: another format, type or order, too few values, values that are not finite.
NumericArray read_npy(std::string const& file);

// A table of dims [rows, columns]. If the first line begins with `name`, it is a header and the first column holds
// names. Empty lines and lines that begin with # are skipped. Errors: input, naming file and line: no number,
// another number of columns than the lines before, no numbers at all.
NumericArray read_number_table(std::string const& file);

}  // namespace shoal::readers
