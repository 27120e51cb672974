// SPDX-License-Identifier: MIT
#include "app/options/column_arguments.hpp"

#include <fmt/core.h>

#include <boost/program_options/value_semantic.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

constexpr char const* where_there = "auto";

genome::OptionalColumn resolve(std::string const& argument, genome::OptionalColumn const& usual) {
  if (argument == where_there) return usual;
  return {.name = argument, .is_required = !argument.empty()};
}

}  // namespace

void ColumnArguments::add_to(po::options_description& options) {
  genome::MeasurementColumns const usual;
  auto const column = [&](char const* name, std::string& variable, std::string const& text, std::string const& value) {
    options.add_options()(name, po::value(&variable)->value_name("NAME")->default_value(value), text.c_str());
  };
  column("sequence-column", sequence, "its column of sequences", usual.sequence);
  column("y-column", measurement, "of measurements", usual.measurement);
  auto const optional = [&](char const* name, std::string& variable, std::string const& text,
                            std::string const& usually) {
    column(name, variable, fmt::format("{}; auto: {}, if it is there", text, usually), where_there);
  };
  optional("dy-column", standard_error, "of their standard errors", usual.standard_error.name);
  optional("weight-column", weight, "of weights", usual.weight.name);
  optional("split-column", split, "of train, validation (or val) and test", usual.split.name);
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
  genome::MeasurementColumns const usual;
  auto const refuse = [](char const* option, std::string const& value, std::string const& untold) {
    if (value == untold) return;
    fail(ErrorCode::config,
         fmt::format("--{} {}: it names a column of a --table, and none is read", option, shoal::quoted(value)));
  };
  refuse("sequence-column", sequence, usual.sequence);
  refuse("y-column", measurement, usual.measurement);
  refuse("dy-column", standard_error, where_there);
  refuse("weight-column", weight, where_there);
  refuse("split-column", split, where_there);
}

}  // namespace shoal::app
