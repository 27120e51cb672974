// SPDX-License-Identifier: MIT
#include "app/options/global_arguments.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/options/motif_letters.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

constexpr std::string_view none = "none";

// "middle", "P", "P,Q,…", "A:B" or "A:B:STEP".
std::vector<std::int64_t> parse_positions(std::string const& text) {
  std::vector<std::int64_t> positions;
  if (text == "middle") return positions;
  auto const refuse = [] { fail(ErrorCode::config, "give middle, P,Q,… or A:B[:STEP]"); };
  std::vector<std::int64_t> numbers;
  bool const is_range = text.find(':') != std::string::npos;
  for (std::string_view const piece : split(text, is_range ? ':' : ',')) {
    auto const number = parse_integer(trim(piece));
    if (!number || *number < 0) refuse();
    numbers.push_back(*number);
  }
  if (!is_range) return numbers;
  if (numbers.size() > 3 || (numbers.size() == 3 && numbers[2] == 0)) refuse();
  std::int64_t const step = numbers.size() == 3 ? numbers[2] : 1;
  for (std::int64_t position = numbers[0]; position < numbers[1]; position += step) positions.push_back(position);
  if (positions.empty()) refuse();
  return positions;
}

std::size_t motif_number(std::vector<library::Motif> const& motifs, std::string_view name, std::string const& pair) {
  auto const found = std::ranges::find(motifs, name, &library::Motif::name);
  if (found != motifs.end()) return static_cast<std::size_t>(found - motifs.begin());
  fail(ErrorCode::config, fmt::format("--pairs {}: no motif is called {}", pair, shoal::quoted(name)));
}

std::vector<global::MotifPair> parse_pairs(std::string const& text, std::vector<library::Motif> const& motifs) {
  std::vector<global::MotifPair> pairs;
  if (text == none) return pairs;
  if (text == "all") {
    for (std::size_t first = 0; first < motifs.size(); ++first) {
      for (std::size_t second = first + 1; second < motifs.size(); ++second) pairs.push_back({first, second});
    }
    return pairs;
  }
  for (std::string const& item : parse_list(text)) {
    auto const names = split(item, ':');
    if (names.size() != 2)
      fail(ErrorCode::config, fmt::format("--pairs {}: give UPSTREAM:DOWNSTREAM", shoal::quoted(item)));
    global::MotifPair const pair{motif_number(motifs, names[0], item), motif_number(motifs, names[1], item)};
    bool const is_there = std::ranges::any_of(pairs, [&pair](global::MotifPair const& other) {
      return other.upstream == pair.upstream && other.downstream == pair.downstream;
    });
    if (is_there) fail(ErrorCode::config, fmt::format("--pairs names {} twice", item));
    pairs.push_back(pair);
  }
  return pairs;
}

std::vector<library::Control> parse_controls(std::string const& text) {
  std::vector<library::Control> controls;
  if (text == none) return controls;
  for (std::string const& name : parse_list(text)) {
    library::Control const control = library::parse_control(name);
    if (std::ranges::find(controls, control) != controls.end()) {
      fail(ErrorCode::config, fmt::format("--controls names {} twice", name));
    }
    controls.push_back(control);
  }
  return controls;
}

std::string print_controls(std::vector<library::Control> const& controls) {
  std::vector<std::string> names;
  for (library::Control const control : controls) names.emplace_back(to_string(control));
  return names.empty() ? std::string(none) : join(names, ",");
}

OptionForm<std::vector<std::int64_t>> positions_form() {
  return {.parse = parse_positions, .print = [](std::vector<std::int64_t> const& positions) {
            return positions.empty() ? "middle" : fmt::format("{}", fmt::join(positions, ","));
          }};
}

}  // namespace

void GlobalArguments::add_motifs(OptionTable& table) {
  table.section("motifs");
  table.add<std::vector<std::string>>({
      .name = "motif",
      .target = &motifs,
      .value = "NAME=LETTERS",
      .help = "a motif in IUPAC letters; N keeps the context's base; repeatable",
      .example = "A=GATTACA",
      .is_common = true,
  });
  table.add<std::vector<std::string>>({
      .name = "motif-file",
      .target = &motif_files,
      .value = "FILE",
      .help = "motifs of a MEME, JASPAR or TRANSFAC file or of discovered patterns (.h5), as IUPAC letters; repeatable",
      .example = "motifs.meme",
  });
  table.add<std::vector<std::int64_t>>({
      .name = "positions",
      .target = &options.positions,
      .value = "LIST",
      .help = "where single motifs begin: middle, P,Q,… or A:B[:STEP]",
      .form = positions_form(),
  });
  table.add<std::vector<library::Control>>({
      .name = "controls",
      .target = &options.controls,
      .value = "LIST",
      .help = "motifs with their bases (scrambled) or dinucleotides (dinucleotide) in another order; none",
      .form = {.parse = parse_controls, .print = print_controls},
  });
}

void GlobalArguments::add_pairs(OptionTable& table) {
  table.add<std::string>({
      .name = "pairs",
      .target = &pairs,
      .value = "LIST",
      .help = "UPSTREAM:DOWNSTREAM,…; all: each motif with those given after it; none",
      .is_common = true,
  });
  table.add<std::vector<std::string>>({
      .name = "orientations",
      .target = &options.orientations,
      .value = "LIST",
      .help = "orientations of a pair, upstream motif first",
      .form = comma_list(),
  });
  table.add<Window>({
      .name = "spacings",
      .target = &spacings,
      .value = "A:B",
      .help = "bases between the motifs of a pair, A to B - 1",
      .is_common = true,
  });
  table.add<std::int64_t>({
      .name = "pair-start",
      .target = &options.pair_start,
      .value = "P",
      .help = "where the upstream motif begins; -1: the pair is in the middle",
  });
}

void GlobalArguments::add_contexts(OptionTable& table) {
  table.section("contexts");
  table.add<global::Background>({
      .name = "contexts",
      .target = &options.background,
      .value = "LAW",
      .help = "what surrounds motifs: uniform; or like the sequences given: composition, profile (by position), "
              "dinucleotide (shuffled), native (themselves)",
      .form = named(global::parse_background),
      .is_common = true,
  });
  table.add<std::int64_t>({
      .name = "backgrounds",
      .target = &options.backgrounds,
      .value = "N",
      .help = "how many contexts",
  });
  table.add<double>({
      .name = "confidence",
      .target = &options.confidence,
      .value = "C",
      .help = "of the intervals of effects, by Student's t",
  });
  sources.add_to(table);
}

void GlobalArguments::add_library(OptionTable& table) {
  table.section("library");
  table.add<std::vector<std::string>>({
      .name = "methods",
      .target = &methods,
      .value = "LIST",
      .help = "surrogates over the motifs' bases, orientation and spacing, or none: " +
              join(surrogate::surrogate_names(), ", "),
      .form = comma_list(std::string(none)),
  });
  table.add<std::int64_t>({
      .name = "mutants",
      .target = &options.mutants,
      .value = "N",
      .help = "sequences in the library of each pair (or motif) that surrogates are fitted to",
  });
  table.add<double>({
      .name = "rate",
      .target = &options.rate,
      .value = "R",
      .help = "each base of a motif changes on its own with this probability",
  });
  table.add(lambdas_row(surrogates.options.lambdas));
  table.add<double>({
      .name = "validation",
      .target = &options.validation,
      .value = "F",
      .help = "share of the library that chooses penalties",
  });
  table.add<double>({
      .name = "holdout",
      .target = &options.holdout,
      .value = "F",
      .help = "share of the library that no fit sees",
  });
  table.add<std::uint64_t>({
      .name = "seed",
      .target = &options.seed,
      .value = "S",
      .help = "seed of contexts, ambiguous letters, controls and libraries",
  });
}

void GlobalArguments::add_result(OptionTable& table) {
  table.section("result");
  table.add<std::string>({
      .name = "output",
      .target = &output,
      .value = "FILE",
      .help = "HDF5 file of effects and surrogates",
      .example = "global.h5",
      .is_common = true,
  });
  table.add<std::string>({
      .name = "output-table",
      .target = &table_file,
      .value = "FILE",
      .help = "TSV of effects; default without --output: standard output",
      .example = "effects.tsv",
      .is_common = true,
  });
  table.add<bool>({
      .name = "overwrite",
      .target = &overwrite,
      .help = "replace existing files",
  });
}

CommandTable GlobalArguments::table() {
  CommandTable table{.name = "global",
                     .summary =
                         "What networks make of motifs and pairs of motifs in many contexts: effects, "
                         "interactions, a global surrogate; under mpirun for many ranks.",
                     .positional = "",
                     .options = {},
                     .preset = preset_text};
  networks.add_to(table.options);
  add_motifs(table.options);
  add_pairs(table.options);
  add_contexts(table.options);
  add_library(table.options);
  surrogates.add_to(table.options);
  run.add_to(table.options);
  add_result(table.options);
  return table;
}

global::GlobalOptions GlobalArguments::resolved() const {
  global::GlobalOptions made = options;
  made.tasks = networks.tasks();
  made.sources = sources.loci;
  for (std::string const& text : motifs) made.motifs.push_back(library::parse_motif(text));
  for (library::Motif& read : read_motif_letters(motif_files)) made.motifs.push_back(std::move(read));
  made.pairs = parse_pairs(pairs, made.motifs);
  made.first_spacing = spacings.start;
  made.last_spacing = spacings.stop - 1;
  made.surrogates = surrogates.resolved();
  for (std::string const& name : methods) made.methods.push_back(surrogate::parse_surrogate(name));
  run.validate();
  made.batch = run.batch;
  made.precision = run.precision;
  return made;
}

void GlobalArguments::check_results() const {
  for (std::string const& file : {output, table_file}) {
    if (!file.empty() && !overwrite && std::filesystem::exists(file)) {
      fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
    }
  }
}

}  // namespace shoal::app
