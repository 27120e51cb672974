// SPDX-License-Identifier: MIT
// What a user chooses to export from a store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace shoal::exports {

// Which of the maps that predict the same differences is exported.
enum class ExportGauge {
  stored,            // as the store has it; the method's notes say which gauge that is
  uniform,           // every position's four values sum to 0: hypothetical contributions
  observed_uniform,  // the mean over the bases that the fitted mutants have at the position is 0
  empirical,         // the mean over the fitted mutants is 0: SQUID's default
  consensus,         // the fitted mutants' commonest base is 0 at every position
  wild_type,         // the sequence's own base is 0 at every position: effects of single substitutions
};

ExportGauge parse_export_gauge(std::string_view name);  // errors: config
std::string_view to_string(ExportGauge gauge);

// True for the gauges that depend on the letters of the mutants that were fitted.
bool needs_letter_counts(ExportGauge gauge);

// What a map is in units of.
enum class ExportUnits {
  latent,    // the method's own: phi, or the score of a method without a curve
  response,  // the score: g(phi(variant)) - g(phi(sequence)); in the wild-type gauge alone
};

ExportUnits parse_export_units(std::string_view name);  // errors: config

// Which strand a row's sequence and map are of.
enum class ExportOrientation {
  locus,   // the locus's own
  genome,  // the + strand: expected by readers that place what they find by a region's start
};

ExportOrientation parse_export_orientation(std::string_view name);  // errors: config

// What is exported. An empty name stands for the only one that there is.
struct ExportChoice {
  std::string model = {};
  std::string task = {};
  std::string method = {};
  ExportGauge gauge = ExportGauge::uniform;
  ExportOrientation orientation = ExportOrientation::locus;
  ExportUnits units = ExportUnits::latent;
  // Which array [4, length] of the method: "map"; "map_raw", without the gradient correction; "effects" and
  // "effects_latent", the effects of substitutions on the wild type, whose gauges are those of a map without pairs.
  // Empty: usual_array (stored_surrogate.hpp).
  std::string array = "map";
};

// Which rows are exported. Where nothing is said, all are.
struct ExportRows {
  std::optional<std::pair<std::int64_t, std::int64_t>> range = std::nullopt;  // [first, last)
  // A BED file; of the rows in the range only loci that share a base with one of its regions.
  std::string regions = {};
};

}  // namespace shoal::exports
