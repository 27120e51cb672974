// SPDX-License-Identifier: MIT
// Whether rows suffice for a surrogate's effects.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

// Effects of a surrogate beside its constant: the letters but one of every position, and for every pair the products of
// both. `letters` [positions]: how many each may have.
std::int64_t effects_of_model(FeatureOptions const& features, std::span<std::int64_t const> letters);

// A warning where a surrogate is fitted to fewer rows than it has effects, with what would do; empty where rows
// suffice, and for lasso, elastic net and lime, which choose few effects. `rows_name` says what rows are ("mutants");
// `options` limit the pairs.
std::string small_library_warning(SurrogateName const& name, SurrogateOptions const& options,
                                  std::span<std::int64_t const> letters, std::int64_t rows, std::string_view rows_name);

}  // namespace shoal::surrogate
