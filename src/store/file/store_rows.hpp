// SPDX-License-Identifier: MIT
// The rows of a store, wherever they lie: in its one file or in its shards.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/file/header.hpp"
#include "store/file/row_file.hpp"
#include "store/schema.hpp"

namespace shoal::store {

class StoreRows {
 public:
  // Opens one file with rows after the other with `open`; `storage` as in RowDataset::open. Collective when `open` is.
  StoreRows(Header const& header, std::string const& path, hdf5::Storage storage,
            std::function<hdf5::File(std::string const& path)> const& open);

  // The files that hold rows.
  static std::vector<std::string> paths(Header const& header, std::string const& path);

  Layout const& layout() const { return pieces_.front().rows.layout(); }
  std::int64_t rows_a_block() const { return pieces_.front().rows.rows_a_block(); }

  // As in RowFile, over all rows of the store.
  std::vector<std::byte> read(std::int64_t first, std::int64_t count) const;
  std::vector<std::uint64_t> read_checksums(std::int64_t first, std::int64_t count) const;
  void read_locus(std::int64_t index, std::span<std::byte> image) const;
  std::vector<genome::Locus> read_loci(std::int64_t first, std::int64_t count) const;
  std::vector<std::string> read_sequences(std::int64_t first, std::int64_t count) const;
  std::vector<std::uint8_t> read_statuses(std::int64_t first, std::int64_t count) const;
  std::vector<Status> verified(std::int64_t first, std::int64_t count) const;
  void write(std::int64_t index, std::span<std::byte const> image) const;

  // Closes the files and reports what closing reports. Collective if opening was. Errors: output.
  void close();

 private:
  struct Piece {
    std::string path;
    hdf5::File file;
    RowFile rows;
    std::int64_t first;  // row of the store
  };

  Piece const& piece_of(std::int64_t index) const;
  // What read(rows of a file, its first row, count) gives for a whole range, piece by piece, in one vector.
  template <class Read>
  auto over_pieces(std::int64_t first, std::int64_t count, Read const& read) const;

  std::vector<Piece> pieces_;
};

}  // namespace shoal::store
