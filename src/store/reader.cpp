// SPDX-License-Identifier: MIT
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "store/header.hpp"
#include "store/row_file.hpp"

namespace shoal::store {

struct Reader::State {
  std::string path;
  hdf5::File file;
  Header header;
  RowFile rows;

  State(std::string name, hdf5::File opened, Header read)
      : path(std::move(name)),
        file(std::move(opened)),
        header(std::move(read)),
        rows(file.get(), header.schema, Layout(header.schema, header.widths)) {}

  void check(std::int64_t index) const {
    expect(index >= 0 && index < header.schema.loci, "row index outside the store");
  }
};

Reader::Reader(std::string const& path) {
  hdf5::File file = hdf5::open_read_only(path);
  Header header = read_header(file.get(), path);
  try {
    state_ = std::make_unique<State>(path, std::move(file), std::move(header));
  } catch (Error const& error) {
    throw error.with_context(path + " is a damaged Shoal store");
  }
}

Reader::Reader(Reader&&) noexcept = default;
Reader::~Reader() = default;

std::string const& Reader::path() const {
  return state_->path;
}
Schema const& Reader::schema() const {
  return state_->header.schema;
}
Provenance const& Reader::provenance() const {
  return state_->header.provenance;
}

std::vector<Status> Reader::statuses() const {
  std::vector<Status> statuses;
  for (std::uint8_t const status : state_->rows.read_statuses(0, schema().loci)) {
    statuses.push_back(status <= static_cast<std::uint8_t>(Status::skipped) ? static_cast<Status>(status)
                                                                            : Status::pending);
  }
  return statuses;
}

genome::Locus Reader::locus(std::int64_t index) const {
  state_->check(index);
  return state_->rows.layout().unpack_locus(state_->rows.read_locus(index));
}

Row Reader::row(std::int64_t index) const {
  state_->check(index);
  return state_->rows.layout().unpack(index, state_->rows.read(index, 1));
}

bool Reader::verify(std::int64_t index) const {
  state_->check(index);
  return state_->rows.verified(index, 1).front() != Status::pending;
}

std::optional<StoredRow> Reader::verified_row(std::int64_t index) const {
  state_->check(index);
  RowFile const& rows = state_->rows;
  std::vector<std::byte> const image = rows.read(index, 1);
  if (checksum64(image) != rows.read_checksums(index, 1).front()) return std::nullopt;
  Row row = rows.layout().unpack(index, image);
  if (row.status == Status::pending || row.status > Status::skipped) return std::nullopt;
  return StoredRow{rows.layout().unpack_locus(image), std::move(row)};
}

}  // namespace shoal::store
