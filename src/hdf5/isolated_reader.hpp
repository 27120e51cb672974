// SPDX-License-Identifier: MIT
// Reads foreign HDF5 files in a short-lived child process, because libhdf5 crashes on some damaged files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/isolated_process.hpp"

namespace shoal::hdf5 {

// A text attribute of a group or dataset.
struct TextAttribute {
  std::string object;               // path of its object, "/" for the root group
  std::string name;                 // the attribute's name
  std::vector<std::string> values;  // one text for a scalar; none for an empty array of any type
};

// A dataset of floating-point numbers (or integers, if they were asked for) of any width, converted to float32. Two
// opaque bytes with the attribute dtype = "bfloat16" are such a number.
struct FloatArray {
  std::string path;  // "/group/name"
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // row-major
};

// The result for one file.
struct Contents {
  std::vector<TextAttribute> attributes;
  std::vector<FloatArray> arrays;
};

// What to read, within the limits.
struct IsolatedRequest : sandbox::IsolatedLimits {
  // Text attributes wanted, of every object. "layer_names" also finds the pieces "layer_names0", "layer_names1", …,
  // into which Keras cuts long lists.
  std::vector<std::string> attributes;
  // Below these nothing is read: "/path/of/group", or "name" for every group of that name.
  std::vector<std::string> skipped_groups;
  // Not empty: of the datasets only this one, "/group/name", of numbers, of truth values, or of text
  // of a fixed length, whose characters become numbers along a last axis (-1 where a text has ended).
  std::string dataset;
};

// Reads all float datasets (those reachable by hard links; none stored in other files) and the wanted attributes of
// `file`. It forks: call it before MPI and CUDA start. Errors: input, naming the file: missing, a folder, empty, not
// HDF5, truncated, damaged, over a limit, or crashing the HDF5 library.
Contents read_isolated(std::string const& file, IsolatedRequest const& request);

// Whether `file` carries HDF5's signature at one of the offsets where the format allows it. Errors: input, when the
// file is missing, is not a regular file, is empty or cannot be read.
bool has_hdf5_signature(std::string const& file);

}  // namespace shoal::hdf5
