// SPDX-License-Identifier: MIT
// shoal scan: loci × networks × methods → store.
#include <fmt/core.h>

#include <boost/program_options/value_semantic.hpp>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/stop_signals.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/command_line.hpp"
#include "app/options/option_groups.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "mpi/agree.hpp"
#include "mpi/hints.hpp"
#include "scan/named_tasks.hpp"
#include "scan/plan.hpp"
#include "scan/scan.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

struct ScanArguments {
  NetworkArguments networks;
  std::vector<std::string> tasks;
  LociArguments loci;
  LibraryArguments library;
  RidgeArguments ridge;
  SurrogateArguments surrogates;
  double validation = 0.1;
  scan::StabilityOptions stability;
  AttributionArguments attribution;
  RunArguments run;
  std::string output;
  bool keep_y = false;
  bool resume = false;
  bool overwrite = false;
  bool plan = false;
  std::string plan_ranks;
  std::int64_t plan_loci = 0;
  std::string plan_from;
  std::int64_t shards = 0;
  std::vector<std::string> hints;

  CommandTable table() {
    CommandTable table{.name = "scan",
                       .summary = "Explains loci with trained networks; run it under mpirun or srun for many ranks.",
                       .positional = "",
                       .options = po::options_description("Options"),
                       .preset = preset_text};
    networks.add_to(table.options);
    table.options.add_options()("task", po::value(&tasks)->value_name("NAME=MODEL:HEAD[,MODEL:HEAD…]"),
                                "a task by a name of your own, one for the heads of several models that answer one "
                                "question; instead of --head, "
                                "and every model needs one; repeatable");
    loci.add_to(table.options);
    attribution.add_methods_to(table.options);
    library.add_to(table.options);
    ridge.add_to(table.options);
    surrogates.add_to(table.options);
    table.options.add_options()(
        "validation", po::value(&validation)->value_name("F")->default_value(validation),
        "fraction of the library that chooses the penalty of the surrogates but additive-ridge")(
        "replicates", po::value(&stability.replicates)->value_name("R")->default_value(0),
        "fit regressions to the libraries of R seeds, from --seed on: maps' standard deviations (R of 2 and more), and "
        "maps of an eighth to a half of the mutants against that of all")(
        "converge", po::value(&stability.converge)->value_name("T")->default_value(0),
        "let a locus's library grow to --mutants only until maps of half of it and of all correlate by T; 0: all");
    attribution.add_to(table.options);
    run.add_to(table.options);
    table.options.add_options()("output", po::value(&output)->value_name("FILE"), "the store to write")(
        "keep-y", po::bool_switch(&keep_y), "store every mutant's score")(
        "resume", po::bool_switch(&resume), "go on with an existing store")("overwrite", po::bool_switch(&overwrite),
                                                                            "replace an existing store")(
        "plan", po::bool_switch(&plan),
        "compute a few loci, write nothing, and print wall time, memory and store size of the whole scan")(
        "plan-ranks", po::value(&plan_ranks)->value_name("N[,N...]")->default_value(""),
        "ranks to predict for; default: those of this job")("plan-loci",
                                                            po::value(&plan_loci)->value_name("N")->default_value(0),
                                                            "predict for N loci like those given; 0: for these")(
        "plan-from", po::value(&plan_from)->value_name("STORE.run.jsonl")->default_value(""),
        "predict from an earlier run's costs instead of computing loci")(
        "shards", po::value(&shards)->value_name("N"),
        "divide the rows over N files beside the output, which becomes their index")(
        "mpi-io-hint", po::value(&hints)->value_name("KEY=VALUE")->composing(),
        "for the MPI-IO layer, such as striping_factor=8; repeatable");
    return table;
  }

  // Everything but the networks and the threads. Errors: config.
  scan::ScanOptions resolved() const {
    scan::ScanOptions options;
    options.loci = loci.resolved();
    options.tasks = networks.tasks();
    if (!tasks.empty() && !networks.heads.empty()) fail(ErrorCode::config, "--task and --head exclude each other");
    options.methods = parse_list("methods", attribution.methods);
    options.design = library.resolved();
    options.ridge = ridge.resolved();
    options.gradient = attribution.resolved();
    options.surrogates.surrogate = surrogates.resolved();
    options.surrogates.validation = validation;
    options.surrogates.validate();
    options.pairwise = attribution.pairwise();
    options.stability = stability;
    options.keep_y = keep_y;
    run.validate();
    options.batch = run.batch;
    options.precision = run.network_precision();
    options.output = output;
    options.resume = resume;
    options.overwrite = overwrite;
    options.shards = shards;
    options.hints = mpi::parse_hints(hints);
    return options;
  }

  // Errors: config.
  scan::PlanOptions resolved_plan(int ranks) const {
    if (!plan && (!plan_ranks.empty() || plan_loci != 0 || !plan_from.empty())) {
      fail(ErrorCode::config, "--plan-ranks, --plan-loci and --plan-from belong to --plan");
    }
    if (plan_loci < 0) fail(ErrorCode::config, fmt::format("--plan-loci {}: must not be negative", plan_loci));
    scan::PlanOptions resolved{.ranks = {}, .loci = plan_loci, .run_log = plan_from};
    if (plan_ranks.empty()) resolved.ranks = {ranks};
    for (std::string const& item :
         plan_ranks.empty() ? std::vector<std::string>{} : parse_list("plan-ranks", plan_ranks)) {
      constexpr std::int64_t most = 1 << 20;
      auto const number = parse_integer(item);
      if (!number || *number < 1 || *number > most) {
        fail(ErrorCode::config, fmt::format("--plan-ranks {}: {} is no number of ranks from 1 to {}",
                                            shoal::quoted(plan_ranks), shoal::quoted(item), most));
      }
      resolved.ranks.push_back(*number);
    }
    return resolved;
  }
};

}  // namespace

int run_scan(std::vector<std::string> const& words) {
  ScanArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  std::atomic<bool> const& stop = stop_on_signals();
  // Options and networks are read before MPI starts, since damaged files are read in child processes; what goes wrong
  // is agreed on once the ranks know each other.
  scan::ScanOptions options;
  std::optional<Error> early;
  try {
    options = arguments.resolved();
    options.networks = arguments.networks.read(options.loci.length);
    scan::name_tasks(arguments.tasks, options.networks);
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    scan::PlanOptions plan;
    mpi::together(world, [&] {
      if (early) throw *early;
      plan = arguments.resolved_plan(world.size());
    });
    read_standard_input(options.loci, world);
    options.backend = arguments.run.agreed_backend(world);
    options.threads = arguments.run.thread_count(world.split_shared());
    if (arguments.plan) {
      std::string const text = scan::plan_text(scan::plan_scan(world, options, plan));
      if (world.rank() == 0) fmt::print("{}", text);
      return exit_done;
    }
    return report(scan::run_scan(world, options, stop), options.output);
  });
}

}  // namespace shoal::app
