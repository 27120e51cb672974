// SPDX-License-Identifier: MIT
#include "variants/variants.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <iterator>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/codes.hpp"
#include "genome/contig_names.hpp"
#include "genome/contig_sizes.hpp"
#include "scan/sequence_scorer.hpp"
#include "store/output_file.hpp"
#include "store/reader.hpp"
#include "variants/records/alleles.hpp"
#include "variants/records/block.hpp"
#include "variants/records/maps.hpp"
#include "variants/records/profile_change.hpp"
#include "variants/records/report.hpp"

namespace shoal::variants {

namespace {

bool is_scored(AlleleEffects const& allele) {
  return allele.skipped.empty();
}

class VariantRun {
 public:
  explicit VariantRun(VariantOptions const& options);
  VariantSummary run();

 private:
  void open_store();
  VariantReport make_report() const;
  void check_profiles() const;
  // The strands that are scored, in the order of the columns: whether each is the reverse one.
  std::vector<bool> strands() const;
  void add_windows(AlleleWindows const& windows, bool with_reference, std::vector<genome::Codes>& sequences) const;
  std::vector<std::optional<ProfileChange>> changes_of(genome::Variant const& variant, std::size_t allele,
                                                       std::vector<float> const& reference,
                                                       std::vector<float> const& alternative) const;
  RecordEffects windows_of(genome::Variant variant, std::vector<genome::Codes>& sequences);
  void refuse(genome::Variant const& variant, std::string const& reason);
  // Scores the windows of a block, writes its records and empties it.
  void finish_block(Block& block);
  void write(genome::Variant const& variant, RecordEffects const& effects);

  VariantOptions const& options_;
  genome::GenomeFile genome_;
  genome::ContigNames contigs_;
  genome::VcfFile ahead_;   // reads one block
  genome::VcfFile behind_;  // reads the block again, to write it with its effects
  scan::SequenceScorer scorer_;
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
      behind_(options.vcf),
      scorer_({.networks = options.networks,
               .tasks = options.tasks,
               .profiles = options.largest_change,
               .backend = options.backend,
               .threads = options.threads,
               .batch = options.batch,
               .precision = options.precision}) {
  if (!options.store.empty()) open_store();
  if (scorer_.columns() == 0 && maps_.empty()) fail(ErrorCode::config, "variants need a --model, a --store or both");
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
    for (auto const& [model, task] : scorer_.names()) scores.push_back({model, task, is_reverse});
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
  if (scorer_.columns() == 0) fail(ErrorCode::config, "--max-change is of a network's profiles: give a --model");
  for (scan::ProfileHead const& head : scorer_.heads()) {
    if (head.positions > 1 && head.bases_per_position > 0) continue;
    fail(
        ErrorCode::config,
        head.positions == 1
            ? fmt::format("--max-change: head {} has one position, and so no place of a change; leave the option out, "
                          "or choose heads with --head",
                          quoted(head.name))
            : fmt::format("--max-change: which bases the {} positions of head {} stand for is not known, since a layer "
                          "before it makes positions of its own; choose other heads with --head",
                          head.positions, quoted(head.name)));
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

RecordEffects VariantRun::windows_of(genome::Variant variant, std::vector<genome::Codes>& sequences) {
  if (auto const name = contigs_.find(variant.contig, ahead_.where())) variant.contig = *name;
  // Without a network only the checks of the windows are wanted.
  constexpr std::int64_t length_without_network = 4096;
  std::int64_t const length = scorer_.columns() > 0 ? scorer_.length() : length_without_network;
  RecordEffects effects;
  for (std::string const& alternative : variant.alternatives) {
    AlleleWindows windows = allele_windows(genome_, variant, alternative, length);
    AlleleEffects& added = effects.emplace_back();
    added.skipped = windows.skipped;
    if (windows.skipped == "unknown_contig" || windows.skipped == "reference_mismatch") {
      refuse(variant, windows.skipped);
    }
    if (!windows.skipped.empty()) continue;
    for (VariantMaps& map : maps_) added.maps.push_back(map.effect(variant, alternative));
    if (scorer_.columns() == 0) continue;
    // Every allele of a record has the same window of the reference.
    bool const is_first = std::none_of(effects.begin(), std::prev(effects.end()), is_scored);
    add_windows(windows, is_first, sequences);
  }
  return effects;
}

// The reference on every strand, then the alternative.
void VariantRun::add_windows(AlleleWindows const& windows, bool with_reference,
                             std::vector<genome::Codes>& sequences) const {
  for (genome::Codes const* window : {&windows.reference, &windows.alternative}) {
    if (window == &windows.reference && !with_reference) continue;
    for (bool const is_reverse : strands()) {
      genome::Codes& added = sequences.emplace_back(*window);
      if (is_reverse) genome::reverse_complement(added);
    }
  }
}

std::vector<std::optional<ProfileChange>> VariantRun::changes_of(genome::Variant const& variant, std::size_t allele,
                                                                 std::vector<float> const& reference,
                                                                 std::vector<float> const& alternative) const {
  AllelePlace const place{.start = scorer_.length() / 2,
                          .reference = static_cast<std::int64_t>(variant.reference.size()),
                          .alternative = static_cast<std::int64_t>(variant.alternatives[allele].size())};
  ChangeOptions const change{.distance = options_.distance, .deleted_bases_count = !options_.tasks.logit};
  std::vector<std::optional<ProfileChange>> changes;
  std::size_t first = 0;
  for (bool const is_reverse : strands()) {
    for (scan::ProfileHead const& head : scorer_.heads()) {
      auto const positions = static_cast<std::size_t>(head.positions);
      std::vector<float> before(reference.begin() + static_cast<std::ptrdiff_t>(first),
                                reference.begin() + static_cast<std::ptrdiff_t>(first + positions));
      std::vector<float> after(alternative.begin() + static_cast<std::ptrdiff_t>(first),
                               alternative.begin() + static_cast<std::ptrdiff_t>(first + positions));
      if (is_reverse) {
        std::reverse(before.begin(), before.end());
        std::reverse(after.begin(), after.end());
      }
      auto const grid = grid_of(scorer_.length(), head.positions, head.bases_per_position, is_reverse);
      changes.push_back(largest_change(before, after, grid, place, change));
      first += positions;
    }
  }
  return changes;
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
  std::vector<float> const scores = scorer_.score(block.sequences);
  std::size_t const columns = scorer_.columns() * strands().size();
  auto next = scores.begin();
  auto const take = [&] {
    std::vector<float> const taken(next, next + static_cast<std::ptrdiff_t>(columns));
    next += static_cast<std::ptrdiff_t>(columns);
    return taken;
  };
  for (std::size_t record = 0; record < block.variants.size(); ++record) {
    RecordEffects& alleles = block.effects[record];
    bool const has_scores = columns > 0 && std::any_of(alleles.begin(), alleles.end(), is_scored);
    std::vector<float> const reference = has_scores ? take() : std::vector<float>();
    for (AlleleEffects& allele : alleles) {
      if (!has_scores || !is_scored(allele)) continue;
      std::vector<float> alternative = take();
      if (options_.largest_change) {
        auto const number = static_cast<std::size_t>(&allele - alleles.data());
        allele.changes = changes_of(block.variants[record], number, reference, alternative);
      } else {
        allele.reference = reference;
        allele.alternative = std::move(alternative);
      }
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
    if (block.is_full(scorer_.columns())) finish_block(block);
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
