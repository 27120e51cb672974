// SPDX-License-Identifier: MIT
// Conversion between the results of a row and the bytes of its image.
#include <algorithm>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "store/file/layout.hpp"

namespace shoal::store {

namespace {

std::span<std::byte> cell(Column const& column, std::span<std::byte> image) {
  return image.subspan(static_cast<std::size_t>(column.offset), static_cast<std::size_t>(column.type.bytes()));
}
std::span<std::byte const> cell(Column const& column, std::span<std::byte const> image) {
  return image.subspan(static_cast<std::size_t>(column.offset), static_cast<std::size_t>(column.type.bytes()));
}

void put_text(std::string const& text, std::span<std::byte> cell) {
  std::size_t const kept = std::min(text.size(), cell.size());
  std::memcpy(cell.data(), text.data(), kept);
  std::memset(cell.data() + kept, 0, cell.size() - kept);
}

std::string get_text(std::span<std::byte const> cell) {
  std::string text(reinterpret_cast<char const*>(cell.data()), cell.size());
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

void put_integer(std::int64_t number, std::span<std::byte> cell) {
  std::memcpy(cell.data(), &number, sizeof number);
}

std::int64_t get_integer(std::span<std::byte const> cell) {
  std::int64_t number = 0;
  std::memcpy(&number, cell.data(), sizeof number);
  return number;
}

template <class Number>
void put_nothing(std::span<std::byte> cell) {
  std::vector<Number> const nothing(cell.size() / sizeof(Number), std::numeric_limits<Number>::quiet_NaN());
  std::memcpy(cell.data(), nothing.data(), cell.size());
}

template <class Number>
void put_all(std::vector<Number> const& values, std::span<std::byte> cell) {
  expect(values.size() * sizeof(Number) == cell.size(),
         "an array of a row has not the size that its store's schema says");
  std::memcpy(cell.data(), values.data(), cell.size());
}

void put_array(attribution::MethodResult const* result, Column const& column, std::span<std::byte> cell) {
  bool const is_single = column.type.kind == hdf5::ElementKind::float32;
  if (result == nullptr) return is_single ? put_nothing<float>(cell) : put_nothing<double>(cell);
  expect(column.array < result->arrays.size(), "a row holds fewer arrays than its store's schema");
  attribution::ArrayValues const& values = result->arrays[column.array];
  expect(std::holds_alternative<std::vector<float>>(values) == is_single, "an array of a row has another type");
  std::visit([cell](auto const& numbers) { put_all(numbers, cell); }, values);
}

// Returns one array of a row piece by piece.
template <class Number>
class Source {
 public:
  Source(std::vector<Number> const& values, bool may_be_empty)
      : values_(values), empty_(may_be_empty && values.empty()) {}

  void put(std::span<std::byte> cell) {
    std::size_t const count = cell.size() / sizeof(Number);
    if (empty_) return put_nothing<Number>(cell);
    expect(next_ + count <= values_.size(), "a row holds fewer values than its store's schema");
    std::memcpy(cell.data(), values_.data() + next_, cell.size());
    next_ += count;
  }
  void finish() const { expect(empty_ || next_ == values_.size(), "a row holds more values than its store's schema"); }

 private:
  std::vector<Number> const& values_;
  bool empty_;
  std::size_t next_ = 0;
};

template <class Number>
void append(std::span<std::byte const> cell, std::vector<Number>& values) {
  std::size_t const before = values.size();
  values.resize(before + cell.size() / sizeof(Number));
  std::memcpy(values.data() + before, cell.data(), cell.size());
}

void append_array(Column const& column, std::span<std::byte const> cell, attribution::MethodResult& result) {
  attribution::ArrayValues values;
  if (column.type.kind == hdf5::ElementKind::float64) values = std::vector<double>();
  std::visit([cell](auto& numbers) { append(cell, numbers); }, values);
  result.arrays.push_back(std::move(values));
}

// Cut to `width` bytes, never within a UTF-8 letter.
std::string cut(std::string const& text, std::int64_t width) {
  auto size = static_cast<std::size_t>(width);
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

void Layout::pack(Row const& row, std::span<std::byte> image) const {
  bool const unfinished = row.status != Status::done;
  bool const has_no_results = unfinished && row.results.empty();
  expect(has_no_results || row.results.size() == results_, "a row has other methods than its store's schema");
  auto const result_of = [&](Column const& column) { return has_no_results ? nullptr : &row.results[column.result]; };
  Source<double> task_scalars(row.task_scalars, unfinished);
  Source<float> y(row.y, unfinished);
  for (Column const& column : columns_) {
    std::span<std::byte> const bytes = cell(column, image);
    switch (column.part) {
      case Part::sequence:
        expect(row.sequence.size() == bytes.size() || (unfinished && row.sequence.empty()),
               "a row's sequence must have the store's length");
        put_text(row.sequence, bytes);
        break;
      case Part::status:
        bytes[0] = static_cast<std::byte>(row.status);
        break;
      case Part::message:
        put_text(cut(row.message, message_width), bytes);
        break;
      case Part::array:
        put_array(result_of(column), column, bytes);
        break;
      case Part::method_scalars:
        if (attribution::MethodResult const* const result = result_of(column)) {
          put_all(result->scalars, bytes);
        } else {
          put_nothing<double>(bytes);
        }
        break;
      case Part::task_scalars:
        task_scalars.put(bytes);
        break;
      case Part::y:
        y.put(bytes);
        break;
      default:
        break;
    }
  }
  task_scalars.finish();
  y.finish();
}

void Layout::pack_locus(genome::Locus const& locus, std::span<std::byte> image) const {
  put_text(locus.contig, cell(column(Part::chrom), image));
  put_integer(locus.start, cell(column(Part::start), image));
  put_integer(locus.end, cell(column(Part::end), image));
  put_text(std::string(1, locus.strand), cell(column(Part::strand), image));
  put_text(locus.name, cell(column(Part::name), image));
}

genome::Locus Layout::unpack_locus(std::span<std::byte const> image) const {
  genome::Locus locus;
  locus.contig = get_text(cell(column(Part::chrom), image));
  locus.start = get_integer(cell(column(Part::start), image));
  locus.end = get_integer(cell(column(Part::end), image));
  locus.strand = static_cast<char>(cell(column(Part::strand), image)[0]);
  locus.name = get_text(cell(column(Part::name), image));
  return locus;
}

Row Layout::unpack(std::int64_t index, std::span<std::byte const> image) const {
  Row row;
  row.index = index;
  row.status = static_cast<Status>(cell(column(Part::status), image)[0]);
  row.sequence = get_text(cell(column(Part::sequence), image));
  row.message = get_text(cell(column(Part::message), image));
  row.results.resize(results_);
  for (Column const& column : columns_) {
    std::span<std::byte const> const bytes = cell(column, image);
    if (column.part == Part::array) append_array(column, bytes, row.results[column.result]);
    if (column.part == Part::method_scalars) append(bytes, row.results[column.result].scalars);
    if (column.part == Part::task_scalars) append(bytes, row.task_scalars);
    if (column.part == Part::y) append(bytes, row.y);
  }
  return row;
}

}  // namespace shoal::store
