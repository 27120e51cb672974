// SPDX-License-Identifier: MIT
#include "scan/variants.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/contig_sizes.hpp"
#include "scan/variant_alleles.hpp"
#include "scan/variant_maps.hpp"
#include "scan/variant_scorer.hpp"
#include "store/output_file.hpp"

namespace shoal::scan {

namespace {

// Records that are scored together.
constexpr std::size_t block_records = 1024;

// What is known of one alternative allele; columns are the scorer's.
struct AlleleEffects {
  std::string skipped;
  std::vector<float> reference;
  std::vector<float> alternative;
  std::optional<double> map;

  std::optional<double> effect(std::size_t column) const {
    if (reference.empty()) return std::nullopt;
    return static_cast<double>(alternative[column]) - static_cast<double>(reference[column]);
  }
  std::optional<double> log2_fold_change(std::size_t column) const {
    if (reference.empty() || !(reference[column] > 0) || !(alternative[column] > 0)) return std::nullopt;
    return std::log2(static_cast<double>(alternative[column]) / static_cast<double>(reference[column]));
  }
};
using RecordEffects = std::vector<AlleleEffects>;  // of every alternative allele

// Records in file order, and the windows of their scored alleles: reference, alternative, reference, ….
struct Block {
  std::vector<genome::Variant> variants;
  std::vector<RecordEffects> effects;
  std::vector<genome::Codes> sequences;
};

class VariantRun {
 public:
  explicit VariantRun(VariantOptions const& options);
  VariantSummary run();

 private:
  RecordEffects windows_of(genome::Variant const& variant, std::vector<genome::Codes>& sequences);
  void refuse(genome::Variant const& variant, std::string const& reason);
  // Scores a block's windows, writes its records and empties it.
  void finish_block(Block& block);
  void write(genome::Variant const& variant, RecordEffects const& effects);
  std::vector<genome::InfoField> fields() const;
  std::vector<genome::InfoValues> values(RecordEffects const& effects) const;
  std::string table_header() const;
  std::string table_line(genome::Variant const& variant, std::size_t allele, AlleleEffects const& effects) const;
  std::string map_name() const {
    return fmt::format("{}/{}/{}", source_->model().name, source_->task().name, source_->method().name);
  }

  VariantOptions const& options_;
  genome::GenomeFile genome_;
  genome::VcfFile ahead_;   // reads a block
  genome::VcfFile behind_;  // reads it again, to write it with its effects
  VariantScorer scorer_;
  std::optional<store::Reader> reader_;
  std::optional<store::ExportSource> source_;
  std::optional<VariantMaps> maps_;
  std::optional<store::OutputFile> table_;
  VariantSummary summary_;
};

VariantRun::VariantRun(VariantOptions const& options)
    : options_(options), genome_(options.genome), ahead_(options.vcf), behind_(options.vcf), scorer_(options) {
  if (!options.store.empty()) {
    reader_.emplace(options.store);
    source_.emplace(*reader_, options.choice, store::ExportRows{});
    maps_.emplace(*source_);
  }
  if (scorer_.tasks() == 0 && !maps_) fail(ErrorCode::config, "variants need a --model, a --store or both");
  if (!options.output_vcf.empty()) behind_.annotate_to(options.output_vcf, fields());
  if (options.output_vcf.empty() || !options.output_table.empty()) {
    table_.emplace(options.output_table);
    table_->write(table_header());
  }
}

std::vector<genome::InfoField> VariantRun::fields() const {
  std::vector<genome::InfoField> fields;
  for (auto const& [model, task] : scorer_.names()) {
    std::string const id = genome::info_id(fmt::format("SHOAL_{}_{}", model, task));
    fields.push_back({id, false, fmt::format("score of ALT minus score of REF, model {}, task {}", model, task)});
    if (!options_.log2_fold_change) continue;
    fields.push_back(
        {id + "_LOG2FC", false, fmt::format("log2 of the scores' quotient ALT / REF, model {}, task {}", model, task)});
  }
  if (maps_) {
    fields.push_back({genome::info_id("SHOAL_MAP_" + map_name()), false,
                      fmt::format("effect of ALT by the map {} of a shoal scan", map_name())});
  }
  fields.push_back({"SHOAL_SKIPPED", true, "why the allele was not scored"});
  return fields;
}

std::vector<genome::InfoValues> VariantRun::values(RecordEffects const& effects) const {
  std::vector<genome::InfoValues> values;
  auto const add_numbers = [&](auto const& number_of) {
    auto& added = values.emplace_back();
    for (AlleleEffects const& allele : effects) added.numbers.push_back(number_of(allele));
  };
  for (std::size_t column = 0; column < scorer_.tasks(); ++column) {
    add_numbers([column](AlleleEffects const& allele) { return allele.effect(column); });
    if (!options_.log2_fold_change) continue;
    add_numbers([column](AlleleEffects const& allele) { return allele.log2_fold_change(column); });
  }
  if (maps_) add_numbers([](AlleleEffects const& allele) { return allele.map; });
  auto& skipped = values.emplace_back();
  bool any = false;
  for (AlleleEffects const& allele : effects) {
    skipped.texts.push_back(allele.skipped);
    any = any || !allele.skipped.empty();
  }
  if (!any) skipped.texts.clear();
  return values;
}

std::string VariantRun::table_header() const {
  std::string line = "chrom\tpos\tid\tref\talt\tskipped";
  for (auto const& [model, task] : scorer_.names()) {
    for (char const* what : {"ref", "alt", "effect"}) line += fmt::format("\t{}/{}:{}", model, task, what);
    if (options_.log2_fold_change) line += fmt::format("\t{}/{}:log2fc", model, task);
  }
  if (maps_) line += fmt::format("\t{}:map", map_name());
  return line + "\n";
}

std::string VariantRun::table_line(genome::Variant const& variant, std::size_t allele,
                                   AlleleEffects const& effects) const {
  auto const text = [](std::optional<double> value) { return value ? fmt::format("\t{:.9g}", *value) : "\tNA"; };
  std::string line =
      fmt::format("{}\t{}\t{}\t{}\t{}\t{}", variant.contig, variant.position + 1, variant.id.empty() ? "." : variant.id,
                  variant.reference, variant.alternatives[allele], effects.skipped.empty() ? "NA" : effects.skipped);
  for (std::size_t column = 0; column < scorer_.tasks(); ++column) {
    bool const known = !effects.reference.empty();
    line += text(known ? std::optional<double>(effects.reference[column]) : std::nullopt);
    line += text(known ? std::optional<double>(effects.alternative[column]) : std::nullopt);
    line += text(effects.effect(column));
    if (options_.log2_fold_change) line += text(effects.log2_fold_change(column));
  }
  if (maps_) line += text(effects.map);
  return line + "\n";
}

void VariantRun::refuse(genome::Variant const& variant, std::string const& reason) {
  if (options_.mismatch == MismatchPolicy::skip) return;
  std::string const advice = "; --mismatch skip leaves such records out, with the reason";
  if (reason == "unknown_contig") {
    fail(ErrorCode::input,
         fmt::format("{}: the genome {} has no contig {}{}{}", ahead_.where(), genome_.path(), quoted(variant.contig),
                     genome::contig_hint(variant.contig, genome_.contigs()), advice));
  }
  std::int64_t const length = genome_.length(variant.contig);
  std::int64_t const start = std::min(variant.position, length);
  std::int64_t const end = std::min(length, start + static_cast<std::int64_t>(variant.reference.size()));
  fail(ErrorCode::input,
       fmt::format("{}: REF is {}, but the genome {} has {} there{}", ahead_.where(), quoted(variant.reference),
                   genome_.path(), quoted(genome_.fetch(variant.contig, start, end)), advice));
}

RecordEffects VariantRun::windows_of(genome::Variant const& variant, std::vector<genome::Codes>& sequences) {
  // Without a network only the checks of the windows are wanted.
  constexpr std::int64_t length_without_network = 4096;
  std::int64_t const length = scorer_.tasks() > 0 ? scorer_.length() : length_without_network;
  RecordEffects effects;
  for (std::string const& alternative : variant.alternatives) {
    AlleleWindows windows = allele_windows(genome_, variant, alternative, length);
    AlleleEffects& added = effects.emplace_back();
    added.skipped = windows.skipped;
    if (windows.skipped == "unknown_contig" || windows.skipped == "reference_mismatch") {
      refuse(variant, windows.skipped);
    }
    if (!windows.skipped.empty()) continue;
    if (maps_) added.map = maps_->effect(variant, alternative);
    if (scorer_.tasks() == 0) continue;
    sequences.push_back(std::move(windows.reference));
    sequences.push_back(std::move(windows.alternative));
  }
  return effects;
}

void VariantRun::write(genome::Variant const& variant, RecordEffects const& effects) {
  if (!options_.output_vcf.empty()) {
    behind_.next();
    behind_.write(values(effects));
  }
  for (std::size_t allele = 0; allele < effects.size(); ++allele) {
    ++summary_.alleles;
    if (!effects[allele].skipped.empty()) ++summary_.skipped;
    if (table_) table_->write(table_line(variant, allele, effects[allele]));
  }
}

void VariantRun::finish_block(Block& block) {
  std::vector<float> const scores = scorer_.score(block.sequences);
  std::size_t const columns = scorer_.tasks();
  auto next = scores.begin();
  auto const take = [&] {
    std::vector<float> const taken(next, next + static_cast<std::ptrdiff_t>(columns));
    next += static_cast<std::ptrdiff_t>(columns);
    return taken;
  };
  for (std::size_t record = 0; record < block.variants.size(); ++record) {
    for (AlleleEffects& allele : block.effects[record]) {
      if (!allele.skipped.empty() || columns == 0) continue;
      allele.reference = take();
      allele.alternative = take();
    }
    write(block.variants[record], block.effects[record]);
  }
  block = {};
}

VariantSummary VariantRun::run() {
  Block block;
  while (auto const variant = ahead_.next()) {
    ++summary_.records;
    block.effects.push_back(windows_of(*variant, block.sequences));
    block.variants.push_back(*variant);
    if (block.variants.size() == block_records) finish_block(block);
  }
  finish_block(block);
  if (!options_.output_vcf.empty()) behind_.publish();
  if (table_) table_->publish();
  return summary_;
}

}  // namespace

VariantSummary run_variants(VariantOptions const& options) {
  return VariantRun(options).run();
}

}  // namespace shoal::scan
