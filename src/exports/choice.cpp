// SPDX-License-Identifier: MIT
#include "exports/choice.hpp"

#include <fmt/core.h>

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::exports {

namespace {

struct NamedGauge {
  std::string_view name;
  ExportGauge gauge;
};

constexpr NamedGauge named_gauges[] = {
    {"stored", ExportGauge::stored},
    {"uniform", ExportGauge::uniform},
    {"observed-uniform", ExportGauge::observed_uniform},
    {"empirical", ExportGauge::empirical},
    {"consensus", ExportGauge::consensus},
    {"wild-type", ExportGauge::wild_type},
};

}  // namespace

ExportOrientation parse_export_orientation(std::string_view name) {
  if (name == "genome") return ExportOrientation::genome;
  if (name == "locus") return ExportOrientation::locus;
  fail(ErrorCode::config, fmt::format("--orientation {}: choose genome or locus", quoted(name)));
}

ExportGauge parse_export_gauge(std::string_view name) {
  std::vector<std::string> names;
  for (NamedGauge const& named : named_gauges) {
    if (named.name == name) return named.gauge;
    names.emplace_back(named.name);
  }
  fail(ErrorCode::config, fmt::format("--gauge {}: choose one of {}", quoted(name), join(names, ", ")));
}

std::string_view to_string(ExportGauge gauge) {
  for (NamedGauge const& named : named_gauges) {
    if (named.gauge == gauge) return named.name;
  }
  return "";
}

bool needs_letter_counts(ExportGauge gauge) {
  return gauge == ExportGauge::observed_uniform || gauge == ExportGauge::empirical || gauge == ExportGauge::consensus;
}

ExportUnits parse_export_units(std::string_view name) {
  if (name == "latent") return ExportUnits::latent;
  if (name == "response") return ExportUnits::response;
  fail(ErrorCode::config, fmt::format("--units {}: choose latent or response", quoted(name)));
}

}  // namespace shoal::exports
