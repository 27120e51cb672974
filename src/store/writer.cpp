// SPDX-License-Identifier: MIT
#include "store/writer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "store/file/header.hpp"
#include "store/file/shards.hpp"
#include "store/file/store_rows.hpp"
#include "store/posix_file.hpp"

namespace shoal::store {

struct Writer::State {
  mpi::Communicator communicator;
  std::string path;
  Header header;
  std::optional<StoreRows> rows;
  std::vector<Descriptor> descriptors;  // only for durability: HDF5's own flush is collective
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer::~Writer() = default;

Writer Writer::open_collective(mpi::Communicator const& communicator, std::string const& path,
                               mpi::Hints const& hints) {
  auto state = std::make_unique<State>();
  state->communicator = communicator;
  state->path = path;
  // Each rank first reads the header by itself, so that what is wrong with the file is known before any collective
  // call.
  mpi::together(communicator, [&] {
    state->header = read_header(hdf5::open_read_only(path).get(), path);
    if (auto const& part = state->header.part) {
      fail(ErrorCode::input,
           fmt::format("{} is shard {} of {} of a store: give the store's index", path, part->number, part->shards));
    }
    if (communicator.rank() == 0) check_shards(state->header, path);
  });
  mpi::together(communicator, [&] {
    for (std::string const& file : StoreRows::paths(state->header, path)) state->descriptors.push_back(open_file(file));
  });
  mpi::together(communicator, [&] {
    try {
      state->rows.emplace(state->header, path, hdf5::Storage::contiguous,
                          [&](std::string const& file) { return hdf5::open_for_writing(communicator, file, hints); });
    } catch (Error const& error) {
      throw error.with_context(path + " cannot be written");
    }
  });
  return Writer(std::move(state));
}

Schema const& Writer::schema() const {
  return state_->header.schema;
}
Provenance const& Writer::provenance() const {
  return state_->header.provenance;
}

void Writer::write_row(Row const& row) {
  expect(state_->rows.has_value(), "this store is closed");
  expect(row.index >= 0 && row.index < schema().loci, "row index outside the store");
  expect(row.status != Status::pending, "a row is written done, failed or skipped");
  Layout const& layout = state_->rows->layout();
  std::vector<std::byte> image(static_cast<std::size_t>(layout.row_bytes()));
  state_->rows->read_locus(row.index, image);
  layout.pack(row, image);
  try {
    state_->rows->write(row.index, image);
  } catch (Error const& error) {
    genome::Locus const locus = layout.unpack_locus(image);
    throw error.with_context(fmt::format("while writing locus {} ({}:{}-{} ({})) to {}", row.index, locus.contig,
                                         locus.start, locus.end, locus.strand, state_->path));
  }
}

std::vector<Status> Writer::verified_statuses_collective() {
  expect(state_->rows.has_value(), "this store is closed");
  auto const rank = static_cast<std::int64_t>(state_->communicator.rank());
  auto const size = static_cast<std::int64_t>(state_->communicator.size());
  // Ranks take blocks of rows in turn: rows that are done lie together, and pending ones take no time.
  std::int64_t const block = state_->rows->rows_a_block();
  auto const rows_of = [&](std::int64_t first) { return std::min(block, schema().loci - first); };
  std::string mine;
  mpi::together(state_->communicator, [&] {
    for (std::int64_t first = rank * block; first < schema().loci; first += size * block) {
      for (Status const status : state_->rows->verified(first, rows_of(first))) {
        mine.push_back(static_cast<char>(status));
      }
    }
  });
  auto const shares = state_->communicator.gather_all(mine);
  std::vector<std::size_t> next(shares.size());
  std::vector<Status> statuses;
  statuses.reserve(static_cast<std::size_t>(schema().loci));
  for (std::int64_t first = 0; first < schema().loci; first += block) {
    auto const owner = static_cast<std::size_t>(first / block % size);
    for (std::int64_t row = 0; row < rows_of(first); ++row) {
      statuses.push_back(static_cast<Status>(shares[owner][next[owner]++]));
    }
  }
  return statuses;
}

void Writer::sync() {
  auto const files = StoreRows::paths(state_->header, state_->path);
  for (std::size_t file = 0; file < files.size(); ++file) sync_data(state_->descriptors[file], files[file]);
}

void Writer::close_collective() {
  if (!state_->rows.has_value()) return;
  mpi::together(state_->communicator, [&] {
    state_->rows->close();
    state_->rows.reset();
  });
  // Only now: closing writes the last of HDF5's own bytes.
  mpi::together(state_->communicator, [&] { sync(); });
  state_->descriptors.clear();
}

std::int64_t Writer::shards() const {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(state_->header.shards.size()));
}

}  // namespace shoal::store
