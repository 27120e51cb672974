// SPDX-License-Identifier: MIT
#include "scan/variant_report.hpp"

#include <fmt/core.h>

#include <cmath>

namespace shoal::scan {

namespace {

constexpr char const* skipped_info = "SHOAL_SKIPPED";

using Value = std::optional<double>;

// Of the store's method number `place`, what `part` gives; nothing where the store knows nothing.
std::function<Value(AlleleEffects const&)> of_map(std::size_t place, std::function<Value(StoreEffect const&)> part) {
  return [place, part = std::move(part)](AlleleEffects const& allele) {
    bool const known = place < allele.maps.size() && allele.maps[place];
    return known ? part(*allele.maps[place]) : Value();
  };
}

std::function<Value(AlleleEffects const&)> of_scores(std::size_t column, std::function<Value(double, double)> part) {
  return [column, part = std::move(part)](AlleleEffects const& allele) {
    if (allele.reference.empty()) return Value();
    return part(static_cast<double>(allele.reference[column]), static_cast<double>(allele.alternative[column]));
  };
}

}  // namespace

VariantReport::VariantReport(std::vector<std::pair<std::string, std::string>> const& tasks,
                             std::vector<MapColumn> const& maps, bool log2_fold_change) {
  for (std::size_t column = 0; column < tasks.size(); ++column) {
    add_scores(column, tasks[column].first, tasks[column].second, log2_fold_change);
  }
  for (std::size_t place = 0; place < maps.size(); ++place) add_maps(place, maps[place]);
}

void VariantReport::add_scores(std::size_t column, std::string const& model, std::string const& task,
                               bool log2_fold_change) {
  std::string const name = fmt::format("{}/{}", model, task);
  std::string const info = genome::info_id(fmt::format("SHOAL_{}_{}", model, task));
  auto const add = [&](char const* what, std::string const& id, std::string const& description,
                       std::function<Value(double, double)> part) {
    columns_.push_back({fmt::format("{}:{}", name, what), id,
                        fmt::format("{}, model {}, task {}", description, model, task),
                        of_scores(column, std::move(part))});
  };
  add("ref", "", "", [](double reference, double) { return Value(reference); });
  add("alt", "", "", [](double, double alternative) { return Value(alternative); });
  add("effect", info, "score of ALT minus score of REF",
      [](double reference, double alternative) { return Value(alternative - reference); });
  if (!log2_fold_change) return;
  add("log2fc", info + "_LOG2FC", "log2 of the scores' quotient ALT / REF", [](double reference, double alternative) {
    return reference > 0 && alternative > 0 ? Value(std::log2(alternative / reference)) : Value();
  });
}

void VariantReport::add_maps(std::size_t place, MapColumn const& map) {
  std::string const name = fmt::format("{}/{}/{}", map.model, map.task, map.method);
  auto const add = [&](char const* what, char const* prefix, std::string const& description,
                       std::function<Value(StoreEffect const&)> part) {
    columns_.push_back({fmt::format("{}:{}", name, what), genome::info_id(fmt::format("SHOAL_{}_{}", prefix, name)),
                        fmt::format("{} of a shoal scan, {}", description, name), of_map(place, std::move(part))});
  };
  add("map", "MAP", "effect of ALT by the map", [](StoreEffect const& effect) { return Value(effect.map); });
  if (map.has_pairs) {
    add("pairwise", "PAIRWISE", "effect of ALT by the map and the pairs",
        [](StoreEffect const& effect) { return effect.pairwise; });
  }
  if (map.has_curve) {
    add("response", "RESPONSE", "effect of ALT by the surrogate and its curve, in units of the score,",
        [](StoreEffect const& effect) { return effect.response; });
  }
}

std::vector<genome::InfoField> VariantReport::fields() const {
  std::vector<genome::InfoField> fields;
  for (Column const& column : columns_) {
    if (!column.info.empty()) fields.push_back({column.info, false, column.description});
  }
  fields.push_back({skipped_info, true, "why the allele was not scored"});
  return fields;
}

std::vector<genome::InfoValues> VariantReport::values(RecordEffects const& effects) const {
  std::vector<genome::InfoValues> values;
  for (Column const& column : columns_) {
    if (column.info.empty()) continue;
    auto& added = values.emplace_back();
    for (AlleleEffects const& allele : effects) added.numbers.push_back(column.value(allele));
  }
  auto& skipped = values.emplace_back();
  bool any = false;
  for (AlleleEffects const& allele : effects) {
    skipped.texts.push_back(allele.skipped);
    any = any || !allele.skipped.empty();
  }
  if (!any) skipped.texts.clear();
  return values;
}

std::string VariantReport::table_header() const {
  std::string line = "chrom\tpos\tid\tref\talt\tskipped";
  for (Column const& column : columns_) line += fmt::format("\t{}", column.name);
  return line + "\n";
}

std::string VariantReport::table_line(genome::Variant const& variant, std::size_t allele,
                                      AlleleEffects const& effects) const {
  std::string line =
      fmt::format("{}\t{}\t{}\t{}\t{}\t{}", variant.contig, variant.position + 1, variant.id.empty() ? "." : variant.id,
                  variant.reference, variant.alternatives[allele], effects.skipped.empty() ? "NA" : effects.skipped);
  for (Column const& column : columns_) {
    Value const value = column.value(effects);
    line += value ? fmt::format("\t{:.9g}", *value) : "\tNA";
  }
  return line + "\n";
}

}  // namespace shoal::scan
