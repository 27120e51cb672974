// SPDX-License-Identifier: MIT
// Numbers in the width that an export has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "exports/float_width.hpp"
#include "hdf5/row_dataset.hpp"

namespace shoal::exports {

// How HDF5 and numpy call the width.
hdf5::ElementKind element_kind(FloatWidth width);
std::string numpy_type(FloatWidth width);  // "<f2", "<f4", "<f8"

// IEEE binary16 of `value`, rounded to nearest, ties to even; beyond its range infinity, and NaN stays NaN.
std::uint16_t to_half(double value);

// The numbers' bytes, little endian. Errors: config, for a finite number that half precision cannot hold.
std::vector<std::byte> encoded(std::span<double const> values, FloatWidth width);

}  // namespace shoal::exports
