// SPDX-License-Identifier: MIT
// Text of any length attached to an object, as fixed-length UTF-8 strings that every HDF5 reader understands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hdf5/handle.hpp"

namespace shoal::hdf5 {

// HDF5 keeps an attribute within an object header of 64 kB. A longer text becomes a scalar dataset with that name.
inline constexpr std::size_t longest_attribute = 60'000;

// Fixed-length text type of `width` bytes (at least 1), null-padded, UTF-8.
Datatype text_type(std::size_t width);

// Attaches `text` to `location` under `name`: an attribute, or a scalar dataset when it is longer than
// `longest_attribute` (`location` must then be a group). Collective on a file opened by several ranks. Errors: output.
void write_text(hid_t location, std::string const& name, std::string_view text);

// Reads what write_text wrote. Errors: input, when there is none or it is no fixed-length text.
std::string read_text(hid_t location, std::string const& name);
bool has_text(hid_t location, std::string const& name);

// Names of the attributes of `location`, sorted.
std::vector<std::string> attribute_names(hid_t location);

}  // namespace shoal::hdf5
