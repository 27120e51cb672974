// SPDX-License-Identifier: MIT
// Whether rows suffice for a surrogate's effects.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

// The number of effects of a surrogate beside its constant: for every position the letters but one, and for every pair
// the products of both numbers. `letters` [positions]: how many letters each position may have.
std::int64_t effects_of_model(FeatureOptions const& features, std::span<std::int64_t const> letters);

// A warning if a surrogate is fitted to fewer rows than it has effects, with what would help. Empty if the rows
// suffice, and for lasso, elastic net and lime, which choose few effects. `rows_name` says what rows are ("mutants");
// `options` limit the pairs.
std::string small_library_warning(SurrogateName const& name, SurrogateOptions const& options,
                                  std::span<std::int64_t const> letters, std::int64_t rows, std::string_view rows_name);

}  // namespace shoal::surrogate
