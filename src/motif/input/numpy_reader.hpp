// SPDX-License-Identifier: MIT
// The first array of a NumPy archive (.npz), or a bare array (.npy).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shoal::motif {

struct NumpyArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // row-major
};

// Reads "arr_0", or the only member of the archive. Types: bool, integers of 8 to 64 bits, floats of 16, 32 and 64
// bits, little endian, in C or Fortran order. Parsed in a child process, before MPI starts. Errors: input, naming the
// file.
NumpyArray read_numpy(std::string const& file);

// The array in the bytes of a .npy file, for `read_numpy` and its fuzz target. Errors: input.
NumpyArray parse_numpy(std::string const& file, std::string const& bytes);

}  // namespace shoal::motif
