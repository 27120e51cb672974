// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <optional>

#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "store/header.hpp"
#include "store/posix_file.hpp"
#include "store/row_file.hpp"

namespace shoal::store {

struct Writer::State {
  mpi::Communicator communicator;
  std::string path;
  Header header;
  hdf5::File file;
  std::optional<RowFile> rows;
  Descriptor descriptor;  // for durability only: HDF5's own flush is collective
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer::~Writer() = default;

Writer Writer::open_collective(mpi::Communicator const& communicator, std::string const& path) {
  auto state = std::make_unique<State>();
  state->communicator = communicator;
  state->path = path;
  // Each rank reads the header by itself first: what is wrong with the file is known before any collective call.
  mpi::together(communicator, [&] {
    auto const file = hdf5::open_read_only(path);
    state->header = read_header(file.get(), path);
    state->descriptor = open_file(path);
  });
  mpi::together(communicator, [&] { state->file = hdf5::open_for_writing(communicator, path); });
  mpi::together(communicator, [&] {
    Schema const& schema = state->header.schema;
    state->rows.emplace(state->file.get(), schema, Layout(schema, state->header.widths));
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
  std::vector<std::byte> image = state_->rows->read_locus(row.index);
  Layout const& layout = state_->rows->layout();
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
  std::int64_t const rank = state_->communicator.rank();
  std::int64_t const size = state_->communicator.size();
  std::int64_t const first = schema().loci * rank / size;
  std::int64_t const last = schema().loci * (rank + 1) / size;
  std::string mine;
  mpi::together(state_->communicator, [&] {
    if (last == first) return;
    for (Status const status : state_->rows->verified(first, last - first)) mine.push_back(static_cast<char>(status));
  });
  std::vector<Status> statuses;
  statuses.reserve(static_cast<std::size_t>(schema().loci));
  for (std::string const& share : state_->communicator.gather_all(mine)) {
    for (char const status : share) statuses.push_back(static_cast<Status>(status));
  }
  return statuses;
}

void Writer::sync() {
  sync_data(state_->descriptor, state_->path);
}

void Writer::close_collective() {
  if (!state_->rows.has_value()) return;
  mpi::together(state_->communicator, [&] { sync(); });
  mpi::together(state_->communicator, [&] {
    state_->rows.reset();
    hdf5::close(std::move(state_->file), state_->path);
  });
  state_->descriptor.reset();
}

}  // namespace shoal::store
