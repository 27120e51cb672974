// SPDX-License-Identifier: MIT
// shoal fit: a table of sequences and measurements → surrogates.
#include <fmt/core.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>

#include "app/commands/commands.hpp"
#include "app/commands/fit_library.hpp"
#include "app/commands/fit_reports.hpp"
#include "app/commands/fit_store.hpp"
#include "app/commands/fit_table.hpp"
#include "app/options/column_arguments.hpp"
#include "app/options/command_line.hpp"
#include "app/options/option_groups.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "device/make_backend.hpp"
#include "fit/fit_file.hpp"
#include "surrogate/model_size.hpp"
#include "surrogate/variant_effects.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

struct FitArguments {
  std::string table_file;
  std::string library_file;
  std::string dataset;
  NetworkArguments networks;
  std::string store_file;
  std::string selection;
  surrogate::RidgeOptions ridge;  // of a store
  bool keep_y = false;
  bool resume = false;
  ColumnArguments columns;
  std::string alphabet;
  std::string methods;
  std::string lambdas;
  SplitOptions split;
  std::int64_t seed = 0;
  SurrogateArguments surrogates;
  std::string reference;
  std::string gauge_table;
  bool no_information = false;
  std::string output;
  std::string predictions;
  std::string simulate;
  int bootstrap = 0;
  bool overwrite = false;
  RunArguments run;

  CommandTable table() {
    CommandTable table{
        .name = "fit",
        .summary = "Fits surrogates to a table of sequences and measurements, or anew to a store's scores.",
        .positional = "",
        .options = po::options_description("Options"),
        .preset = preset_text};
    add_input(table.options);
    surrogates.add_to(table.options);
    add_results(table.options);
    add_library(table.options);
    add_store(table.options);
    return table;
  }

  void add_library(po::options_description& options) {
    options.add_options()("library", po::value(&library_file)->value_name("FILE")->default_value(""),
                          "instead of a table: sequences of one length that a network scores; FASTA, or HDF5")(
        "dataset", po::value(&dataset)->value_name("PATH")->default_value("/sequences"),
        "of an HDF5 library: codes or letters [N, L], one-hot [N, L, 4] or [N, 4, L]; two-hot (2, or 1 twice): "
        "diploid")("batch", po::value(&run.batch)->value_name("N")->default_value(0),
                   "sequences in flight; 0: by memory")(
        "precision", po::value(&run.precision)->value_name("P")->default_value("f32"), "of the network");
    networks.add_to(options);
  }

  // The table: read, or made by scoring a library. Errors: config, input.
  genome::MeasurementTable measurements() {
    if (library_file.empty()) {
      if (!networks.models.empty()) fail(ErrorCode::config, "--model scores a library: --library FILE");
      return genome::read_measurements(table_file, columns.resolved());
    }
    columns.refuse_without_table();
    run.validate();
    LibrarySequences const library = read_library(library_file, dataset);
    // Codes of genotypes need the letters that they have.
    if (library.is_diploid()) alphabet = "diploid";
    return score_library(library, networks, run);
  }

  void add_store(po::options_description& options) {
    options.add_options()(
        "store", po::value(&store_file)->value_name("FILE")->default_value(""),
        "instead of a table: a store with --keep-y, whose loci are fitted anew into --output, a new store, without the "
        "network; takes methods, lambdas, validation, holdout and the options of surrogates")(
        "lambda-selection", po::value(&selection)->value_name("kfold|loo|gcv")->default_value("kfold"),
        "how additive-ridge's penalty is chosen")(
        "folds", po::value(&ridge.folds)->value_name("K")->default_value(ridge.folds), "folds of kfold")(
        "keep-y", po::bool_switch(&keep_y), "copy every mutant's score")("resume", po::bool_switch(&resume),
                                                                         "go on with an existing store");
  }

  // Errors: config.
  scan::RefitOptions refit() const {
    if (!table_file.empty() || !library_file.empty()) {
      fail(ErrorCode::config, "--table, --library and --store exclude each other");
    }
    columns.refuse_without_table();
    if (!predictions.empty() || !simulate.empty() || bootstrap != 0 || !reference.empty()) {
      fail(ErrorCode::config, "--predictions, --simulate, --bootstrap and --reference are for a table");
    }
    scan::RefitOptions options;
    options.source = store_file;
    options.methods = parse_list("methods", methods);
    options.ridge = ridge;
    options.ridge.lambdas = parse_penalties("lambdas", lambdas);
    options.ridge.selection = surrogate::parse_lambda_selection(selection);
    options.ridge.holdout = split.holdout;
    options.surrogates.surrogate = surrogates.resolved();
    options.surrogates.validation = split.validation;
    options.keep_y = keep_y;
    options.output = output;
    options.resume = resume;
    options.overwrite = overwrite;
    options.validate();
    return options;
  }

  void add_input(po::options_description& options) {
    options.add_options()("table", po::value(&table_file)->value_name("FILE"),
                          "sequences and measurements: fields between tabs, commas or semicolons, with a header, plain "
                          "or gzip");
    columns.add_to(options);
    options.add_options()("alphabet", po::value(&alphabet)->value_name("NAME")->default_value("dna"),
                          "dna, rna, diploid, protein, protein* or the letters themselves")(
        "methods", po::value(&methods)->value_name("LIST")->default_value("additive-ridge,additive-ge"),
        ("surrogates: " + join(surrogate::surrogate_names(), ", ")).c_str())(
        "lambdas", po::value(&lambdas)->value_name("LIST")->default_value("1,10,100,1000"),
        "penalties to choose from, for curves also between them, by R² on the validation rows")(
        "validation", po::value(&split.validation)->value_name("F")->default_value(split.validation),
        "share of the rows that chooses penalties, where the table has no validation rows")(
        "holdout", po::value(&split.holdout)->value_name("F")->default_value(split.holdout),
        "share of the rows that no fit sees, where the table has no split")(
        "seed", po::value(&seed)->value_name("S")->default_value(0), "of the split, the simulation and the bootstrap");
  }

  void add_results(po::options_description& options) {
    options.add_options()("reference", po::value(&reference)->value_name("SEQUENCE")->default_value(""),
                          "of the wild-type gauge and of variant effects: letters, first (row) or consensus; default: "
                          "none, of effects of "
                          "surrogates with interactions consensus")(
        "gauge-table", po::value(&gauge_table)->value_name("FILE")->default_value(""),
        "frequencies of the user's gauge: a line a position, a number a letter")(
        "no-information", po::bool_switch(&no_information), "leave out I_var and I_pred, which take a while")(
        "output", po::value(&output)->value_name("FILE")->default_value(""),
        "parameters, curves, noise and metrics: HDF5, or a table of parameters if it ends in .tsv")(
        "predictions", po::value(&predictions)->value_name("FILE")->default_value(""),
        "TSV of every row's predictions")("simulate", po::value(&simulate)->value_name("FILE")->default_value(""),
                                          "TSV of measurements drawn from the last surrogate of --methods")(
        "bootstrap", po::value(&bootstrap)->value_name("N")->default_value(0),
        "refits to simulated measurements, for the parameters' standard deviations")(
        "overwrite", po::bool_switch(&overwrite), "replace existing files")(
        "backend", po::value(&run.backend)->value_name("auto|cpu|cuda")->default_value("auto"),
        "auto: CUDA where there is a device")("threads", po::value(&run.threads)->value_name("N")->default_value(0),
                                              "threads; 0: its share of the cores");
  }

  // Errors: config.
  void check_results() const {
    if (bootstrap < 0 || bootstrap == 1) {
      fail(ErrorCode::config, fmt::format("--bootstrap {}: choose 0 or at least 2", bootstrap));
    }
    if (seed < 0) fail(ErrorCode::config, fmt::format("--seed {}: must not be negative", seed));
    for (std::string const& file : {output, predictions, simulate}) {
      if (!file.empty() && !overwrite && std::filesystem::exists(file)) {
        fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
      }
    }
  }
};

std::vector<double> counts_of_fitted_rows(FitTable const& table) {
  auto letters = table.observations().letters;
  letters.rows = table.split().validation.end;
  return surrogate::letter_counts(letters, table.alphabet().size());
}

std::vector<std::uint8_t> reference_letters(std::string const& text, FitTable const& table) {
  auto const length = static_cast<std::size_t>(table.length());
  if (text.empty()) return {};
  if (text == "first") return table.alphabet().encode(table.table().sequences.front(), table.table().where(0));
  if (text == "consensus") {
    auto const counts = counts_of_fitted_rows(table);
    auto const alphabet = static_cast<std::size_t>(table.alphabet().size());
    std::vector<std::uint8_t> letters;
    for (auto at = counts.begin(); at != counts.end(); at += static_cast<std::ptrdiff_t>(alphabet)) {
      letters.push_back(
          static_cast<std::uint8_t>(std::max_element(at, at + static_cast<std::ptrdiff_t>(alphabet)) - at));
    }
    return letters;
  }
  auto letters = table.alphabet().encode(text, "--reference");
  if (letters.size() != length) {
    fail(ErrorCode::config,
         fmt::format("--reference has {} letters, the table's sequences {}", letters.size(), length));
  }
  return letters;
}

surrogate::SurrogateOptions surrogate_options(FitArguments const& arguments, FitTable const& table) {
  auto options = arguments.surrogates.resolved();
  options.lambdas = parse_penalties("lambdas", arguments.lambdas);
  options.information = !arguments.no_information;
  options.seed = static_cast<std::uint64_t>(arguments.seed);
  options.reference = reference_letters(arguments.reference, table);
  if (options.gauge == surrogate::GaugeKind::wild_type && options.reference.empty()) {
    fail(ErrorCode::config, "--gauge wild-type needs its sequence: --reference SEQUENCE, first or consensus");
  }
  if (options.gauge == surrogate::GaugeKind::user) {
    if (arguments.gauge_table.empty())
      fail(ErrorCode::config, "--gauge user needs its frequencies: --gauge-table FILE");
    options.frequencies = read_frequencies(arguments.gauge_table, table.alphabet().size());
  }
  if (options.noise == surrogate::NoiseKind::known && table.table().standard_errors.empty()) {
    fail(ErrorCode::config, fmt::format("--noise known: the table has no column {} of standard errors; name it with "
                                        "--dy-column",
                                        shoal::quoted(arguments.columns.resolved().standard_error.name)));
  }
  return options;
}

bool interacts(std::string const& name) {
  return surrogate::parse_surrogate(name).interactions != surrogate::Interactions::additive;
}

// The sequence whose variants a surrogate's effects are of: --reference, without it the commonest letters for
// surrogates with interactions, whose additive effects say something else; empty for others.
std::vector<std::uint8_t> effects_reference(surrogate::SurrogateOptions const& options, FitTable const& table,
                                            std::string const& name) {
  if (!options.reference.empty() || !interacts(name)) return options.reference;
  return reference_letters("consensus", table);
}

fit::FitFile fit_file(FitArguments const& arguments, FitTable const& table,
                      surrogate::SurrogateOptions const& options) {
  fit::FitFile file;
  file.letters = table.alphabet().letters();
  for (std::string const& name : parse_list("methods", arguments.methods)) {
    auto const reference = effects_reference(options, table, name);
    if (!reference.empty()) file.reference = table.alphabet().decode(reference);
  }
  file.lambdas = options.lambdas;
  file.letter_counts = counts_of_fitted_rows(table);
  file.settings = {{"shoal.version", SHOAL_VERSION},
                   {arguments.library_file.empty() ? "table" : "library", table.table().path},
                   {"gauge", std::string(surrogate::to_string(options.gauge))},
                   {"seed", fmt::format("{}", arguments.seed)},
                   {"rows", fmt::format("{} train, {} validation, {} test", table.split().train.size(),
                                        table.split().validation.size(), table.split().test.size())}};
  return file;
}

void warn_of_few_rows(surrogate::SurrogateName const& name, surrogate::SurrogateOptions const& options,
                      std::vector<double> const& counts, FitTable const& table) {
  auto const alphabet = static_cast<std::ptrdiff_t>(table.alphabet().size());
  std::vector<std::int64_t> letters;
  for (auto at = counts.begin(); at != counts.end(); at += alphabet) {
    letters.push_back(std::count_if(at, at + alphabet, [](double count) { return count > 0; }));
  }
  auto const text = surrogate::small_library_warning(name, options, letters, table.split().validation.end, "rows");
  if (!text.empty()) log(LogLevel::warning, text);
}

// Fits one surrogate after the other and says how each went as soon as it is known.
fit::FitFile fit_all(FitArguments const& arguments, FitTable const& table, device::Backend const& backend) {
  auto const options = surrogate_options(arguments, table);
  fit::FitFile file = fit_file(arguments, table, options);
  auto const observations = table.observations();
  fmt::print("{}", metrics_header());
  ProgressReport const progress = logged_progress();
  for (std::string const& name : parse_list("methods", arguments.methods)) {
    ProgressPart const part([&] { return name; });
    warn_of_few_rows(surrogate::parse_surrogate(name), options, file.letter_counts, table);
    auto fits = surrogate::fit_surrogates(backend, observations, {surrogate::parse_surrogate(name)}, options);
    fit::FittedModel model{.fit = std::move(fits.front().front()),
                           .bootstrap = std::nullopt,
                           .latent_effects = {},
                           .response_effects = {}};
    if (!model.fit.diagnostic.empty()) log(LogLevel::warning, fmt::format("{}: {}", name, model.fit.diagnostic));
    fmt::print("{}", metrics_line(model.fit));
    if (auto const reference = effects_reference(options, table, name); !reference.empty()) {
      model.latent_effects = surrogate::latent_variant_effects(model.fit.parameters, reference);
      model.response_effects = surrogate::response_variant_effects(model.fit.parameters, reference, model.fit.curve);
    }
    if (arguments.bootstrap > 0) {
      model.bootstrap = surrogate::bootstrap(backend, observations, model.fit, options, arguments.bootstrap,
                                             static_cast<std::uint64_t>(arguments.seed));
    }
    file.models.push_back(std::move(model));
  }
  return file;
}

void write_results(FitArguments const& arguments, FitTable const& table, fit::FitFile const& file, int threads) {
  if (!arguments.output.empty()) {
    bool const as_text = std::filesystem::path(arguments.output).extension() == ".tsv";
    (as_text ? fit::write_fit_table : fit::write_fit_file)(arguments.output, file);
  }
  if (!arguments.predictions.empty()) {
    std::vector<surrogate::SurrogateFit> fits;
    for (auto const& model : file.models) fits.push_back(model.fit);
    write_predictions(arguments.predictions, table, fits, threads);
  }
  if (!arguments.simulate.empty()) {
    write_simulated(arguments.simulate, table, file.models.back().fit, static_cast<std::uint64_t>(arguments.seed),
                    threads);
  }
}

}  // namespace

int run_fit(std::vector<std::string> const& words) {
  FitArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    fmt::print("{}", *text);
    return exit_done;
  }
  if (!arguments.store_file.empty()) return run_fit_store(arguments.refit(), arguments.run);
  if (arguments.table_file.empty() == arguments.library_file.empty()) {
    fail(ErrorCode::config, "give one of --table FILE, --library FILE and --store FILE");
  }
  arguments.check_results();
  for (std::string const& name : parse_list("methods", arguments.methods)) surrogate::parse_surrogate(name);
  arguments.surrogates.resolved();
  parse_penalties("lambdas", arguments.lambdas);
  arguments.split.seed = static_cast<std::uint64_t>(arguments.seed);
  auto measurements = arguments.measurements();
  FitTable const table(std::move(measurements), surrogate::Alphabet(arguments.alphabet), arguments.split);
  int const threads = arguments.run.thread_count({});
  auto const backend = device::make_backend(arguments.run.backend_kind(), threads);
  try {
    write_results(arguments, table, fit_all(arguments, table, *backend), threads);
  } catch (Error const& error) {
    // What has no answer here is the table's or the options' doing.
    if (error.code() == ErrorCode::numeric)
      fail(ErrorCode::input, fmt::format("{}: {}", table.table().path, error.what()));
    throw;
  }
  return exit_done;
}

}  // namespace shoal::app
