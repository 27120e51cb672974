// SPDX-License-Identifier: MIT
// A method's constants in a store, and the lines that describe arrays: "TYPE SHAPE NAME", as in "float32 4,249 map".
#pragma once

#include "hdf5/row_dataset.hpp"
#include "store/schema.hpp"

namespace shoal::store {

std::string description_of(attribution::ArraySchema const& array);
std::string description_of(attribution::ConstantArray const& constant);
attribution::ArraySchema array_from(std::string const& line);  // errors: input

// Makes GROUP/NAME with its space allocated and nothing written; `group` is the method's (method_group). Collective.
// Errors: output.
hdf5::RowDataset create_constant(hid_t file, std::string const& group, attribution::ConstantArray const& constant);
// Independent. Errors: output.
void write_constant(hdf5::RowDataset const& dataset, attribution::ConstantArray const& constant);
// The constant that `line` describes, without notes. Errors: input.
attribution::ConstantArray read_constant(hid_t file, std::string const& group, std::string const& line);

}  // namespace shoal::store
