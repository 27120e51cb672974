// SPDX-License-Identifier: MIT
#include "archives/numpy_array.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace shoal::archives {

namespace {

constexpr std::int64_t most_values = 1'000'000'000;

[[noreturn]] void refuse(std::string const& file, std::string_view text) {
  fail(ErrorCode::input, fmt::format("cannot read the array in {}: {}", file, text));
}

// What follows `key` in a header such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, up to `end`.
std::string_view entry_of(std::string_view header, std::string_view key, std::string_view end) {
  std::size_t const begin = header.find(key);
  if (begin == std::string_view::npos) return {};
  std::string_view const rest = header.substr(begin + key.size());
  return trim(rest.substr(0, rest.find_first_of(end)));
}

std::vector<std::int64_t> shape_of(std::string const& file, std::string_view header) {
  std::vector<std::int64_t> shape;
  std::int64_t count = 1;
  for (std::string_view const piece : split(entry_of(header, "'shape': (", ")"), ',')) {
    if (trim(piece).empty()) continue;
    auto const extent = parse_integer(trim(piece));
    if (!extent || *extent < 1 || *extent > most_values / count) refuse(file, "its shape is impossible");
    count *= *extent;
    shape.push_back(*extent);
  }
  return shape;
}

float from_half(std::uint16_t bits) {
  int const exponent = (bits >> 10) & 31;
  auto const fraction = static_cast<float>(bits & 1023);
  float const sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 31) return fraction != 0 ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

template <class Number>
std::vector<float> convert(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(Number));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Number number{};
    std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
    values[i] = static_cast<float>(number);
  }
  return values;
}

std::vector<float> convert_half(std::string_view bytes) {
  std::vector<float> values(bytes.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t number = 0;
    std::memcpy(&number, bytes.data() + i * 2, 2);
    values[i] = from_half(number);
  }
  return values;
}

struct NumberType {
  std::string_view name;
  std::size_t bytes;
  std::vector<float> (*convert)(std::string_view bytes);
};

constexpr NumberType number_types[] = {
    {"<f4", 4, convert<float>},         {"<f8", 8, convert<double>},        {"<f2", 2, convert_half},
    {"|b1", 1, convert<std::uint8_t>},  {"|u1", 1, convert<std::uint8_t>},  {"|i1", 1, convert<std::int8_t>},
    {"<i2", 2, convert<std::int16_t>},  {"<i4", 4, convert<std::int32_t>},  {"<i8", 8, convert<std::int64_t>},
    {"<u2", 2, convert<std::uint16_t>}, {"<u4", 4, convert<std::uint32_t>}, {"<u8", 8, convert<std::uint64_t>},
};

// Values of Fortran's order (the first axis is the fastest) in C's.
std::vector<float> in_c_order(std::vector<float> const& values, std::vector<std::int64_t> const& shape) {
  std::vector<float> ordered(values.size());
  std::vector<std::int64_t> index(shape.size(), 0);
  for (float const value : values) {
    std::int64_t place = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) place = place * shape[axis] + index[axis];
    ordered[at(place)] = value;
    for (std::size_t axis = 0; axis < shape.size() && ++index[axis] == shape[axis]; ++axis) index[axis] = 0;
  }
  return ordered;
}

}  // namespace

bool is_numpy(std::string_view bytes) {
  return bytes.starts_with("\x93NUMPY") && bytes.size() >= 12;
}

NumpyArray parse_numpy(std::string const& file, std::string_view all) {
  if (!is_numpy(all)) refuse(file, "it is no NumPy array (.npy)");
  // Magic, two bytes of version, then the header's length in two bytes (version 1) or four.
  bool const is_long = all[6] != 1;
  std::size_t length = 0;
  for (std::size_t i = 0; i < (is_long ? 4U : 2U); ++i) {
    length |= std::size_t{static_cast<unsigned char>(all[8 + i])} << (8 * i);
  }
  std::size_t const begin = is_long ? 12 : 10;
  if (length > all.size() - begin) refuse(file, "it ends within its header");
  std::string_view const header = all.substr(begin, length), data = all.substr(begin + length);
  std::string_view type = entry_of(header, "'descr':", ",}");
  if (type.size() >= 2) type = type.substr(1, type.size() - 2);
  auto const known = std::ranges::find(number_types, type, &NumberType::name);
  if (known == std::end(number_types)) refuse(file, fmt::format("numbers of type {} are not read", quoted(type, 16)));
  NumpyArray array{shape_of(file, header), {}};
  std::size_t expected = known->bytes;
  for (std::int64_t const extent : array.shape) expected *= static_cast<std::size_t>(extent);
  if (data.size() != expected) {
    refuse(file, fmt::format("it holds {} bytes of values, and its shape needs {}", data.size(), expected));
  }
  array.values = known->convert(data);
  auto const bad = std::ranges::find_if(array.values, [](float value) { return !std::isfinite(value); });
  if (bad != array.values.end()) {
    refuse(file, fmt::format("its value {} is not finite", bad - array.values.begin() + 1));
  }
  std::string_view const order = entry_of(header, "'fortran_order':", ",}");
  if (order == "True") array.values = in_c_order(array.values, array.shape);
  if (order != "True" && order != "False") refuse(file, "its header does not say in which order values lie");
  return array;
}

}  // namespace shoal::archives
