// SPDX-License-Identifier: MIT
// What is known of variants, as columns of a table and as fields of an annotated VCF.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "genome/vcf_file.hpp"
#include "variants/records/maps.hpp"
#include "variants/records/profile_change.hpp"

namespace shoal::variants {

// A score of the two windows.
struct AlleleScores {
  float reference = 0;
  float alternative = 0;
};

// The effects of one alternative allele.
struct AlleleEffects {
  std::string skipped;  // why no network and no map has an effect of it, or empty
  // One per score column; nothing where the window of the column's network is too short for the allele. Empty when the
  // allele was skipped.
  std::vector<std::optional<AlleleScores>> scores;
  std::vector<std::optional<ProfileChange>> changes;  // the same, instead of scores, where profiles are compared
  std::vector<std::optional<StoreEffect>> maps;       // one per method of the store; empty when the allele was skipped
};
using RecordEffects = std::vector<AlleleEffects>;  // one per alternative allele

// A network's task, or its head where profiles are compared.
struct ScoreColumn {
  std::string model;
  std::string task;
  bool is_reverse = false;  // scored on the reverse complement
};

// What is reported for each score column.
struct ScoreReport {
  bool changes = false;           // the largest changes of a profile, instead of scores
  bool log2_fold_change = false;  // scores as log2 fold changes
};

// A method whose effects are reported.
struct MapColumn {
  std::string model;
  std::string task;
  std::string method;
  bool has_pairs = false;
  bool has_curve = false;
};

// The columns' names and meanings are at run_variants (variants/variants.hpp).
class VariantReport {
 public:
  // `scores` in the order of the effects' numbers.
  VariantReport(std::vector<ScoreColumn> const& scores, std::vector<MapColumn> const& maps, ScoreReport const& report);

  std::vector<genome::InfoField> fields() const;
  std::vector<genome::InfoValues> values(RecordEffects const& effects) const;
  // Lines with their ends.
  std::string table_header() const;
  std::string table_line(genome::Variant const& variant, std::size_t allele, AlleleEffects const& effects) const;

 private:
  struct Column {
    std::string name;         // in the table
    std::string info;         // the field's ID; empty: only in the table
    std::string description;  // description of the field
    std::function<std::optional<double>(AlleleEffects const&)> value;
  };
  void add_scores(std::size_t place, ScoreColumn const& score, bool log2_fold_change);
  void add_changes(std::size_t place, ScoreColumn const& score);
  void add_maps(std::size_t place, MapColumn const& map);

  std::vector<Column> columns_;
};

}  // namespace shoal::variants
