// SPDX-License-Identifier: MIT
#include "app/options/column_arguments.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

genome::OptionalColumn resolve(std::string const& argument, genome::OptionalColumn const& usual) {
  if (argument == "auto") return usual;
  return {.name = argument, .is_required = !argument.empty()};
}

}  // namespace

void ColumnArguments::add_to(OptionTable& options) {
  auto const column = [&](char const* name, std::string& target, std::string const& what) {
    options.add<std::string>({
        .name = name,
        .target = &target,
        .value = "NAME",
        .help = what,
        .example = "other",
    });
  };
  auto const optional = [&](char const* name, std::string& target, std::string const& what,
                            genome::OptionalColumn const& usual) {
    column(name, target, fmt::format("{}; auto: {}, if it is there; nothing: none", what, usual.name));
  };
  genome::MeasurementColumns const usual;
  column("sequence-column", sequence, "the table's column of sequences");
  column("y-column", measurement, "the column of measurements");
  optional("dy-column", standard_error, "the column of their standard errors", usual.standard_error);
  optional("weight-column", weight, "the column of weights", usual.weight);
  optional("split-column", split, "the column of train, validation (or val) and test", usual.split);
}

genome::MeasurementColumns ColumnArguments::resolved() const {
  genome::MeasurementColumns const usual;
  return {.sequence = sequence,
          .measurement = measurement,
          .standard_error = resolve(standard_error, usual.standard_error),
          .weight = resolve(weight, usual.weight),
          .split = resolve(split, usual.split)};
}

void ColumnArguments::refuse_without_table() const {
  ColumnArguments const untold;
  auto const refuse = [](char const* option, std::string const& value, std::string const& usual) {
    if (value == usual) return;
    fail(ErrorCode::config,
         fmt::format("--{} {}: it names a column of a --table, and none is read", option, shoal::quoted(value)));
  };
  refuse("sequence-column", sequence, untold.sequence);
  refuse("y-column", measurement, untold.measurement);
  refuse("dy-column", standard_error, untold.standard_error);
  refuse("weight-column", weight, untold.weight);
  refuse("split-column", split, untold.split);
}

}  // namespace shoal::app
