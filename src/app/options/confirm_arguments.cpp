// SPDX-License-Identifier: MIT
#include "app/options/confirm_arguments.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <utility>

#include "app/command_line/number_row.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

// Width and step of "W" or "W:STEP".
std::pair<std::int64_t, std::int64_t> parse_tiles(std::string const& text) {
  auto const pieces = split(text, ':');
  auto const width = parse_integer(trim(pieces.front()));
  auto const step = parse_integer(trim(pieces.back()));
  if (pieces.size() > 2 || !width || !step) {
    fail(ErrorCode::config, fmt::format("--tiles {}: give W or W:STEP", shoal::quoted(text)));
  }
  return {*width, *step};
}

void add_sites(ConfirmArguments& arguments, OptionTable& table) {
  constexpr bool is_common = true;
  table.section("sites");
  table.add_text("sites", arguments.sites, "FILE",
                 "sites: BED, or a table as of shoal motifs hits or scan-pwm (locus or name, first, last, motif), or …",
                 is_common);
  table.add_text("tiles", arguments.tiles, "W[:STEP]", "… stretches of W bases of every locus, one per STEP bases",
                 is_common);
}

void add_experiment(ConfirmArguments& arguments, OptionTable& table) {
  confirm::ConfirmOptions& options = arguments.options;
  table.section("experiment");
  table.add<confirm::Destruction>({
      .name = "destroy",
      .target = &options.destruction,
      .value = "LAW",
      .help = "what replaces a site: its bases (scrambled) or dinucleotides (dinucleotide) in random order, or random "
              "bases (uniform)",
      .example = "uniform",
      .form = named(confirm::parse_destruction),
      .is_common = true,
  });
  table.add(number_row("draws", options.draws, "K", "destroyed sites, control places and backgrounds of every site"));
  table.add(number_row("confidence", options.confidence, "C", "of the intervals of effects, by Student's t"));
  table.add(number_row("target-fdr", arguments.target_fdr, "F", "q up to which a motif's sites count as confirmed"));
  table.add<std::uint64_t>({
      .name = "seed",
      .target = &options.seed,
      .value = "S",
      .help = "seed of everything that is drawn",
  });
}

void add_result(ConfirmArguments& arguments, OptionTable& table) {
  constexpr bool is_common = true;
  table.section("result");
  table.add_text("output", arguments.output, "FILE", "TSV of sites (default: standard output)", is_common);
  table.add_text("output-table", arguments.output_table, "FILE", "TSV of motifs: means over their sites", is_common);
  table.add<bool>({
      .name = "overwrite",
      .target = &arguments.overwrite,
      .help = "replace existing files",
  });
}

}  // namespace

CommandTable ConfirmArguments::table() {
  CommandTable table{.name = "motifs confirm",
                     .summary =
                         "What networks lose when a site is destroyed in its own sequence, and gain when it is "
                         "put into sequences without signal; under mpirun for many ranks.",
                     .positional = "",
                     .options = {},
                     .preset = nullptr};
  networks.add_to(table.options);
  loci.add_to(table.options);
  add_sites(*this, table.options);
  add_experiment(*this, table.options);
  run.add_to(table.options);
  add_result(*this, table.options);
  return table;
}

void ConfirmArguments::validate() const {
  if (sites.empty() == tiles.empty()) fail(ErrorCode::config, "give sites once: --sites FILE or --tiles W[:STEP]");
  run.validate();
  for (std::string const& file : {output, output_table}) {
    if (!file.empty() && !overwrite && std::filesystem::exists(file)) {
      fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
    }
  }
}

confirm::ConfirmOptions ConfirmArguments::resolved() const {
  confirm::ConfirmOptions made = options;
  made.tasks = networks.tasks();
  made.batch = run.batch;
  made.precision = run.precision;
  return made;
}

confirm::SiteList ConfirmArguments::read_sites(genome::LocusTable const& table) const {
  if (!sites.empty()) return confirm::read_sites(sites, table);
  auto const [width, step] = parse_tiles(tiles);
  return confirm::tile_loci(width, step, table);
}

}  // namespace shoal::app
