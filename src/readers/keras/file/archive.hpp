// SPDX-License-Identifier: MIT
// Keras 3's `.keras` archive: a zip file of the graph and of the weights in HDF5.
#pragma once

#include <string>

namespace shoal::readers {

struct KerasArchive {
  std::string config;    // config.json
  std::string weights;   // the bytes of model.weights.h5
  std::string metadata;  // metadata.json, empty if there is none
};

// Unpacks `file` in this process. Errors: input, naming the file: not a zip file, damaged, one of the two members
// missing or too large.
KerasArchive unpack_keras_archive(std::string const& file);

// Unpacks `file` in a child process. It forks: call it before MPI and CUDA start. Errors as unpack_keras_archive, and
// those of sandbox::run_isolated.
KerasArchive read_keras_archive(std::string const& file);

}  // namespace shoal::readers
