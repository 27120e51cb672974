// SPDX-License-Identifier: MIT
#include "store/file/store_rows.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "store/file/shards.hpp"

namespace shoal::store {

std::vector<std::string> StoreRows::paths(Header const& header, std::string const& path) {
  if (header.shards.empty()) return {path};
  std::vector<std::string> all;
  for (Shard const& shard : header.shards) all.push_back(shard_path(path, shard));
  return all;
}

StoreRows::StoreRows(Header const& header, std::string const& path, hdf5::Storage storage,
                     std::function<hdf5::File(std::string const& path)> const& open) {
  std::vector<Shard> const files =
      header.shards.empty() ? std::vector<Shard>{{path, header.schema.loci}} : header.shards;
  std::vector<std::string> const where = paths(header, path);
  std::int64_t first = 0;
  for (std::size_t place = 0; place < files.size(); ++place) {
    hdf5::File file = open(where[place]);
    RowFile rows(file.get(), files[place].rows, Layout(header.schema, header.widths), storage);
    pieces_.push_back({where[place], std::move(file), std::move(rows), first});
    first += files[place].rows;
  }
}

StoreRows::Piece const& StoreRows::piece_of(std::int64_t index) const {
  auto const behind = std::upper_bound(pieces_.begin(), pieces_.end(), index,
                                       [](std::int64_t row, Piece const& piece) { return row < piece.first; });
  return *std::prev(behind);
}

template <class Read>
auto StoreRows::over_pieces(std::int64_t first, std::int64_t count, Read const& read) const {
  decltype(read(pieces_.front().rows, first, count)) all;
  while (count > 0) {
    Piece const& piece = piece_of(first);
    std::int64_t const here = std::min(count, piece.first + piece.rows.rows() - first);
    auto part = read(piece.rows, first - piece.first, here);
    if (all.empty()) {
      all = std::move(part);
    } else {
      all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    }
    first += here;
    count -= here;
  }
  return all;
}

std::vector<std::byte> StoreRows::read(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count, [](RowFile const& rows, auto begin, auto n) { return rows.read(begin, n); });
}

std::vector<std::uint64_t> StoreRows::read_checksums(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count,
                     [](RowFile const& rows, auto begin, auto n) { return rows.read_checksums(begin, n); });
}

void StoreRows::read_locus(std::int64_t index, std::span<std::byte> image) const {
  Piece const& piece = piece_of(index);
  piece.rows.read_locus(index - piece.first, image);
}

std::vector<genome::Locus> StoreRows::read_loci(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count, [](RowFile const& rows, auto begin, auto n) { return rows.read_loci(begin, n); });
}

std::vector<std::string> StoreRows::read_sequences(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count,
                     [](RowFile const& rows, auto begin, auto n) { return rows.read_sequences(begin, n); });
}

std::vector<std::uint8_t> StoreRows::read_statuses(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count,
                     [](RowFile const& rows, auto begin, auto n) { return rows.read_statuses(begin, n); });
}

std::vector<Status> StoreRows::verified(std::int64_t first, std::int64_t count) const {
  return over_pieces(first, count, [](RowFile const& rows, auto begin, auto n) { return rows.verified(begin, n); });
}

void StoreRows::write(std::int64_t index, std::span<std::byte const> image) const {
  Piece const& piece = piece_of(index);
  piece.rows.write(index - piece.first, image);
}

void StoreRows::close() {
  for (Piece& piece : pieces_) {
    std::string const path = piece.path;
    hdf5::File file = std::move(piece.file);
    // The datasets keep the file open, so they are closed first.
    { RowFile const closed = std::move(piece.rows); }
    hdf5::close(std::move(file), path);
  }
  pieces_.clear();
}

}  // namespace shoal::store
