// SPDX-License-Identifier: MIT
#include "exports/source.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "attribution/map_layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "exports/formats/chosen_rows.hpp"
#include "exports/stored_surrogate.hpp"
#include "genome/codes.hpp"
#include "kernels/library/packed.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/variant_effects.hpp"

namespace shoal::exports {

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

// Errors: config, for a method without this map [4, length].
void expect_map(store::MethodSchema const& method, std::string const& wanted, std::int64_t length) {
  constexpr std::string_view known[] = {"map", "map_raw", "effects", "effects_latent"};
  if (std::find(std::begin(known), std::end(known), wanted) == std::end(known)) {
    fail(ErrorCode::config, fmt::format("--array {}: choose {}", quoted(wanted), fmt::join(known, ", ")));
  }
  std::vector<std::int64_t> const shape = {4, length};
  auto const is_map = [&](attribution::ArraySchema const& array) {
    return array.name == wanted && array.shape == shape;
  };
  if (std::any_of(method.arrays.begin(), method.arrays.end(), is_map)) return;
  if (wanted == "map_raw") {
    fail(ErrorCode::config,
         fmt::format("--array map_raw: {} has none; only gradients of scan --gradient-correction have, and where the "
                     "correction was not asked for, or changes nothing, map is what is wanted",
                     method.name));
  }
  if (wanted != "map") {
    fail(ErrorCode::config, fmt::format("--array {}: {} has none; surrogates with interactions have effects, those "
                                        "with a curve effects_latent too",
                                        wanted, method.name));
  }
  fail(ErrorCode::config, fmt::format("--method {}: it has no map of bases by positions to export", method.name));
}

surrogate::GaugeKind kind_of(ExportGauge gauge) {
  switch (gauge) {
    case ExportGauge::observed_uniform:
      return surrogate::GaugeKind::observed_uniform;
    case ExportGauge::empirical:
      return surrogate::GaugeKind::empirical;
    case ExportGauge::consensus:
      return surrogate::GaugeKind::consensus;
    case ExportGauge::wild_type:
      return surrogate::GaugeKind::wild_type;
    case ExportGauge::stored:
    case ExportGauge::uniform:
      break;
  }
  return surrogate::GaugeKind::uniform;
}

void check_choice(ExportChoice const& choice, std::string const& array, store::MethodSchema const& method,
                  bool counted) {
  if (choice.units == ExportUnits::response && array.starts_with("effects")) {
    fail(ErrorCode::config, "--units is for --array map: effects is in units of the score, effects_latent in phi's");
  }
  if (choice.units == ExportUnits::response && choice.gauge != ExportGauge::wild_type) {
    fail(ErrorCode::config, "--units response: effects in units of the score are those of --gauge wild-type alone");
  }
  if (!needs_letter_counts(choice.gauge)) return;
  bool const fitted = std::find(method.scalars.begin(), method.scalars.end(), "lambda") != method.scalars.end();
  if (!counted || !fitted) {
    fail(ErrorCode::config, fmt::format("--gauge {}: {} was not fitted to a library whose letters could be counted",
                                        to_string(choice.gauge), method.name));
  }
}

void turn_to_plus_strand(ExportedRow& row) {
  genome::reverse_complement(row.sequence);
  // Bases A, C, G, T become T, G, C, A: the whole map is reversed.
  std::reverse(row.map.begin(), row.map.end());
  row.locus.strand = '+';
}

}  // namespace

ExportSource::ExportSource(store::Reader const& reader, ExportChoice const& choice, ExportRows const& rows,
                           LetterCounter counter)
    : reader_(&reader),
      gauge_(choice.gauge),
      orientation_(choice.orientation),
      units_(choice.units),
      array_(choice.array),
      counter_(std::move(counter)) {
  store::Schema const& schema = reader.schema();
  model_ = choose(schema.models, choice.model, "model");
  task_ = choose(schema.models[model_].tasks, choice.task, "task");
  method_ = choose(schema.methods, choice.method, "method");
  if (array_.empty()) array_ = usual_array(method());
  expect_map(method(), array_, length());
  check_choice(choice, array_, method(), static_cast<bool>(counter_));
  auto const statuses = reader.statuses();
  for (std::int64_t const row : chosen_rows(reader, rows, part())) {
    if (statuses[static_cast<std::size_t>(row)] == store::Status::done) {
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

attribution::MethodResult const& ExportSource::result(store::Row const& row) const {
  return row.results[store::result_index(reader_->schema(), model_, task_, method_)];
}

std::vector<double> ExportSource::task_scalars(store::Row const& row) const {
  auto const count = static_cast<std::ptrdiff_t>(reader_->schema().task_scalars.size());
  auto const first = row.task_scalars.begin() + task_number() * count;
  return {first, first + count};
}

std::vector<double> ExportSource::letter_counts(store::StoredRow const& stored) const {
  auto const& names = reader_->schema().task_scalars;
  auto const used = std::find(names.begin(), names.end(), "mutants");
  std::optional<std::int64_t> mutants;
  if (used != names.end()) {
    mutants = static_cast<std::int64_t>(task_scalars(stored.row)[static_cast<std::size_t>(used - names.begin())]);
  }
  auto const counts = counter_(stored.locus, genome::to_codes(stored.row.sequence), mutants);
  auto const first = counts.begin() + 4 * oriented_start(stored.locus.strand);
  return {first, first + 4 * length()};
}

std::vector<double> ExportSource::gauged_map(store::StoredRow const& stored, genome::Codes const& sequence) const {
  attribution::MethodResult const& found = result(stored.row);
  surrogate::Parameters const parameters = stored_parameters(method(), found, length(), array_);
  if (gauge_ == ExportGauge::stored) return attribution::bases_first<double>(parameters.additive);
  std::vector<std::uint8_t> const reference = surrogate_letters(sequence);
  if (units_ == ExportUnits::response) {
    std::function<double(double)> curve = [](double phi) { return phi; };
    if (has_curve(method())) curve = stored_curve(method(), found);
    return attribution::bases_first<double>(surrogate::response_variant_effects(parameters, reference, curve));
  }
  std::vector<double> counts;
  if (needs_letter_counts(gauge_)) counts = letter_counts(stored);
  auto const frequencies = surrogate::gauge_frequencies(kind_of(gauge_), length(), 4, counts, reference, {});
  return attribution::bases_first<double>(surrogate::fix_gauge(parameters, frequencies).additive);
}

ExportedRow ExportSource::read(std::int64_t index) const {
  auto stored = reader_->verified_row(index);
  if (!stored) {
    genome::Locus const locus = reader_->locus(index);
    fail(ErrorCode::input,
         fmt::format("{}: row {} ({} {}:{}-{}) is damaged: its bytes do not match its checksum; shoal scan "
                     "--resume computes it again",
                     reader_->path(), index, locus.name, locus.contig, locus.start, locus.end));
  }
  genome::Codes sequence = genome::part_of(genome::to_codes(stored->row.sequence), part(), stored->locus.strand);
  std::vector<double> map = gauged_map(*stored, sequence);
  auto const positions = static_cast<std::size_t>(length());
  for (std::size_t position = 0; position < positions; ++position) {
    if (sequence[position] != kernels::code_n) continue;
    for (std::size_t base = 0; base < 4; ++base) map[base * positions + position] = 0;
  }
  ExportedRow read{index, genome::part_of(stored->locus, part()), std::move(sequence), std::move(map),
                   std::move(*stored)};
  if (orientation_ == ExportOrientation::genome && read.locus.strand == '-') turn_to_plus_strand(read);
  return read;
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

}  // namespace shoal::exports
