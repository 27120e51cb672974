// SPDX-License-Identifier: MIT
#include "app/options/scan_arguments.hpp"

#include <fmt/core.h>

#include "attribution/method.hpp"
#include "base/error.hpp"
#include "mpi/hints.hpp"

namespace shoal::app {

namespace {

std::string ranks_objection(std::vector<std::int64_t> const& ranks) {
  constexpr std::int64_t most = 1 << 20;
  for (std::int64_t const number : ranks) {
    if (number < 1 || number > most) return fmt::format("{} is no number of ranks from 1 to {}", number, most);
  }
  return "";
}

// A list that may stay empty: the ranks of this job.
OptionForm<std::vector<std::int64_t>> ranks_form() {
  auto form = usual_form<std::vector<std::int64_t>>();
  form.parse = [read = form.parse](std::string const& text) {
    return text.empty() ? std::vector<std::int64_t>() : read(text);
  };
  return form;
}

}  // namespace

void ScanArguments::add_fits(OptionTable& table) {
  table.section("fits");
  table.add(lambdas_row(options.ridge.lambdas));
  add_lambda_selection(options.ridge, table);
  table.add<double>({
      .name = "holdout",
      .target = &options.ridge.holdout,
      .value = "F",
      .help = "fraction of the library that no fit sees, for the held-out metrics",
      .key = "ridge.holdout",
  });
  table.add<double>({
      .name = "validation",
      .target = &options.surrogates.validation,
      .value = "F",
      .help = "fraction of the library that chooses the penalty of the surrogates but additive-ridge",
      .key = "surrogate.validation",
  });
}

void ScanArguments::add_stability(OptionTable& table) {
  table.add<int>({
      .name = "replicates",
      .target = &options.stability.replicates,
      .value = "R",
      .help =
          "fit regressions to the libraries of R seeds, from --seed on: maps' standard deviations (R of 2 and more), "
          "and maps of an eighth to a half of the mutants against that of all",
      .comment =
          "Fit regressions to the libraries of this many seeds, from `seed` on: map_sd in the store (2 and more), "
          "and how maps of an eighth, a quarter and half of the mutants correlate with that of all; 0: neither.",
      .key = "library.replicates",
  });
  table.add<double>({
      .name = "converge",
      .target = &options.stability.converge,
      .value = "T",
      .help = "let a locus's library grow to --mutants only until maps of half of it and of all correlate by T; 0: all",
      .key = "library.converge",
  });
}

void ScanArguments::add_checks(OptionTable& table) {
  table.section("checks");
  table.add<std::int64_t>({
      .name = "faithfulness",
      .target = &options.faithfulness.mutants,
      .value = "N",
      .help = "measure how well every map predicts the scores of held-out mutants: those of the library, or of N "
              "mutants at loci without one; with deletion, insertion, infidelity and completeness; 0: nothing",
      .key = "faithfulness",
  });
  table.add<bool>({
      .name = "sanity",
      .target = &options.sanity,
      .help = "explain every locus's reverse complement, the locus moved by one base, and a dinucleotide shuffle of it "
              "too: "
              "correlations of their maps with the locus's, and how large the shuffle's are",
      .key = "sanity",
  });
  table.add<std::int64_t>({
      .name = "randomise",
      .target = &randomise,
      .value = "K",
      .help = "explain copies of every network too, whose last 1, 2, … K layers have their weights in random order: "
              "maps that stay the same do not show what the network learnt; 0: none",
      .key = "model.",
  });
}

void ScanArguments::add_plan(OptionTable& table) {
  table.section("plan");
  table.add<bool>({
      .name = "plan",
      .target = &plan,
      .help = "compute a few loci, write nothing, and print wall time, memory and store size of the whole scan",
      .key = no_number,
      .is_common = true,
  });
  table.add<std::vector<std::int64_t>>({
      .name = "plan-ranks",
      .target = &plan_ranks,
      .value = "N[,N...]",
      .help = "ranks to predict for; default: those of this job",
      .example = "1,16,1024",
      .key = no_number,
      .form = ranks_form(),
      .check = ranks_objection,
  });
  table.add<std::int64_t>({
      .name = "plan-loci",
      .target = &plan_loci,
      .value = "N",
      .help = "predict for N loci like those given; 0: for these",
      .key = no_number,
      .check = not_negative<std::int64_t>,
  });
  table.add<std::string>({
      .name = "plan-from",
      .target = &plan_from,
      .value = "STORE.run.jsonl",
      .help = "predict from an earlier run's costs instead of computing loci",
      .example = "store.h5.run.jsonl",
      .key = no_number,
  });
}

void ScanArguments::add_result(OptionTable& table) {
  table.section("result");
  table.add<std::string>({
      .name = "output",
      .target = &options.output,
      .value = "FILE",
      .help = "the store to write",
      .example = "store.h5",
      .key = no_number,
      .is_common = true,
  });
  table.add<bool>({
      .name = "keep-y",
      .target = &options.keep_y,
      .help = "store every mutant's score",
      .comment = "true: store every mutant's score too (4 bytes times mutants times loci times outputs).",
      .key = "keep_y",
  });
  table.add<bool>({
      .name = "resume",
      .target = &options.resume,
      .help = "go on with an existing store",
      .key = no_number,
      .is_common = true,
  });
  table.add<bool>({
      .name = "overwrite",
      .target = &options.overwrite,
      .help = "replace an existing store",
      .key = no_number,
  });
  table.add<std::int64_t>({
      .name = "shards",
      .target = &options.shards,
      .value = "N",
      .help = "divide the rows over N files beside the output, which becomes their index; 0: one file",
      .key = no_number,
  });
  table.add<std::vector<std::string>>({
      .name = "mpi-io-hint",
      .target = &hints,
      .value = "KEY=VALUE",
      .help = "for the MPI-IO layer, such as striping_factor=8; repeatable",
      .example = "striping_factor=8",
      .key = no_number,
      .joins_file = true,
  });
}

CommandTable ScanArguments::table() {
  CommandTable table{.name = "scan",
                     .summary = "Explains loci with trained networks; run it under mpirun or srun for many ranks.",
                     .positional = "",
                     .options = {},
                     .preset = preset_text};
  networks.add_to(table.options);
  table.options.add<std::vector<std::string>>({
      .name = "task",
      .target = &tasks,
      .value = "NAME=MODEL:HEAD[,MODEL:HEAD…]",
      .help = "a task by a name of your own, one for the heads of several models that answer one question; instead of "
              "--head, and every model needs one; repeatable",
      .example = "open=demo:activity",
      .key = "model.",
  });
  loci.add_to(table.options);
  table.options.section("methods");
  table.options.add<std::vector<std::string>>({
      .name = "methods",
      .target = &options.methods,
      .value = "LIST",
      .help = "attribution methods: " + attribution::method_names(),
      .example = "additive-ridge,ism",
      .key = "methods",
      .form = comma_list(),
      .is_common = true,
  });
  library.add_to(table.options);
  add_stability(table.options);
  add_fits(table.options);
  surrogates.add_to(table.options);
  attribution.add_to(table.options);
  add_checks(table.options);
  run.add_to(table.options);
  add_result(table.options);
  add_plan(table.options);
  return table;
}

scan::ScanOptions ScanArguments::resolved() const {
  scan::ScanOptions resolved = options;
  resolved.loci = loci.loci;
  resolved.tasks = networks.tasks();
  if (!tasks.empty() && !networks.selection.heads.empty()) {
    fail(ErrorCode::config, "--task and --head exclude each other");
  }
  resolved.design = library.resolved();
  resolved.gradient = attribution.resolved();
  resolved.pairwise = attribution.pairwise;
  resolved.surrogates.surrogate = surrogates.resolved();
  resolved.surrogates.validate();
  run.validate();
  resolved.batch = run.batch;
  resolved.precision = run.precision;
  resolved.hints = mpi::parse_hints(hints);
  return resolved;
}

scan::PlanOptions ScanArguments::resolved_plan(int ranks) const {
  if (!plan && (!plan_ranks.empty() || plan_loci != 0 || !plan_from.empty())) {
    fail(ErrorCode::config, "--plan-ranks, --plan-loci and --plan-from belong to --plan");
  }
  scan::PlanOptions resolved{.ranks = {ranks}, .loci = plan_loci, .run_log = plan_from};
  if (!plan_ranks.empty()) resolved.ranks.assign(plan_ranks.begin(), plan_ranks.end());
  return resolved;
}

}  // namespace shoal::app
