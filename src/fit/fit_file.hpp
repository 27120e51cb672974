// SPDX-License-Identifier: MIT
// The result of `shoal fit`: parameters, curves, noise and metrics of surrogates, as HDF5 or as a table of parameters.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "surrogate/simulate.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::fit {

// One surrogate with everything that was derived from it.
struct FittedModel {
  surrogate::SurrogateFit fit;
  std::optional<surrogate::Bootstrap> bootstrap;
  std::vector<double> latent_effects;    // [length, alphabet], of single substitutions of the reference; may be empty
  std::vector<double> response_effects;  // likewise, in units of y
};

struct FitFile {
  std::string letters;                // letters of the alphabet, in code order
  std::string reference;              // sequence that the variant effects refer to; may be empty
  std::vector<double> lambdas;        // lambdas that were searched
  std::vector<double> letter_counts;  // [length, alphabet], counted in the rows that were fitted
  std::vector<FittedModel> models;
  std::vector<std::pair<std::string, std::string>> settings;  // attributes of the root: gauge, seed, version, …
};

// Writes HDF5; schema in src/store/README.md. The file appears under its name when it is complete; an existing one is
// replaced. Errors: output.
void write_fit_file(std::string const& path, FitFile const& contents);

// Writes the parameters as tab-separated text: model, kind (constant, additive, pair, and of
// models with pairs effect_latent and effect_response, the variant effects), position, letter,
// second_position, second_letter, value, standard_error where it is known and, after a bootstrap, deviation. Positions
// count from 0. Errors: output.
void write_fit_table(std::string const& path, FitFile const& contents);

}  // namespace shoal::fit
