// SPDX-License-Identifier: MIT
// shoal predict: sequences → network outputs, as TSV.
#include <fmt/core.h>
#include <fmt/os.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/option_groups.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "library/library.hpp"
#include "model/describe.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

struct PredictArguments {
  NetworkArguments networks;
  LociArguments loci;
  RunArguments run;
  std::string output;
  bool describe = false;

  CommandTable table() {
    CommandTable table{.name = "predict",
                       .summary = "Scores sequences with a trained network: a TSV with one column a head.",
                       .positional = "",
                       .options = po::options_description("Options")};
    networks.add_to(table.options);
    loci.add_to(table.options);
    run.add_to(table.options);
    table.options.add_options()("output", po::value(&output)->value_name("FILE")->default_value(""),
                                "the TSV to write; default: standard output")(
        "describe", po::bool_switch(&describe),
        "print the networks' layers, shapes, parameters and cost instead; needs no sequences");
    return table;
  }
};

// Sequences are scored in pieces of at most this many.
constexpr std::int64_t piece_size = 4096;

bool same_unknown(genome::Codes const& left, genome::Codes const& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](auto a, auto b) { return (a == kernels::code_n) == (b == kernels::code_n); });
}

// Consecutive loci from `first` whose N lie at the same positions: what one packed library can hold.
std::vector<genome::Codes> read_piece(genome::LocusTable& loci, std::int64_t first) {
  std::vector<genome::Codes> piece;
  std::int64_t const last = std::min(loci.size(), first + piece_size);
  for (std::int64_t index = first; index < last; ++index) {
    genome::Codes codes = loci.sequence(index);
    if (!piece.empty() && !same_unknown(piece.front(), codes)) break;
    piece.push_back(std::move(codes));
  }
  return piece;
}

std::vector<float> score_piece(device::Backend const& backend, model::Scorer& scorer,
                               std::vector<genome::Codes> const& piece) {
  std::vector<std::uint8_t> codes;
  for (genome::Codes const& sequence : piece) codes.insert(codes.end(), sequence.begin(), sequence.end());
  auto const count = static_cast<std::int64_t>(piece.size());
  auto const packed = library::explicit_library(backend, codes, count, static_cast<std::int32_t>(piece.front().size()));
  device::Buffer<float> scores(backend, piece.size() * scorer.tasks().size());
  scorer.score(packed.view(), scores);
  return scores.to_host();
}

std::string header(std::vector<model::Task> const& tasks) {
  std::string line = "name";
  for (model::Task const& task : tasks) line += "\t" + task.name;
  return line + "\n";
}

void predict(PredictArguments const& arguments, model::Scorer& scorer, device::Backend const& backend,
             genome::LocusTable& loci, std::ostream& out) {
  out << header(scorer.tasks());
  std::size_t const tasks = scorer.tasks().size();
  for (std::int64_t first = 0; first < loci.size();) {
    auto const piece = read_piece(loci, first);
    auto const scores = score_piece(backend, scorer, piece);
    for (std::size_t row = 0; row < piece.size(); ++row) {
      genome::Locus const& locus = loci.locus(first + static_cast<std::int64_t>(row));
      out << locus.name;
      for (std::size_t task = 0; task < tasks; ++task) {
        // A skipped locus keeps its row, without a number.
        out << (locus.skip_reason.empty() ? fmt::format("\t{}", scores[row * tasks + task]) : "\tNA");
      }
      out << '\n';
    }
    first += static_cast<std::int64_t>(piece.size());
  }
  out.flush();
  if (!out) {
    fail(ErrorCode::output,
         fmt::format("cannot write {}", arguments.output.empty() ? "standard output" : arguments.output));
  }
}

}  // namespace

int run_predict(std::vector<std::string> const& words) {
  PredictArguments arguments;
  // One process predicts; under mpirun the other ranks have nothing to do.
  bool const first_rank = mpi::rank_before_start() == 0;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (first_rank) fmt::print("{}", *text);
    return exit_done;
  }
  if (!first_rank) return exit_done;
  arguments.run.validate();
  auto const networks = arguments.networks.read();
  if (arguments.describe) {
    for (scan::NamedNetwork const& each : networks) fmt::print("{}", model::describe(*each.network));
    return exit_done;
  }
  if (networks.size() != 1) fail(ErrorCode::config, "predict takes one --model");
  model::Network const& network = *networks.front().network;
  auto const selection = arguments.networks.tasks();
  auto tasks = model::select_tasks(network, selection);
  for (model::Task const& task : tasks) {
    if (!task.is_relative()) continue;
    fail(ErrorCode::config, fmt::format("--reduce {}: task {} is relative to a library of mutants, which predict does "
                                        "not have; scan does",
                                        arguments.networks.reduction, task.name));
  }
  auto loci = genome::LocusTable::read(arguments.loci.resolved());
  if (loci.length() != network.input_length()) {
    fail(ErrorCode::input, fmt::format("the network {} reads {} bases, but the sequences have {}", network.source,
                                       network.input_length(), loci.length()));
  }
  auto const backend = arguments.run.backend_kind() == device::BackendKind::cuda
                           ? device::Backend::cuda()
                           : device::Backend::cpu(arguments.run.thread_count(mpi::Communicator()));
  model::Scorer scorer(*backend, networks.front().network, std::move(tasks), arguments.run.batch,
                       selection.orientations, arguments.run.network_precision());
  if (arguments.output.empty()) {
    predict(arguments, scorer, *backend, loci, std::cout);
  } else {
    std::ofstream file(arguments.output);
    if (!file) fail(ErrorCode::output, fmt::format("cannot write {}", arguments.output));
    predict(arguments, scorer, *backend, loci, file);
  }
  return exit_done;
}

}  // namespace shoal::app
