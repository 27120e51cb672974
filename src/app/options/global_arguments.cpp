// SPDX-License-Identifier: MIT
#include "app/options/global_arguments.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

constexpr std::string_view none = "none";

// "P", "P,Q,…" or "A:B" or "A:B:STEP".
std::vector<std::int64_t> parse_positions(std::string const& text) {
  std::vector<std::int64_t> positions;
  if (text == "middle") return positions;
  auto const refuse = [&text] {
    fail(ErrorCode::config, fmt::format("--positions {}: give middle, P,Q,… or A:B[:STEP]", shoal::quoted(text)));
  };
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
  for (std::string const& item : parse_list("pairs", text)) {
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

}  // namespace

void GlobalArguments::add_design(po::options_description& options_table) {
  options_table.add_options()("motif", po::value(&motifs)->value_name("NAME=LETTERS"),
                              "a motif in IUPAC letters; N keeps the context's base; repeatable")(
      "contexts", po::value(&contexts)->value_name("LAW")->default_value("uniform"),
      "what surrounds motifs: uniform; or like the sequences given: composition, profile (by position), dinucleotide "
      "(shuffled), native (themselves)")(
      "backgrounds", po::value(&options.backgrounds)->value_name("N")->default_value(options.backgrounds), "contexts")(
      "positions", po::value(&positions)->value_name("LIST")->default_value("middle"),
      "where single motifs begin: middle, P,Q,… or A:B[:STEP]")(
      "pairs", po::value(&pairs)->value_name("LIST")->default_value("all"),
      "UPSTREAM:DOWNSTREAM,…; all: each motif with those given after it; none")(
      "orientations", po::value(&orientations)->value_name("LIST")->default_value("++,+-,-+,--"),
      "of a pair, upstream motif first")("spacings", po::value(&spacings)->value_name("A:B")->default_value("0:33"),
                                         "bases between the motifs of a pair, A to B - 1")(
      "pair-start", po::value(&options.pair_start)->value_name("P")->default_value(options.pair_start),
      "where the upstream motif begins; -1: the pair is in the middle")(
      "controls", po::value(&controls)->value_name("LIST")->default_value("scrambled"),
      "motifs with their bases (scrambled) or dinucleotides (dinucleotide) in another order; none")(
      "confidence", po::value(&options.confidence)->value_name("C")->default_value(options.confidence),
      "of the intervals");
}

void GlobalArguments::add_surrogates(po::options_description& options_table) {
  options_table.add_options()(
      "methods", po::value(&methods)->value_name("LIST")->default_value("additive-ridge,pairwise-ridge"),
      ("surrogates over the motifs' bases, orientation and spacing, or none: " +
       join(surrogate::surrogate_names(), ", "))
          .c_str())("mutants", po::value(&options.mutants)->value_name("N")->default_value(options.mutants),
                    "sequences in the library of each pair (or motif) that surrogates are fitted to")(
      "rate", po::value(&options.rate)->value_name("R")->default_value(options.rate),
      "each base of a motif changes on its own with this probability")(
      "lambdas", po::value(&lambdas)->value_name("LIST")->default_value("1,10,100,1000"),
      "penalties to choose from, by R² on the validation rows")(
      "validation", po::value(&options.validation)->value_name("F")->default_value(options.validation),
      "share of the library that chooses penalties")(
      "holdout", po::value(&options.holdout)->value_name("F")->default_value(options.holdout),
      "share of the library that no fit sees");
  surrogates.add_to(options_table);
}

CommandTable GlobalArguments::table() {
  CommandTable table{.name = "global",
                     .summary =
                         "What networks make of motifs and pairs of motifs in many contexts: effects, "
                         "interactions, a global surrogate; under mpirun for many ranks.",
                     .positional = "",
                     .options = po::options_description("Options")};
  networks.add_to(table.options);
  add_design(table.options);
  sources.add_to(table.options);
  add_surrogates(table.options);
  table.options.add_options()("seed", po::value(&seed)->value_name("S")->default_value(0),
                              "of contexts, ambiguous letters, controls and libraries");
  run.add_to(table.options);
  table.options.add_options()("output", po::value(&output)->value_name("FILE")->default_value(""),
                              "HDF5 file of effects and surrogates")(
      "output-table", po::value(&table_file)->value_name("FILE")->default_value(""),
      "TSV of effects; default without --output: standard output")("overwrite", po::bool_switch(&overwrite),
                                                                   "replace existing files");
  return table;
}

global::GlobalOptions GlobalArguments::resolved() const {
  global::GlobalOptions made = options;
  made.tasks = networks.tasks();
  made.background = global::parse_background(contexts);
  made.sources = sources.resolved();
  for (std::string const& text : motifs) made.motifs.push_back(library::parse_motif(text));
  made.positions = parse_positions(positions);
  made.pairs = parse_pairs(pairs, made.motifs);
  made.orientations = parse_list("orientations", orientations);
  auto const [first, stop] = parse_window("spacings", spacings);
  made.first_spacing = first;
  made.last_spacing = stop - 1;
  made.controls.clear();
  if (controls != none) {
    for (std::string const& name : parse_list("controls", controls)) {
      library::Control const control = library::parse_control(name);
      if (std::ranges::find(made.controls, control) != made.controls.end()) {
        fail(ErrorCode::config, fmt::format("--controls names {} twice", name));
      }
      made.controls.push_back(control);
    }
  }
  made.surrogates = surrogates.resolved();
  made.surrogates.lambdas = parse_penalties("lambdas", lambdas);
  if (methods != none) {
    for (std::string const& name : parse_list("methods", methods)) {
      made.methods.push_back(surrogate::parse_surrogate(name));
    }
  }
  if (seed < 0) fail(ErrorCode::config, fmt::format("--seed {}: must not be negative", seed));
  made.seed = static_cast<std::uint64_t>(seed);
  run.validate();
  made.batch = run.batch;
  made.precision = run.network_precision();
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
