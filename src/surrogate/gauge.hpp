// SPDX-License-Identifier: MIT
// Hierarchical gauges: which of the parameter sets with the same phi is reported (Posfai, Zhou, McCandlish, Kinney,
// PLoS Comput. Biol. 2025; MAVE-NN's get_theta). Relative to letter frequencies pi, constant = the mean of phi under
// pi, additive[l, c] = mean of phi where position l is c, minus constant, and pair effects = second differences of such
// means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/views.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

// Where pi comes from.
enum class GaugeKind {
  uniform,           // every letter has the same weight (the zero-sum gauge)
  observed_uniform,  // every letter that occurs at the position has the same weight: MAVE-NN's and SQUID's "uniform"
  empirical,         // letter frequencies: SQUID's default
  wild_type,         // one sequence: its parameters are 0, and its phi is the constant
  consensus,         // the commonest letter of every position, the first of equals
  user,              // a table of frequencies
};

GaugeKind parse_gauge(std::string_view name);  // errors: config, listing the names
std::string_view to_string(GaugeKind kind);    // "uniform", "observed-uniform", "empirical", "wild-type", …
std::string gauge_names();                     // separated by ", "

// How often each letter occurs: [length, alphabet], row-major, weighted if weights [rows] are given.
std::vector<double> letter_counts(kernels::MatrixView<std::uint8_t const> letters, int alphabet,
                                  std::span<double const> weights = {});

// pi [length, alphabet], every position's sum 1. `counts` as above; `reference` [length] for wild_type; `table`
// [length, alphabet] for user, not negative, rescaled position by position. A position about which the counts say
// nothing is uniform, and so is one where the reference is missing. Errors: config, when the reference or the table is
// missing, has another shape, or gives a position no positive number.
std::vector<double> gauge_frequencies(GaugeKind kind, std::int64_t length, int alphabet, std::span<double const> counts,
                                      std::span<std::uint8_t const> reference, std::span<double const> table);

// The parameters in the hierarchical gauge of pi, with the same phi for every sequence without missing letters. A
// missing letter then counts as the mean under pi. Work: O(parameters).
Parameters fix_gauge(Parameters const& parameters, std::span<double const> frequencies);

// The parameters of (phi - centre) / scale.
Parameters rescaled(Parameters const& parameters, double centre, double scale);

}  // namespace shoal::surrogate
