// SPDX-License-Identifier: MIT
// Files: created and opened by all ranks through the MPI-IO driver, or read by one process alone.
#pragma once

#include <string>

#include "hdf5/handle.hpp"
#include "mpi/communicator.hpp"
#include "mpi/hints.hpp"

namespace shoal::hdf5 {

// A new, empty file in the format of HDF5 1.8 (object headers with checksums, and no consistency flag, which a killed
// job would leave set), without times, so that equal contents are equal bytes. An existing file is truncated.
// Collective; `hints` go to the MPI-IO driver. With the null communicator, before MPI runs, one process writes through
// the POSIX driver, unbuffered. Errors: output.
File create_file(mpi::Communicator const& communicator, std::string const& path, mpi::Hints const& hints = {});

// The same for one process without MPI, and with the features of HDF5 1.10: virtual datasets, compression.
File create_file_alone(std::string const& path);

// An existing file for reading and writing. Collective. Metadata must not be changed. Errors: input, when it is no HDF5
// file; output.
File open_for_writing(mpi::Communicator const& communicator, std::string const& path, mpi::Hints const& hints = {});

// Opens a file of create_file_alone, by the same process; also for compressed datasets, which MPI-IO cannot write row
// by row.
File open_for_writing_alone(std::string const& path);

// An existing file for reading, this process alone. Errors: input: missing, not HDF5, truncated.
File open_read_only(std::string const& path);

// A new group without times. Its parent exists. Collective. Errors: output.
Group create_group(hid_t location, std::string const& path);

// Writes everything buffered and gives the file its full size. Collective. Errors: output.
void flush(File const& file, std::string const& path);

// Closes now and reports what closing reports; HDF5 may lose a late write error here, so flush first. Errors: output.
void close(File file, std::string const& path);

}  // namespace shoal::hdf5
