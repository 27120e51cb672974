// SPDX-License-Identifier: MIT
#include "compare/groups/group_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "base/index.hpp"
#include "compare/metrics/direction_divergence.hpp"
#include "compare/metrics/kmer_divergence.hpp"

namespace shoal::compare {

namespace {

constexpr std::size_t block_rows = 64;
constexpr std::size_t digest_size = 32;

}  // namespace

Population::Population(GroupShape const& shape)
    : words((1 + shape.units) * at(word_count)), directions(shape.units * at(direction_bins)) {}

GroupWriter::GroupWriter(std::string const& path, GroupShape const& shape) : shape_(shape), file_(path) {
  expect(shape.key.size() == digest_size, "a group's key is a digest");
  write(std::as_bytes(std::span(shape.key)));
}

void GroupWriter::write(std::span<std::byte const> bytes) {
  file_.write(bytes);
  digest_.update(bytes);
}

void GroupWriter::add(std::span<double const> values) {
  block_.insert(block_.end(), values.begin(), values.end());
  if (block_.size() == block_rows * shape_.columns) flush();
}

void GroupWriter::flush() {
  if (block_.empty()) return;
  std::size_t const rows = block_.size() / shape_.columns;
  std::vector<double> turned(block_.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < shape_.columns; ++column) {
      turned[column * rows + row] = block_[row * shape_.columns + column];
    }
  }
  write(std::as_bytes(std::span(turned)));
  block_.clear();
}

void GroupWriter::finish(Population const& population, Relations const& relations) {
  flush();
  write(std::as_bytes(std::span(population.words)));
  write(std::as_bytes(std::span(population.directions)));
  write(std::as_bytes(std::span(relations.networks)));
  write(std::as_bytes(std::span(relations.methods)));
  file_.write(digest_.hex());
  file_.publish();
}

GroupReader::GroupReader(std::string path, GroupShape const& shape, std::int64_t rows)
    : path_(std::move(path)), shape_(shape), rows_(at(rows)) {
  words_offset_ = digest_size + rows_ * shape.columns * sizeof(double);
  directions_offset_ = words_offset_ + (1 + shape.units) * at(word_count) * sizeof(std::uint32_t);
  relations_offset_ = directions_offset_ + shape.units * at(direction_bins) * sizeof(double);
  end_ = relations_offset_ + (shape.network_relations + shape.method_relations) * sizeof(double);
}

void GroupReader::read(std::size_t offset, std::span<std::byte> bytes) const {
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) fail(ErrorCode::input, fmt::format("cannot read {}, a part of this run", path_));
}

bool GroupReader::is_valid() const {
  std::error_code none;
  if (std::filesystem::file_size(path_, none) != end_ + digest_size || none) return false;
  // The pieces are those of GroupWriter: a digest counts their borders.
  Digest digest;
  std::vector<std::byte> piece;
  std::size_t offset = 0;
  auto const take = [&](std::size_t size) {
    piece.resize(size);
    read(offset, piece);
    digest.update(piece);
    offset += size;
  };
  take(digest_size);
  if (!std::ranges::equal(piece, std::as_bytes(std::span(shape_.key)))) return false;
  for (std::size_t row = 0; row < rows_; row += block_rows) {
    take(std::min(block_rows, rows_ - row) * shape_.columns * sizeof(double));
  }
  take(directions_offset_ - words_offset_);
  take(relations_offset_ - directions_offset_);
  take(shape_.network_relations * sizeof(double));
  take(shape_.method_relations * sizeof(double));
  std::string stored(digest_size, '\0');
  read(offset, std::as_writable_bytes(std::span(stored)));
  return stored == digest.hex();
}

void GroupReader::read_columns(std::size_t first, std::size_t count, std::span<double> out, std::size_t total,
                               std::size_t place) const {
  std::vector<double> block;
  for (std::size_t row = 0; row < rows_; row += block_rows) {
    std::size_t const rows = std::min(block_rows, rows_ - row);
    block.resize(rows * count);
    read(digest_size + (row * shape_.columns + first * rows) * sizeof(double),
         std::as_writable_bytes(std::span(block)));
    for (std::size_t column = 0; column < count; ++column) {
      std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(column * rows), rows,
                  out.begin() + static_cast<std::ptrdiff_t>(column * total + place + row));
    }
  }
}

std::vector<std::uint32_t> GroupReader::words(std::size_t which) const {
  std::vector<std::uint32_t> counts(at(word_count));
  read(words_offset_ + which * counts.size() * sizeof(std::uint32_t), std::as_writable_bytes(std::span(counts)));
  return counts;
}

std::vector<double> GroupReader::directions(std::size_t unit) const {
  std::vector<double> histogram(at(direction_bins));
  read(directions_offset_ + unit * histogram.size() * sizeof(double), std::as_writable_bytes(std::span(histogram)));
  return histogram;
}

std::vector<double> GroupReader::relations(std::size_t first, std::size_t count) const {
  std::vector<double> sums(count);
  if (count > 0) read(relations_offset_ + first * sizeof(double), std::as_writable_bytes(std::span(sums)));
  return sums;
}

}  // namespace shoal::compare
