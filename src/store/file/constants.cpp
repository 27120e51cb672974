// SPDX-License-Identifier: MIT
#include "store/file/constants.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/file/layout.hpp"

namespace shoal::store {

namespace {

// The largest number of elements for which a shape read from a file is believed.
constexpr std::int64_t most_elements = std::int64_t{1} << 40;

std::string_view name_of(attribution::NumberType type) {
  switch (type) {
    case attribution::NumberType::float32:
      return "float32";
    case attribution::NumberType::float64:
      return "float64";
    case attribution::NumberType::int64:
      return "int64";
  }
  fail(ErrorCode::internal, "unknown type of numbers");
}

std::string line_of(attribution::NumberType type, std::vector<std::int64_t> const& shape, std::string const& name) {
  return fmt::format("{} {} {}", name_of(type), fmt::join(shape, ","), name);
}

bool is_integer(attribution::ConstantArray const& constant) {
  return std::holds_alternative<std::vector<std::int64_t>>(constant.values);
}

// Rows along the first axis.
hdf5::RowType row_type(attribution::ConstantArray const& constant) {
  return {is_integer(constant) ? hdf5::ElementKind::int64 : hdf5::ElementKind::float64,
          {constant.shape.begin() + 1, constant.shape.end()}};
}

std::string path_of(std::string const& group, std::string const& constant) {
  return fmt::format("{}/{}", group, link_name(constant));
}

}  // namespace

std::string description_of(attribution::ArraySchema const& array) {
  return line_of(array.type, array.shape, array.name);
}

std::string description_of(attribution::ConstantArray const& constant) {
  return line_of(is_integer(constant) ? attribution::NumberType::int64 : attribution::NumberType::float64,
                 constant.shape, constant.name);
}

attribution::ArraySchema array_from(std::string const& line) {
  auto const damaged = [&line] { fail(ErrorCode::input, fmt::format("{} describes no array", quoted(line))); };
  auto const first = line.find(' ');
  auto const second = first == std::string::npos ? first : line.find(' ', first + 1);
  if (second == std::string::npos) damaged();
  attribution::ArraySchema array{
      .name = line.substr(second + 1), .shape = {}, .type = attribution::NumberType::float32, .notes = {}};
  std::string const type = line.substr(0, first);
  if (type == name_of(attribution::NumberType::float64)) array.type = attribution::NumberType::float64;
  if (type == name_of(attribution::NumberType::int64)) array.type = attribution::NumberType::int64;
  if (type != name_of(array.type)) damaged();
  std::int64_t room = most_elements;
  for (std::string_view const piece : split(std::string_view(line).substr(first + 1, second - first - 1), ',')) {
    auto const extent = parse_integer(piece);
    if (!extent || *extent < 1 || *extent > room) damaged();
    room /= *extent;
    array.shape.push_back(*extent);
  }
  return array;
}

hdf5::RowDataset create_constant(hid_t file, std::string const& group, attribution::ConstantArray const& constant) {
  std::int64_t size = 1;
  for (std::int64_t const extent : constant.shape) size *= extent;
  auto const values =
      std::visit([](auto const& numbers) { return static_cast<std::int64_t>(numbers.size()); }, constant.values);
  expect(!constant.shape.empty() && size > 0 && size == values, "a method's constant has another size than its shape");
  return hdf5::RowDataset::create(file, path_of(group, constant.name), constant.shape.front(), row_type(constant));
}

void write_constant(hdf5::RowDataset const& dataset, attribution::ConstantArray const& constant) {
  std::visit([&dataset](auto const& numbers) { dataset.write(0, std::as_bytes(std::span(numbers))); }, constant.values);
}

attribution::ConstantArray read_constant(hid_t file, std::string const& group, std::string const& line) {
  attribution::ArraySchema const described = array_from(line);
  if (described.type == attribution::NumberType::float32) fail(ErrorCode::input, "a constant is described as float32");
  attribution::ConstantArray constant{.name = described.name, .shape = described.shape, .values = {}, .notes = {}};
  auto const size = static_cast<std::size_t>(described.size());
  if (described.type == attribution::NumberType::float64) constant.values = std::vector<double>();
  auto const dataset = hdf5::RowDataset::open(file, path_of(group, constant.name), constant.shape.front(),
                                              row_type(constant), hdf5::Storage::any);
  std::visit(
      [&](auto& numbers) {
        numbers.resize(size);
        dataset.read(0, std::as_writable_bytes(std::span(numbers)));
      },
      constant.values);
  return constant;
}

}  // namespace shoal::store
