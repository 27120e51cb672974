// SPDX-License-Identifier: MIT
// Numbers of an export in the width that its reader wants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/row_dataset.hpp"

namespace shoal::exports {

enum class FloatWidth { half = 16, single = 32, full = 64 };

FloatWidth parse_float_width(std::int64_t bits);  // errors: config
hdf5::ElementKind element_kind(FloatWidth width);
std::string numpy_type(FloatWidth width);  // "<f2", "<f4", "<f8"

// IEEE binary16 of `value`, rounded to nearest, ties to even; beyond its range infinity, and NaN stays NaN.
std::uint16_t to_half(double value);

// The numbers' bytes, little endian. Errors: config, for a finite number that half precision cannot hold.
std::vector<std::byte> encoded(std::span<double const> values, FloatWidth width);

}  // namespace shoal::exports
