// SPDX-License-Identifier: MIT
// shoal fit: a table of sequences and measurements → surrogates.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "app/commands/commands.hpp"
#include "app/commands/fit_library.hpp"
#include "app/commands/fit_reports.hpp"
#include "app/commands/fit_store.hpp"
#include "app/commands/fit_table.hpp"
#include "app/options/fit_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "device/make_backend.hpp"
#include "fit/fit_file.hpp"
#include "surrogate/model_size.hpp"
#include "surrogate/variant_effects.hpp"

namespace shoal::app {

namespace {

// The table: read, or made by scoring a library, whose genotypes bring their alphabet. Errors: config, input.
genome::MeasurementTable measurements(FitArguments& arguments) {
  if (arguments.library_file.empty()) {
    if (!arguments.networks.models.empty()) fail(ErrorCode::config, "--model scores a library: --library FILE");
    return genome::read_measurements(arguments.table_file, arguments.columns.resolved());
  }
  arguments.columns.refuse_without_table();
  arguments.run.validate();
  LibrarySequences const library = read_library(arguments.library_file, arguments.dataset);
  if (library.is_diploid()) arguments.alphabet = "diploid";
  return score_library(library, arguments.networks, arguments.run);
}

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
  options.information = !arguments.no_information;
  options.seed = arguments.seed;
  options.measured = arguments.library_file.empty();
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
  for (std::string const& name : arguments.methods) {
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
  for (std::string const& name : arguments.methods) {
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
      model.bootstrap =
          surrogate::bootstrap(backend, observations, model.fit, options, arguments.bootstrap, arguments.seed);
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
    write_simulated(arguments.simulate, table, file.models.back().fit, arguments.seed, threads);
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
  for (std::string const& name : arguments.methods) surrogate::parse_surrogate(name);
  arguments.surrogates.resolved();
  arguments.split.seed = arguments.seed;
  auto measured = measurements(arguments);
  FitTable const table(std::move(measured), surrogate::Alphabet(arguments.alphabet), arguments.split);
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
