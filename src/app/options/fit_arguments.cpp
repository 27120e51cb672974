// SPDX-License-Identifier: MIT
#include "app/options/fit_arguments.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

void FitArguments::add_input(OptionTable& options) {
  options.section("input");
  options.add<std::string>({
      .name = "table",
      .target = &table_file,
      .value = "FILE",
      .help = "sequences and measurements: fields between tabs, commas or semicolons, with a header, plain or gzip",
      .comment =
          "Sequences of one length and a measurement of each: a header, then fields between tabs, commas or "
          "semicolons, in double quotes where they hold one; plain or gzip. Where commas do not separate fields, "
          "numbers may have decimal commas.",
      .example = "measurements.tsv",
      .is_common = true,
  });
  columns.add_to(options);
  options.add<std::string>({
      .name = "alphabet",
      .target = &alphabet,
      .value = "NAME",
      .help = "dna, rna, diploid (IUPAC genotypes), protein, protein* or the letters themselves",
      .is_common = true,
  });
  options.add<std::string>({
      .name = "library",
      .target = &library_file,
      .value = "FILE",
      .help = "instead of a table: sequences of one length that a network scores; FASTA, or HDF5",
      .example = "library.fa",
      .is_common = true,
  });
  options.add<std::string>({
      .name = "dataset",
      .target = &dataset,
      .value = "PATH",
      .help = "of an HDF5 library: codes or letters [N, L], one-hot [N, L, 4] or [N, 4, L]; two-hot (2, or 1 twice): "
              "diploid",
  });
  options.add<std::string>({
      .name = "store",
      .target = &store_file,
      .value = "FILE",
      .help =
          "instead of a table: a store with --keep-y, whose loci are fitted anew into --output, a new store, without "
          "the network; takes methods, lambdas, validation, holdout and the options of surrogates",
      .example = "scan.h5",
      .is_common = true,
  });
}

void FitArguments::add_division(OptionTable& options) {
  options.add<double>({
      .name = "validation",
      .target = &split.validation,
      .value = "F",
      .help = "share of the rows that chooses penalties, where the table has no validation rows",
      .key = "surrogate.validation",
  });
  options.add<double>({
      .name = "holdout",
      .target = &split.holdout,
      .value = "F",
      .help = "share of the rows that no fit sees, where the table has no split",
      .key = "ridge.holdout",
  });
  options.add<std::uint64_t>({
      .name = "seed",
      .target = &seed,
      .value = "S",
      .help = "seed of the split, the simulation and the bootstrap",
  });
}

void FitArguments::add_fits(OptionTable& options) {
  options.section("fits");
  options.add<std::vector<std::string>>({
      .name = "methods",
      .target = &methods,
      .value = "LIST",
      .help = "surrogates: " + join(surrogate::surrogate_names(), ", "),
      .key = "methods",
      .form = comma_list(),
      .is_common = true,
  });
  options.add(lambdas_row(surrogates.options.lambdas));
  add_lambda_selection(ridge, options);
  add_division(options);
}

void FitArguments::add_reports(OptionTable& options) {
  options.section("reports");
  options.add<std::string>({
      .name = "reference",
      .target = &reference,
      .value = "SEQUENCE",
      .help =
          "of the wild-type gauge and of variant effects: letters, first (row) or consensus; default: none, for the "
          "effects of surrogates with interactions consensus",
      .example = "consensus",
      .is_common = true,
  });
  options.add<std::string>({
      .name = "gauge-table",
      .target = &gauge_table,
      .value = "FILE",
      .help = "frequencies of the user's gauge: a line per position, a number per letter",
      .example = "frequencies.txt",
  });
  options.add<bool>({
      .name = "no-information",
      .target = &no_information,
      .help = "leave out I_var and I_pred, which take a while",
  });
  options.add<int>({
      .name = "bootstrap",
      .target = &bootstrap,
      .value = "N",
      .help = "refits to simulated measurements, for the parameters' standard deviations; 0: none",
      .check = [](int const& refits) { return refits < 0 || refits == 1 ? "choose 0 or at least 2" : ""; },
  });
}

void FitArguments::add_results(OptionTable& options) {
  options.section("result");
  auto const file = [&](char const* name, std::string& target, std::string const& what, char const* example) {
    options.add<std::string>({
        .name = name,
        .target = &target,
        .value = "FILE",
        .help = what,
        .example = example,
        .is_common = true,
    });
  };
  auto const flag = [&](char const* name, bool& target, std::string const& what) {
    options.add<bool>({
        .name = name,
        .target = &target,
        .help = what,
    });
  };
  file("output", output, "parameters, curves, noise and metrics: HDF5, or a table of parameters if it ends in .tsv",
       "fit.h5");
  file("predictions", predictions, "TSV of the predictions of every row", "predictions.tsv");
  file("simulate", simulate, "TSV of measurements drawn from the last surrogate of --methods", "simulated.tsv");
  flag("keep-y", keep_y, "of a store: copy every mutant's score");
  flag("resume", resume, "of a store: go on with an existing one");
  flag("overwrite", overwrite, "replace existing files");
}

CommandTable FitArguments::table() {
  CommandTable table{
      .name = "fit",
      .summary = "Fits surrogates to a table of sequences and measurements, or anew to a store's scores.",
      .positional = "",
      .options = {},
      .preset = preset_text};
  add_input(table.options);
  networks.add_to(table.options);
  add_fits(table.options);
  surrogates.add_to(table.options);
  add_reports(table.options);
  add_results(table.options);
  run.add_to(table.options);
  return table;
}

scan::RefitOptions FitArguments::refit() const {
  if (!table_file.empty() || !library_file.empty()) {
    fail(ErrorCode::config, "--table, --library and --store exclude each other");
  }
  columns.refuse_without_table();
  if (!predictions.empty() || !simulate.empty() || bootstrap != 0 || !reference.empty()) {
    fail(ErrorCode::config, "--predictions, --simulate, --bootstrap and --reference are for a table");
  }
  scan::RefitOptions options;
  options.source = store_file;
  options.methods = methods;
  options.ridge = ridge;
  options.ridge.lambdas = surrogates.options.lambdas;
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

void FitArguments::check_results() const {
  for (std::string const& file : {output, predictions, simulate}) {
    if (!file.empty() && !overwrite && std::filesystem::exists(file)) {
      fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
    }
  }
}

}  // namespace shoal::app
