// SPDX-License-Identifier: MIT
// Datasets whose first axis is rows of one fixed size. Datasets that many ranks write are contiguous, unfiltered
// and allocated when they are created, so that any rank writes any row without touching the file's metadata. Copies may
// be compressed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hdf5/row_type.hpp"

namespace shoal::hdf5 {

// How rows lie in the file: `contiguous` as ranges of the file's bytes, or `any`, also in compressed chunks.
enum class Storage { contiguous, any };

// Chunks of `rows` rows (a row of more than 16 MB is cut along its first axis), bytes shuffled, deflated.
struct Compression {
  std::int64_t rows = 1;
  int level = 4;  // 0 (chunks and shuffle alone) to 9
};

class RowDataset {
 public:
  // Makes PATH with `rows` rows, its space allocated and not filled: a new file's bytes are zero. Collective. Errors:
  // output; config, when it would be larger than 2^63 bytes.
  static RowDataset create(hid_t file, std::string const& path, std::int64_t rows, RowType const& type);
  // The same, compressed, in a file of one process. Write whole chunks. Errors: output.
  static RowDataset create_compressed(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                                      Compression const& compression);
  // Opens PATH. Collective. Errors: input, when it is missing, is not made of `rows` rows of this type, or does not lie
  // in the file as `storage` says.
  static RowDataset open(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                         Storage storage = Storage::contiguous);

  std::string const& path() const { return path_; }
  RowType const& type() const { return type_; }
  std::int64_t rows() const { return rows_; }
  hid_t id() const { return dataset_.get(); }
  Dataset release() && { return std::move(dataset_); }

  // Transfers rows first, first + 1, …, of which `bytes` holds a whole number. Independent; in pieces of at most
  // `largest_transfer` bytes. Errors: output / input.
  void write(std::int64_t first, std::span<std::byte const> bytes) const;
  void read(std::int64_t first, std::span<std::byte> bytes) const;

 private:
  // Elements start[a] … start[a] + count[a] - 1 of every axis a.
  struct Box {
    std::vector<hsize_t> start;
    std::vector<hsize_t> count;
  };

  RowDataset(std::string path, std::int64_t rows, RowType type, Dataset dataset);
  static RowDataset create_with(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                                PropertyList const& creation);
  Box whole_rows(std::int64_t first, std::size_t bytes) const;
  // Calls transfer(memory space, bytes) for one piece after the other, selected in the file.
  template <class Bytes, class Transfer>
  void in_pieces(Box const& box, Bytes bytes, Transfer const& transfer) const;
  // Selects the box in the file and returns the memory space that matches.
  Dataspace select(Box const& box) const;

  std::string path_;
  std::int64_t rows_ = 0;
  RowType type_;
  Dataset dataset_;
  Dataspace file_space_;
  Datatype memory_type_;
};

// The largest transfer in bytes that HDF5 and MPI get at once: 1 GiB, because their counts are 32 bits wide. The
// second function sets it and returns the value before (tests lower it).
std::int64_t largest_transfer();
std::int64_t set_largest_transfer(std::int64_t bytes);

// The number of rows of PATH. Errors: input, when it is missing or has no axis.
std::int64_t row_count(hid_t file, std::string const& path);
// Width in bytes of the texts of PATH. Errors: input, when it is missing or holds no fixed-length text.
std::int64_t text_width(hid_t file, std::string const& path);

}  // namespace shoal::hdf5
