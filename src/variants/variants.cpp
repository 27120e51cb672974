// SPDX-License-Identifier: MIT
#include "variants/variants.hpp"

#include <fmt/core.h>

#include <deque>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/contig_names.hpp"
#include "genome/contig_sizes.hpp"
#include "store/output_file.hpp"
#include "store/reader.hpp"
#include "variants/records/alleles.hpp"
#include "variants/records/block.hpp"
#include "variants/records/maps.hpp"
#include "variants/records/network_group.hpp"
#include "variants/records/report.hpp"

namespace shoal::variants {

namespace {

// Networks, in their order, cut where the input length changes.
std::vector<std::vector<scan::NamedNetwork>> by_length(std::vector<scan::NamedNetwork> const& networks) {
  std::vector<std::vector<scan::NamedNetwork>> groups;
  for (scan::NamedNetwork const& named : networks) {
    bool const is_new =
        groups.empty() || groups.back().front().network->input_length() != named.network->input_length();
    if (is_new) groups.emplace_back();
    groups.back().push_back(named);
  }
  return groups;
}

// A head whose profile has no places on the genome cannot say where it changes.
void check_profile(scan::ProfileHead const& head) {
  if (head.positions > 1 && head.bases_per_position > 0) return;
  fail(ErrorCode::config,
       head.positions == 1
           ? fmt::format("--max-change: head {} has one position, and so no place of a change; leave the option out, "
                         "or choose heads with --head",
                         quoted(head.name))
           : fmt::format("--max-change: which bases the {} positions of head {} stand for is not known, since a layer "
                         "before it makes positions of its own; choose other heads with --head",
                         head.positions, quoted(head.name)));
}

class VariantRun {
 public:
  explicit VariantRun(VariantOptions const& options);
  VariantSummary run();

 private:
  void open_store();
  VariantReport make_report() const;
  void check_profiles() const;
  std::vector<bool> strands() const;
  std::size_t waiting_bytes() const;
  // Every group takes the allele's windows. Returns why none of them has any, or nothing.
  std::string take_windows(genome::Variant const& variant, std::size_t allele, std::size_t record);
  RecordEffects windows_of(genome::Variant variant, std::size_t record);
  void refuse(genome::Variant const& variant, std::string const& reason);
  // Scores the windows of a block, writes its records and empties it.
  void finish_block(Block& block);
  void write(genome::Variant const& variant, RecordEffects const& effects);

  VariantOptions const& options_;
  genome::GenomeFile genome_;
  genome::ContigNames contigs_;
  genome::VcfFile ahead_;            // reads one block
  genome::VcfFile behind_;           // reads the block again, to write it with its effects
  std::deque<NetworkGroup> groups_;  // of networks that follow each other and read windows of one length
  std::optional<store::Reader> reader_;
  std::deque<exports::ExportSource> sources_;  // one per method; their addresses stay
  std::vector<VariantMaps> maps_;
  std::optional<VariantReport> report_;
  std::optional<store::OutputFile> table_;
  VariantSummary summary_;
};

VariantRun::VariantRun(VariantOptions const& options)
    : options_(options),
      genome_(options.genome),
      contigs_(genome_.contigs(), "the genome " + options.genome, options.vcf),
      ahead_(options.vcf),
      behind_(options.vcf) {
  GroupOptions const group{
      .strands = strands(),
      .largest_change = options.largest_change,
      .change = {.distance = options.distance, .deleted_bases_count = !options.tasks.logit},
  };
  for (auto& networks : by_length(options.networks)) {
    scan::ScoringOptions const scoring{.networks = std::move(networks),
                                       .tasks = options.tasks,
                                       .profiles = options.largest_change,
                                       .backend = options.backend,
                                       .threads = options.threads,
                                       .batch = options.batch,
                                       .precision = options.precision};
    groups_.emplace_back(scoring, group);
  }
  if (!options.store.empty()) open_store();
  if (groups_.empty() && maps_.empty()) fail(ErrorCode::config, "variants need a --model, a --store or both");
  check_profiles();
  report_ = make_report();
  if (!options.output_vcf.empty()) behind_.annotate_to(options.output_vcf, report_->fields());
  if (options.output_vcf.empty() || !options.output_table.empty()) {
    table_.emplace(options.output_table);
    table_->write(report_->table_header());
  }
}

void VariantRun::open_store() {
  reader_.emplace(options_.store);
  std::vector<std::string> methods = options_.store_methods;
  if (methods.empty()) methods.emplace_back();  // the only one
  for (std::string const& method : methods) {
    exports::ExportChoice choice = options_.choice;
    choice.method = method;
    choice.gauge = exports::ExportGauge::wild_type;
    maps_.emplace_back(sources_.emplace_back(*reader_, choice, exports::ExportRows{}));
  }
}

VariantReport VariantRun::make_report() const {
  std::vector<MapColumn> columns;
  for (VariantMaps const& map : maps_) {
    exports::ExportSource const& source = map.source();
    columns.push_back(
        {source.model().name, source.task().name, source.method().name, map.has_pairs(), map.has_curve()});
  }
  std::vector<ScoreColumn> scores;
  for (bool const is_reverse : strands()) {
    for (NetworkGroup const& group : groups_) {
      for (auto const& [model, task] : group.scorer().names()) scores.push_back({model, task, is_reverse});
    }
  }
  return {scores, columns, {.changes = options_.largest_change, .log2_fold_change = options_.log2_fold_change}};
}

std::vector<bool> VariantRun::strands() const {
  if (options_.strand == VariantStrand::both) return {false, true};
  return {options_.strand == VariantStrand::reverse};
}

void VariantRun::check_profiles() const {
  if (!options_.largest_change) {
    if (options_.distance >= 0) fail(ErrorCode::config, "--distance belongs to --max-change");
    return;
  }
  if (options_.log2_fold_change) fail(ErrorCode::config, "--log2fc is of scores, --max-change of profiles: choose one");
  if (groups_.empty()) fail(ErrorCode::config, "--max-change is of a network's profiles: give a --model");
  for (NetworkGroup const& group : groups_) {
    for (scan::ProfileHead const& head : group.scorer().heads()) check_profile(head);
  }
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
  std::int64_t const end = variant.position + static_cast<std::int64_t>(variant.reference.size());
  if (variant.position < 0 || end > length) {
    fail(ErrorCode::input, fmt::format("{}: REF {} reaches outside its contig of {} bases in {}{}", ahead_.where(),
                                       quoted(variant.reference), length, genome_.path(), advice));
  }
  fail(ErrorCode::input,
       fmt::format("{}: REF is {}, but the genome {} has {} there{}", ahead_.where(), quoted(variant.reference),
                   genome_.path(), quoted(genome_.fetch(variant.contig, variant.position, end)), advice));
}

RecordEffects VariantRun::windows_of(genome::Variant variant, std::size_t record) {
  if (auto const name = contigs_.find(variant.contig, ahead_.where())) variant.contig = *name;
  RecordEffects effects;
  for (std::size_t allele = 0; allele < variant.alternatives.size(); ++allele) {
    AlleleEffects& added = effects.emplace_back();
    added.skipped = take_windows(variant, allele, record);
    if (added.skipped == "unknown_contig" || added.skipped == "reference_mismatch") refuse(variant, added.skipped);
    if (!added.skipped.empty()) continue;
    for (VariantMaps& map : maps_) added.maps.push_back(map.effect(variant, variant.alternatives[allele]));
  }
  return effects;
}

std::string VariantRun::take_windows(genome::Variant const& variant, std::size_t allele, std::size_t record) {
  // Without a network only the checks of the windows are wanted.
  constexpr std::int64_t length_without_network = 4096;
  if (groups_.empty()) {
    return allele_windows(genome_, variant, variant.alternatives[allele], length_without_network).skipped;
  }
  std::string skipped;
  bool is_taken = false;
  for (NetworkGroup& group : groups_) {
    std::string const reason = group.take(genome_, variant, allele, record);
    is_taken = is_taken || reason.empty();
    if (!reason.empty()) skipped = reason;
  }
  return is_taken ? "" : skipped;
}

std::size_t VariantRun::waiting_bytes() const {
  std::size_t bytes = 0;
  for (NetworkGroup const& group : groups_) bytes += group.bytes();
  return bytes;
}

void VariantRun::write(genome::Variant const& variant, RecordEffects const& effects) {
  if (!options_.output_vcf.empty()) {
    behind_.next();
    behind_.write(report_->values(effects));
  }
  for (std::size_t allele = 0; allele < effects.size(); ++allele) {
    ++summary_.alleles;
    if (!effects[allele].skipped.empty()) ++summary_.skipped;
    if (table_) table_->write(report_->table_line(variant, allele, effects[allele]));
  }
}

void VariantRun::finish_block(Block& block) {
  genome_.check_letters();
  std::size_t names = 0;
  for (NetworkGroup const& group : groups_) names += group.names();
  std::size_t first = 0;
  for (NetworkGroup& group : groups_) {
    group.score_into(block, first, names);
    first += group.names();
  }
  for (std::size_t record = 0; record < block.variants.size(); ++record) {
    write(block.variants[record], block.effects[record]);
  }
  block = {};
}

VariantSummary VariantRun::run() {
  Block block;
  while (auto const variant = ahead_.next()) {
    ++summary_.records;
    block.effects.push_back(windows_of(*variant, block.variants.size()));
    block.variants.push_back(*variant);
    if (block.is_full(waiting_bytes())) finish_block(block);
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

}  // namespace shoal::variants
