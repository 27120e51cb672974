// SPDX-License-Identifier: MIT
#include "store/reader.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "hdf5/read_attributes.hpp"
#include "store/file/digest.hpp"
#include "store/file/shards.hpp"
#include "store/file/store_rows.hpp"

namespace shoal::store {

struct Reader::State {
  std::string path;
  hdf5::File file;  // the store, or its index
  Header header;
  StoreRows rows;

  State(std::string const& name, hdf5::File opened, Header read)
      : path(name),
        file(std::move(opened)),
        header(std::move(read)),
        rows(header, path, hdf5::Storage::any, [](std::string const& each) { return hdf5::open_read_only(each); }) {}

  void check(std::int64_t first, std::int64_t count) const {
    expect(first >= 0 && count >= 0 && first + count <= header.schema.loci, "row index outside the store");
  }
};

Reader::Reader(std::string const& path) {
  hdf5::File file = hdf5::open_read_only(path);
  Header header = read_header(file.get(), path);
  check_shards(header, path);
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
  return loci(index, 1).front();
}

std::vector<genome::Locus> Reader::loci(std::int64_t first, std::int64_t count) const {
  state_->check(first, count);
  return state_->rows.read_loci(first, count);
}

std::vector<std::string> Reader::sequences(std::int64_t first, std::int64_t count) const {
  state_->check(first, count);
  return state_->rows.read_sequences(first, count);
}

Row Reader::row(std::int64_t index) const {
  state_->check(index, 1);
  return state_->rows.layout().unpack(index, state_->rows.read(index, 1));
}

bool Reader::verify(std::int64_t index) const {
  return verified(index, 1).front() != Status::pending;
}

std::vector<Status> Reader::verified(std::int64_t first, std::int64_t count) const {
  state_->check(first, count);
  return state_->rows.verified(first, count);
}

namespace {

// Errors: input, when the loci of a file are not those that it names.
void check_loci(StoreRows const& rows, Header const& header) {
  constexpr std::int64_t block = 10'000;
  LociDigest digest;
  for (std::int64_t first = 0; first < header.schema.loci; first += block) {
    for (genome::Locus const& locus : rows.read_loci(first, std::min(block, header.schema.loci - first))) {
      digest.add(locus);
    }
  }
  if (digest.hex() != header.loci_digest) {
    fail(ErrorCode::input, "the loci's coordinates, strands or names are not those that were written");
  }
}

void check_index(hid_t file, Header const& header) {
  for (RowsDescription const& rows : datasets_of(Layout(header.schema, header.widths))) {
    if (hdf5::read_virtual(file, rows.path) != header.shards) {
      fail(ErrorCode::input, fmt::format("dataset {} of the index does not point to the shards", rows.path));
    }
  }
}

}  // namespace

std::vector<std::string> Reader::damage() const {
  std::vector<std::string> found;
  auto const attempt = [&found](auto const& check) {
    try {
      check();
    } catch (Error const& error) {
      found.emplace_back(error.what());
    }
  };
  if (!state_->header.loci_digest.empty()) attempt([&] { check_loci(state_->rows, state_->header); });
  if (!state_->header.shards.empty()) attempt([&] { check_index(state_->file.get(), state_->header); });
  std::vector<std::string> files = {state_->path};
  if (!state_->header.shards.empty()) {
    for (std::string const& shard : StoreRows::paths(state_->header, state_->path)) files.push_back(shard);
  }
  for (std::string const& path : files) {
    attempt([&] {
      auto const file = hdf5::open_read_only(path);
      for (std::string const& object : hdf5::unreadable_objects(file.get())) {
        found.push_back(fmt::format("{}: {}", path, object));
      }
    });
  }
  return found;
}

std::string store_digest(std::string const& path) {
  Header const header = read_header(hdf5::open_read_only(path).get(), path);
  std::string const own = file_digest(path);
  if (header.shards.empty()) return own;
  check_shards(header, path);
  Digest digest;
  digest.update(own);
  for (std::string const& shard : StoreRows::paths(header, path)) digest.update(file_digest(shard));
  return digest.hex();
}

std::optional<StoredRow> Reader::verified_row(std::int64_t index) const {
  state_->check(index, 1);
  StoreRows const& rows = state_->rows;
  std::vector<std::byte> const image = rows.read(index, 1);
  if (checksum64(image) != rows.read_checksums(index, 1).front()) return std::nullopt;
  Row row = rows.layout().unpack(index, image);
  if (row.status == Status::pending || row.status > Status::skipped) return std::nullopt;
  return StoredRow{rows.layout().unpack_locus(image), std::move(row)};
}

}  // namespace shoal::store
