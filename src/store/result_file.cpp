// SPDX-License-Identifier: MIT
#include "store/result_file.hpp"

#include <cstdio>
#include <utility>

#include "store/file/file_creation.hpp"
#include "store/posix_file.hpp"

namespace shoal::store {

void write_result_file(std::string const& path, std::function<void(hid_t file)> const& write) {
  std::string const temporary = temporary_name(path);
  try {
    mpi::Communicator const alone;
    auto file = hdf5::create_file(alone, temporary);
    write(file.get());
    hdf5::flush(file, path);
    hdf5::close(std::move(file), path);
    publish(temporary, path);
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
}

}  // namespace shoal::store
