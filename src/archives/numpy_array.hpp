// SPDX-License-Identifier: MIT
// NumPy's format of arrays, .npy (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::archives {

struct NumpyArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // row-major, all finite
};

// Whether the bytes begin as an array's do.
bool is_numpy(std::string_view bytes);

// The array in the bytes of `file`: versions 1 to 3; bool, integers of 8 to 64 bits, floats of 16, 32 and 64 bits,
// little endian, in C or Fortran order. Errors: input, naming the file: another format or type, too few values, values
// that are not finite.
NumpyArray parse_numpy(std::string const& file, std::string_view bytes);

}  // namespace shoal::archives
