// SPDX-License-Identifier: MIT
// Compressed copies: they give up what `Writer` needs (rows at fixed offsets) for smaller files.
#include "store/repack.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "store/file/digest.hpp"
#include "store/file/file_creation.hpp"
#include "store/file/shards.hpp"
#include "store/file/store_rows.hpp"
#include "store/posix_file.hpp"
#include "store/reader.hpp"

namespace shoal::store {

namespace {

// A chunk holds about this much: small enough for HDF5's cache of 1 MB, so that rows read one by one decompress a chunk
// once.
constexpr std::int64_t chunk_bytes = 256 << 10;

std::int64_t chunk_rows(hdf5::RowType const& type) {
  return std::max<std::int64_t>(1, chunk_bytes / type.bytes());
}

// Rows are copied with their checksums and checked in the copy: a row that is written but does not match was damaged
// before.
void copy_rows(StoreRows const& from, RowFile const& to, std::string const& source) {
  std::int64_t const block = from.rows_a_block();
  for (std::int64_t first = 0; first < to.rows(); first += block) {
    std::int64_t const count = std::min(block, to.rows() - first);
    to.write_copies(first, from.read(first, count), from.read_checksums(first, count));
    auto const statuses = to.verified(first, count);
    auto const written = to.read_statuses(first, count);
    for (std::size_t row = 0; row < statuses.size(); ++row) {
      if (written[row] == static_cast<std::uint8_t>(statuses[row])) continue;
      fail(ErrorCode::input, fmt::format("row {} of {} is damaged: its bytes do not match its checksum; shoal scan "
                                         "--resume computes it again",
                                         first + static_cast<std::int64_t>(row), source));
    }
  }
}

void make_copy(std::string const& source, Header header, std::string const& output, int level) {
  StoreRows const rows(header, source, hdf5::Storage::any,
                       [](std::string const& path) { return hdf5::open_read_only(path); });
  header.shards.clear();
  header.part.reset();
  Descriptor const descriptor = open_file(temporary_name(output));
  make_file_alone(output, header, [&](hid_t file, RowsDescription const& each) {
    return hdf5::RowDataset::create_compressed(file, each.path, header.schema.loci, each.type,
                                               {.rows = chunk_rows(each.type), .level = level})
        .release();
  });
  hdf5::File file = hdf5::open_for_writing_alone(temporary_name(output));
  {
    RowFile const copy(file.get(), header.schema.loci, Layout(header.schema, header.widths), hdf5::Storage::any);
    copy_rows(rows, copy, source);
  }
  hdf5::flush(file, output);
  hdf5::close(std::move(file), output);
  sync_data(descriptor, output);
}

}  // namespace

void repack(std::string const& source, std::string const& output, int level) {
  if (level < 0 || level > 9) fail(ErrorCode::config, fmt::format("--compression {}: choose from 0 to 9", level));
  Header header = read_header(hdf5::open_read_only(source).get(), source);
  check_shards(header, source);
  std::error_code ignored;
  if (std::filesystem::equivalent(source, output, ignored)) {
    fail(ErrorCode::config, fmt::format("--output {} is the store itself: a copy needs another name", output));
  }
  try {
    make_copy(source, header, output, level);
    // Checks once more as a stranger would: what HDF5 kept in memory is not what it wrote.
    Reader const reader(temporary_name(output));
    auto const stored = reader.statuses();
    if (reader.verified(0, reader.schema().loci) != stored || !reader.damage().empty()) {
      fail(ErrorCode::output, fmt::format("the copy {} does not read back as it was written", output));
    }
  } catch (...) {
    std::remove(temporary_name(output).c_str());
    throw;
  }
  publish(temporary_name(output), output);
}

}  // namespace shoal::store
