// SPDX-License-Identifier: MIT
#include "store/export_source.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/packed.hpp"
#include "store/export_rows.hpp"
#include "surrogate/gauge.hpp"

namespace shoal::store {

namespace {

// The place of `wanted` among `things`, which all have a name. Errors: config.
template <class Thing>
std::size_t choose(std::vector<Thing> const& things, std::string const& wanted, std::string const& what) {
  std::vector<std::string> names;
  for (Thing const& thing : things) names.push_back(thing.name);
  if (wanted.empty() && names.size() == 1) return 0;
  auto const found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  fail(ErrorCode::config,
       wanted.empty()
           ? fmt::format("the store has several {}s: choose with --{} one of {}", what, what, join(names, ", "))
           : fmt::format("--{} {}: the store has {}", what, quoted(wanted), join(names, ", ")));
}

std::size_t map_index(MethodSchema const& method, std::int64_t length) {
  std::vector<std::int64_t> const shape = {4, length};
  for (std::size_t array = 0; array < method.arrays.size(); ++array) {
    if (method.arrays[array].name == "map" && method.arrays[array].shape == shape) return array;
  }
  fail(ErrorCode::config, fmt::format("--method {}: it has no map of bases by positions to export", method.name));
}

std::vector<double> in_double(ArrayValues const& values) {
  return std::visit([](auto const& numbers) { return std::vector<double>(numbers.begin(), numbers.end()); }, values);
}

// The pairs of a surrogate with interactions, which a change of gauge moves between pairs and map; none otherwise.
void add_pairs(MethodSchema const& method, MethodResult const& result, surrogate::Parameters& parameters) {
  auto const constant = std::find_if(method.constants.begin(), method.constants.end(),
                                     [](ConstantArray const& each) { return each.name == "pair_positions"; });
  auto const array = std::find_if(method.arrays.begin(), method.arrays.end(),
                                  [](ArraySchema const& each) { return each.name == "pairs"; });
  if (constant == method.constants.end() || array == method.arrays.end()) return;
  auto const* positions = std::get_if<std::vector<std::int64_t>>(&constant->values);
  expect(positions != nullptr, "the positions of pairs are no integers");
  for (std::size_t pair = 0; 2 * pair < positions->size(); ++pair) {
    parameters.pairs.push_back(
        {static_cast<std::int32_t>((*positions)[2 * pair]), static_cast<std::int32_t>((*positions)[2 * pair + 1])});
  }
  parameters.pair_effects = in_double(result.arrays[static_cast<std::size_t>(array - method.arrays.begin())]);
}

// [rows, columns] to [columns, rows].
std::vector<double> transposed(std::vector<double> const& values, std::size_t rows) {
  std::size_t const columns = values.size() / rows;
  std::vector<double> turned(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      turned[column * rows + row] = values[row * columns + column];
    }
  }
  return turned;
}

}  // namespace

ExportGauge parse_export_gauge(std::string_view name) {
  for (ExportGauge const gauge : {ExportGauge::stored, ExportGauge::uniform, ExportGauge::wild_type}) {
    if (to_string(gauge) == name) return gauge;
  }
  fail(ErrorCode::config, fmt::format("--gauge {}: choose stored, uniform or wild-type", quoted(name)));
}

std::string_view to_string(ExportGauge gauge) {
  switch (gauge) {
    case ExportGauge::stored:
      return "stored";
    case ExportGauge::uniform:
      return "uniform";
    case ExportGauge::wild_type:
      return "wild-type";
  }
  return "";
}

ExportSource::ExportSource(Reader const& reader, ExportChoice const& choice, ExportRows const& rows)
    : reader_(&reader), gauge_(choice.gauge) {
  Schema const& schema = reader.schema();
  model_ = choose(schema.models, choice.model, "model");
  task_ = choose(schema.models[model_].tasks, choice.task, "task");
  method_ = choose(schema.methods, choice.method, "method");
  map_ = map_index(schema.methods[method_], schema.length);
  auto const statuses = reader.statuses();
  for (std::int64_t const row : chosen_rows(reader, rows)) {
    if (statuses[static_cast<std::size_t>(row)] == Status::done) {
      rows_.push_back(row);
    } else {
      ++left_out_;
    }
  }
}

std::int64_t ExportSource::task_number() const {
  std::size_t number = task_;
  for (std::size_t model = 0; model < model_; ++model) number += reader_->schema().models[model].tasks.size();
  return static_cast<std::int64_t>(number);
}

MethodResult const& ExportSource::result(Row const& row) const {
  return row.results[result_index(reader_->schema(), model_, task_, method_)];
}

std::vector<double> ExportSource::task_scalars(Row const& row) const {
  auto const count = static_cast<std::ptrdiff_t>(reader_->schema().task_scalars.size());
  auto const first = row.task_scalars.begin() + task_number() * count;
  return {first, first + count};
}

std::vector<double> ExportSource::gauged_map(Row const& row, genome::Codes const& sequence) const {
  MethodResult const& found = result(row);
  std::vector<double> map = in_double(found.arrays[map_]);
  if (gauge_ == ExportGauge::stored) return map;
  surrogate::Parameters parameters;
  parameters.length = length();
  parameters.additive = transposed(map, 4);
  add_pairs(method(), found, parameters);
  std::vector<std::uint8_t> reference(sequence.begin(), sequence.end());
  std::replace(reference.begin(), reference.end(), kernels::code_n, surrogate::missing_letter);
  auto const kind = gauge_ == ExportGauge::uniform ? surrogate::GaugeKind::uniform : surrogate::GaugeKind::wild_type;
  auto const frequencies = surrogate::gauge_frequencies(kind, length(), 4, {}, reference, {});
  return transposed(surrogate::fix_gauge(parameters, frequencies).additive, static_cast<std::size_t>(length()));
}

ExportedRow ExportSource::read(std::int64_t index) const {
  genome::Locus locus = reader_->locus(index);
  if (!reader_->verify(index)) {
    fail(ErrorCode::input,
         fmt::format("row {} ({} {}:{}-{}) is damaged: its bytes do not match its checksum; shoal scan "
                     "--resume computes it again",
                     index, locus.name, locus.contig, locus.start, locus.end));
  }
  Row row = reader_->row(index);
  genome::Codes sequence = genome::to_codes(row.sequence);
  std::vector<double> map = gauged_map(row, sequence);
  auto const positions = static_cast<std::size_t>(length());
  for (std::size_t position = 0; position < positions; ++position) {
    if (sequence[position] != kernels::code_n) continue;
    for (std::size_t base = 0; base < 4; ++base) map[base * positions + position] = 0;
  }
  return {index, std::move(locus), std::move(sequence), std::move(map), std::move(row)};
}

std::vector<double> projected(ExportedRow const& row) {
  std::size_t const length = row.sequence.size();
  std::vector<double> values(length, 0.0);
  for (std::size_t position = 0; position < length; ++position) {
    std::uint8_t const base = row.sequence[position];
    if (base != kernels::code_n) values[position] = row.map[base * length + position];
  }
  return values;
}

}  // namespace shoal::store
