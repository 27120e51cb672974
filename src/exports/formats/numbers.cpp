// SPDX-License-Identifier: MIT
#include "exports/formats/numbers.hpp"

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.hpp"

namespace shoal::exports {

namespace {

static_assert(std::endian::native == std::endian::little, "exports are little endian");

constexpr std::uint16_t half_infinity = 0x7c00;
constexpr std::uint16_t half_not_a_number = 0x7e00;

template <class Number, class Convert>
std::vector<std::byte> bytes_of(std::span<double const> values, Convert convert) {
  std::vector<Number> numbers;
  numbers.reserve(values.size());
  for (double const value : values) numbers.push_back(convert(value));
  auto const bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

std::uint16_t half_or_fail(double value) {
  std::uint16_t const half = to_half(value);
  if (std::isfinite(value) && (half & 0x7fff) == half_infinity) {
    fail(ErrorCode::config, fmt::format("--float 16: half precision cannot hold {}; use --float 32", value));
  }
  return half;
}

}  // namespace

FloatWidth parse_float_width(std::int64_t bits) {
  if (bits == 16 || bits == 32 || bits == 64) return static_cast<FloatWidth>(bits);
  fail(ErrorCode::config, fmt::format("--float {}: choose 16, 32 or 64", bits));
}

hdf5::ElementKind element_kind(FloatWidth width) {
  if (width == FloatWidth::half) return hdf5::ElementKind::float16;
  return width == FloatWidth::single ? hdf5::ElementKind::float32 : hdf5::ElementKind::float64;
}

std::string numpy_type(FloatWidth width) {
  return fmt::format("<f{}", static_cast<int>(width) / 8);
}

std::uint16_t to_half(double value) {
  std::uint16_t const sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | half_not_a_number);
  double const magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return static_cast<std::uint16_t>(sign | half_infinity);
  // Spacing of binary16 around the value: 2^(exponent - 10), and 2^-24 below the smallest normal number.
  int exponent = magnitude > 0 ? std::ilogb(magnitude) : -15;
  if (exponent < -14) exponent = -14;
  // The current rounding mode is to nearest, ties to even.
  double const steps = std::nearbyint(std::ldexp(magnitude, 10 - exponent));
  // 2048 steps are the next exponent's 1024: the sum carries by itself.
  double const bits = steps + 1024.0 * (exponent + 14);
  if (bits >= half_infinity) return static_cast<std::uint16_t>(sign | half_infinity);
  return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(bits));
}

std::vector<std::byte> encoded(std::span<double const> values, FloatWidth width) {
  switch (width) {
    case FloatWidth::half:
      return bytes_of<std::uint16_t>(values, half_or_fail);
    case FloatWidth::single:
      return bytes_of<float>(values, [](double value) { return static_cast<float>(value); });
    case FloatWidth::full:
      return bytes_of<double>(values, [](double value) { return value; });
  }
  fail(ErrorCode::internal, "unknown width of numbers");
}

}  // namespace shoal::exports
