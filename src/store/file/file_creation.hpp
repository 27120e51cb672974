// SPDX-License-Identifier: MIT
// Making one file of a store under a temporary name, completely or not at all.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "mpi/hints.hpp"
#include "store/file/header.hpp"
#include "store/file/row_file.hpp"

namespace shoal::store {

// The name that a file has until it is complete.
std::string temporary_name(std::string const& path);

// Makes temporary_name(path): a store of `loci`, every row pending, its disk blocks reserved, read back and on disk.
// Removes it when anything goes wrong. Collective. Errors, on every rank: output, internal.
void make_file_collective(mpi::Communicator const& communicator, std::string const& path, Header const& header,
                          std::span<genome::Locus const> loci, mpi::Hints const& hints);

// Makes temporary_name(path) with the header's groups, texts and constants and, by `make`, one dataset of rows after
// the other. Called by one process. The file is not on disk yet.
using MakeRows = std::function<hdf5::Dataset(hid_t file, RowsDescription const& rows)>;
void make_file_alone(std::string const& path, Header const& header, MakeRows const& make);

// The same for the index of a store whose rows lie in shards. Called by one process.
void make_index_file(std::string const& path, Header const& header);

}  // namespace shoal::store
