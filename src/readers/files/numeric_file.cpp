// SPDX-License-Identifier: MIT
#include "readers/files/numeric_file.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

namespace {

constexpr std::uintmax_t largest_file = 1'000'000'000;
constexpr std::int64_t most_values = 100'000'000;

[[noreturn]] void refuse(std::string const& file, std::string_view text) {
  fail(ErrorCode::input, fmt::format("cannot read the numbers in {}: {}", file, text));
}

std::string read_whole(std::string const& file) {
  std::error_code problem;
  std::uintmax_t const size = std::filesystem::file_size(file, problem);
  if (problem) refuse(file, problem.message());
  if (size > largest_file) refuse(file, fmt::format("it is larger than {}", human_bytes(double(largest_file))));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || bytes.size() != size) refuse(file, "it cannot be read");
  return bytes;
}

// What follows `key` in a header such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, up to `end`.
std::string_view entry_of(std::string_view header, std::string_view key, std::string_view end) {
  std::size_t const begin = header.find(key);
  if (begin == std::string_view::npos) return {};
  std::string_view const rest = header.substr(begin + key.size());
  return trim(rest.substr(0, rest.find_first_of(end)));
}

std::vector<std::int64_t> shape_of(std::string const& file, std::string_view header) {
  std::vector<std::int64_t> dims;
  std::int64_t count = 1;
  for (std::string_view const piece : split(entry_of(header, "'shape': (", ")"), ',')) {
    if (trim(piece).empty()) continue;
    auto const extent = parse_integer(trim(piece));
    if (!extent || *extent < 1 || *extent > most_values / count) refuse(file, "its shape is impossible");
    count *= *extent;
    dims.push_back(*extent);
  }
  return dims;
}

template <class Number>
std::vector<float> numbers_of(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(Number));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Number number{};
    std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
    values[i] = static_cast<float>(number);
  }
  return values;
}

void require_finite(std::string const& file, std::vector<float> const& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) refuse(file, fmt::format("its value {} is not finite", i + 1));
  }
}

}  // namespace

NumericArray read_npy(std::string const& file) {
  std::string const bytes = read_whole(file);
  std::string_view const all = bytes;
  // Magic, two bytes of version, then the header's length in two bytes (version 1) or four.
  if (!all.starts_with("\x93NUMPY") || all.size() < 12) refuse(file, "it is no NumPy array (.npy)");
  bool const is_long = all[6] != 1;
  std::size_t length = 0;
  for (std::size_t i = 0; i < (is_long ? 4U : 2U); ++i) {
    length |= std::size_t{static_cast<unsigned char>(all[8 + i])} << (8 * i);
  }
  std::size_t const begin = is_long ? 12 : 10;
  if (length > all.size() - begin) refuse(file, "it ends within its header");
  std::string_view const header = all.substr(begin, length), data = all.substr(begin + length);
  std::string_view const type = entry_of(header, "'descr':", ",}");
  if (entry_of(header, "'fortran_order':", ",}") != "False") refuse(file, "its order is not C's: save a copy of it");
  if (type != "'<f4'" && type != "'<f8'") {
    refuse(file, fmt::format("its type is {}; float32 and float64 are read", shoal::quoted(type, 16)));
  }
  NumericArray array{shape_of(file, header), {}};
  std::size_t expected = type == "'<f4'" ? sizeof(float) : sizeof(double);
  for (std::int64_t const extent : array.dims) expected *= static_cast<std::size_t>(extent);
  if (data.size() != expected) {
    refuse(file, fmt::format("it holds {} bytes of values, and its shape needs {}", data.size(), expected));
  }
  array.values = type == "'<f4'" ? numbers_of<float>(data) : numbers_of<double>(data);
  require_finite(file, array.values);
  return array;
}

NumericArray read_number_table(std::string const& file) {
  std::string const bytes = read_whole(file);
  std::string_view text = bytes;
  if (auto const objection = encoding_objection(text); !objection.empty()) refuse(file, objection);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  NumericArray table{{0, 0}, {}};
  bool is_named = false;
  std::int64_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string_view> cells = split(line, '\t');
    bool const is_first = table.dims[0] == 0 && !is_named;
    if (is_first && trim(cells[0]) == "name") {
      is_named = true;
      continue;
    }
    if (is_named) cells.erase(cells.begin());
    auto const columns = static_cast<std::int64_t>(cells.size());
    if (table.dims[0] > 0 && columns != table.dims[1]) {
      refuse(file, fmt::format("line {} has {} numbers, and those before have {}", number, columns, table.dims[1]));
    }
    for (std::string_view const cell : cells) {
      auto const value = parse_real(trim(cell));
      if (!value || !std::isfinite(static_cast<float>(*value))) {
        refuse(file, fmt::format("line {}: {} is no finite number", number, shoal::quoted(cell)));
      }
      table.values.push_back(static_cast<float>(*value));
    }
    table.dims = {table.dims[0] + 1, columns};
  }
  if (table.values.empty()) refuse(file, "there are none");
  return table;
}

}  // namespace shoal::readers
