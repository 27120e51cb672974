// SPDX-License-Identifier: MIT
#include "variants/records/report.hpp"

#include <fmt/core.h>

#include <cmath>

namespace shoal::variants {

namespace {

constexpr char const* skipped_info = "SHOAL_SKIPPED";

using Value = std::optional<double>;

// What `part` gives for the store's method number `place`; nothing where the store has nothing.
std::function<Value(AlleleEffects const&)> of_map(std::size_t place, std::function<Value(StoreEffect const&)> part) {
  return [place, part = std::move(part)](AlleleEffects const& allele) {
    bool const known = place < allele.maps.size() && allele.maps[place];
    return known ? part(*allele.maps[place]) : Value();
  };
}

std::function<Value(AlleleEffects const&)> of_scores(std::size_t place, std::function<Value(double, double)> part) {
  return [place, part = std::move(part)](AlleleEffects const& allele) {
    if (place >= allele.scores.size() || !allele.scores[place]) return Value();
    AlleleScores const& scores = *allele.scores[place];
    return part(static_cast<double>(scores.reference), static_cast<double>(scores.alternative));
  };
}

std::function<Value(AlleleEffects const&)> of_change(std::size_t place,
                                                     std::function<Value(ProfileChange const&)> part) {
  return [place, part = std::move(part)](AlleleEffects const& allele) {
    bool const known = place < allele.changes.size() && allele.changes[place];
    return known ? part(*allele.changes[place]) : Value();
  };
}

// The same name always means the same thing: columns of the + strand have no mark.
std::string name_of(ScoreColumn const& score) {
  return fmt::format("{}/{}{}", score.model, score.task, score.is_reverse ? "(-)" : "");
}

std::string info_of(ScoreColumn const& score) {
  return genome::info_id(fmt::format("SHOAL_{}_{}", score.model, score.task)) + (score.is_reverse ? "_MINUS" : "");
}

std::string description_of(std::string const& what, ScoreColumn const& score) {
  return fmt::format("{}, model {}, task {}{}", what, score.model, score.task,
                     score.is_reverse ? ", of the reverse complement" : "");
}

}  // namespace

VariantReport::VariantReport(std::vector<ScoreColumn> const& scores, std::vector<MapColumn> const& maps,
                             ScoreReport const& report) {
  for (std::size_t place = 0; place < scores.size(); ++place) {
    if (report.changes) {
      add_changes(place, scores[place]);
    } else {
      add_scores(place, scores[place], report.log2_fold_change);
    }
  }
  for (std::size_t place = 0; place < maps.size(); ++place) add_maps(place, maps[place]);
}

void VariantReport::add_scores(std::size_t place, ScoreColumn const& score, bool log2_fold_change) {
  auto const add = [&](char const* what, std::string const& id, std::string const& description,
                       std::function<Value(double, double)> part) {
    columns_.push_back({fmt::format("{}:{}", name_of(score), what), id, description_of(description, score),
                        of_scores(place, std::move(part))});
  };
  add("ref", "", "", [](double reference, double) { return Value(reference); });
  add("alt", "", "", [](double, double alternative) { return Value(alternative); });
  add("effect", info_of(score), "score of ALT minus score of REF",
      [](double reference, double alternative) { return Value(alternative - reference); });
  if (!log2_fold_change) return;
  add("log2fc", info_of(score) + "_LOG2FC", "log2 of the scores' quotient ALT / REF",
      [](double reference, double alternative) {
        return reference > 0 && alternative > 0 ? Value(std::log2(alternative / reference)) : Value();
      });
}

void VariantReport::add_changes(std::size_t place, ScoreColumn const& score) {
  auto const add = [&](char const* what, char const* ending, std::string const& description,
                       std::function<Value(ProfileChange const&)> part) {
    columns_.push_back({fmt::format("{}:{}", name_of(score), what), info_of(score) + ending,
                        description_of(description, score), of_change(place, std::move(part))});
  };
  add("gain", "_GAIN", "largest increase over positions", [](ProfileChange const& c) { return Value(c.gain); });
  add("gain_offset", "_GAIN_OFFSET", "where it is, in bases from POS",
      [](ProfileChange const& c) { return Value(static_cast<double>(c.gain_offset)); });
  add("loss", "_LOSS", "largest decrease over positions", [](ProfileChange const& c) { return Value(c.loss); });
  add("loss_offset", "_LOSS_OFFSET", "where it is, in bases from POS",
      [](ProfileChange const& c) { return Value(static_cast<double>(c.loss_offset)); });
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

}  // namespace shoal::variants
