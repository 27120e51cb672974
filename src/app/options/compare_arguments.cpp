// SPDX-License-Identifier: MIT
#include "app/options/compare_arguments.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"

namespace shoal::app {

void CompareArguments::add_validity(OptionTable& table) {
  table.section("validity");
  table.add_text("truth", truth, "FILE",
                 "what is known to matter: FILE.h5:/DATASET, a track [rows, length] or base probabilities [rows, 4, "
                 "length]; a bedGraph; a BED of motif positions");
  table.add<double>({
      .name = "truth-threshold",
      .target = &options.truth_threshold,
      .value = "T",
      .help = "positions whose truth is higher are a motif's: bits, or units of the track",
  });
  table.add<bool>({
      .name = "truth-all-positions",
      .target = &options.all_positions,
      .help = "positions between the least truth and the threshold count as background; default: they are left out",
  });
  table.add<std::int64_t>({
      .name = "snr-positions",
      .target = &options.noise_positions,
      .value = "K",
      .help = "the noise of snr is the mean of the K largest positive scores of background",
  });
}

void CompareArguments::add_generalisation(OptionTable& table) {
  table.section("generalisation");
  table.add_text(
      "labels", labels, "FILE",
      "sequences with measured values, which the networks of --model are scored on: a table with a column "
      "sequence; FILE.h5:/DATASET beside /sequences; a BED whose fifth column has the values, with --genome");
  table.add<std::vector<std::string>>({
      .name = "labels-column",
      .target = &label_columns,
      .value = "NAME",
      .help = "column of the table with the values; one for all tasks, or one for each; default: y; repeatable",
      .example = "y",
  });
  table.add_text("genome", genome, "FASTA", "genome of a BED of labels");
  scored.add_to(table);
  run.add_to(table);
}

void CompareArguments::add_selection(OptionTable& table) {
  table.section("selection");
  table.add_text("networks", networks, "TSV",
                 "table of networks: a column network, then attributes and numbers that another program computed");
  table.add<std::string>({
      .name = "generalisation",
      .target = &options.generalisation,
      .value = "COLUMN",
      .help = "column of --networks that says how well they predict; higher is better",
      .example = "auroc",
  });
  table.add<double>({
      .name = "margin",
      .target = &options.margin,
      .value = "M",
      .help = "a network whose generalisation is lower than the best one's by more is not chosen",
  });
  table.add<std::string>({
      .name = "form",
      .target = &options.form,
      .value = "FORM",
      .help = "form of the map whose auroc ranks: own, own-corrected, l2, l2-corrected, wild-type",
  });
  table.add<std::int64_t>({
      .name = "bootstraps",
      .target = &options.bootstraps,
      .value = "B",
      .help = "resamples of loci",
  });
  table.add<double>({
      .name = "confidence",
      .target = &options.confidence,
      .value = "C",
      .help = "of the resamples' intervals",
  });
  table.add<std::uint64_t>({
      .name = "seed",
      .target = &options.seed,
      .value = "S",
      .help = "seed of the resamples",
  });
}

CommandTable CompareArguments::table() {
  CommandTable table{.name = "compare",
                     .summary =
                         "Which network to interpret with which method: metrics of the maps in stores of the same "
                         "loci, with their uncertainty; under mpirun for many ranks.",
                     .positional = "store",
                     .options = {},
                     .preset = nullptr};
  table.options.section("stores");
  table.options.add<std::vector<std::string>>({
      .name = "store",
      .target = &options.stores,
      .value = "FILE",
      .help = "a store of scan; repeatable, the same loci in each",
      .example = "scan.h5",
  });
  add_validity(table.options);
  table.options.section("consistency");
  table.options.add<double>({
      .name = "kld-share",
      .target = &options.direction_share,
      .value = "R",
      .help = "share of positions in kld_direction, those of the largest summed columns",
  });
  table.options.add<compare::DirectionBasis>({
      .name = "kld-basis",
      .target = &options.basis,
      .value = "NAME",
      .help = "axes of kld_direction: orthonormal, or published, whose second axis lacks its G",
      .form = named(compare::parse_direction_basis),
  });
  table.options.add_text(
      "sites", sites, "BED",
      "instances of motifs, around which the variation of maps is measured; the name is the stratum: a "
      "motif, a number of mismatches");
  table.options.add<std::vector<std::int64_t>>({
      .name = "site-flanks",
      .target = &options.site_flanks,
      .value = "LIST",
      .help = "bases on both sides of a site that belong to it, each measured",
      .example = "15,50",
  });
  table.options.section("variant effects");
  table.options.add_text("effects", effects, "TSV",
                         "measured effects of substitutions: columns chrom, pos (from 1), ref, alt, value");
  add_generalisation(table.options);
  add_selection(table.options);
  table.options.section("result");
  table.options.add_text("output", options.output, "FILE", "HDF5 file of results; a table with .tsv beside it");
  table.options.add<bool>({
      .name = "overwrite",
      .target = &overwrite,
      .help = "replace existing files",
  });
  return table;
}

std::string CompareArguments::table_file() const {
  return std::filesystem::path(options.output).replace_extension(".tsv").string();
}

compare::CompareOptions CompareArguments::resolved() const {
  compare::CompareOptions made = options;
  if (!truth.empty()) made.truth = compare::Truth::read(truth);
  if (!effects.empty()) made.effects = compare::EffectTable::read(effects);
  if (!sites.empty()) made.sites = compare::SiteTable::read(sites);
  if (!networks.empty()) made.networks = compare::read_network_table(networks);
  if (labels.empty() != scored.models.empty()) {
    fail(ErrorCode::config, "--labels and --model belong together: the networks that are scored on the labels");
  }
  if (!labels.empty()) {
    compare::LabelScoring scoring;
    scoring.scoring.networks = scored.read();
    scoring.scoring.tasks = scored.tasks();
    scoring.scoring.batch = run.batch;
    scoring.scoring.precision = run.precision;
    std::int64_t longest = 0;
    for (auto const& each : scoring.scoring.networks) longest = std::max(longest, each.network->input_length());
    scoring.labels = compare::Labels::read(labels, label_columns, genome, longest);
    made.labels = std::move(scoring);
  }
  made.validate();
  if (table_file() == made.output) {
    fail(ErrorCode::config, fmt::format("--output {}: the table has this name; choose another ending", made.output));
  }
  for (std::string const& file : {made.output, table_file()}) {
    if (!overwrite && std::filesystem::exists(file)) {
      fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
    }
  }
  return made;
}

}  // namespace shoal::app
