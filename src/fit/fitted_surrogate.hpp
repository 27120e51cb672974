// SPDX-License-Identifier: MIT
// One fitted surrogate as a group of an HDF5 file that is being written.
#pragma once

#include <string>

#include "fit/fit_file.hpp"
#include "hdf5/handle.hpp"

namespace shoal::fit {

// Makes `group`, whose parent exists, with parameters, curve, noise and metrics; schema in src/store/README.md. Errors:
// output.
void write_fitted_model(hid_t file, std::string const& group, FittedModel const& model);

}  // namespace shoal::fit
