// SPDX-License-Identifier: MIT
// shoal predict: sequences → network outputs, as TSV.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "app/command_line/command_line.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/prediction_output.hpp"
#include "app/commands/predictor.hpp"
#include "app/options/loci_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "device/make_backend.hpp"
#include "genome/sequence_reader.hpp"
#include "inference/precision_errors.hpp"
#include "library/library.hpp"
#include "network/describe.hpp"

namespace shoal::app {

namespace {

struct PredictArguments {
  NetworkArguments networks;
  LociArguments loci;
  RunArguments run;
  std::string output;
  bool profiles = false;
  bool describe = false;

  CommandTable table();
};

CommandTable PredictArguments::table() {
  CommandTable table{.name = "predict",
                     .summary = "Scores sequences with trained networks: a TSV with one column per head.",
                     .positional = "",
                     .options = {}};
  networks.add_to(table.options);
  loci.add_to(table.options);
  run.add_to(table.options);
  table.options.section("result");
  table.options.add<std::string>({
      .name = "output",
      .target = &output,
      .value = "FILE",
      .help = "the TSV to write; default: standard output",
      .example = "scores.tsv",
      .is_common = true,
  });
  table.options.add<bool>({
      .name = "profiles",
      .target = &profiles,
      .help = "every position of every head instead of one number per head: a TSV with a line per position, or, where "
              "the output ends in .npz, one array [loci, positions, heads]",
  });
  table.options.add<bool>({
      .name = "describe",
      .target = &describe,
      .help =
          "print the networks' layers, shapes, receptive fields, parameters and cost instead, and the error of each "
          "precision on the sequences given, or on random ones",
      .is_common = true,
  });
  return table;
}

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
  loci.check_letters();
  return piece;
}

library::Library pack(device::Backend const& backend, std::vector<genome::Codes> const& piece) {
  std::vector<std::uint8_t> codes;
  for (genome::Codes const& sequence : piece) codes.insert(codes.end(), sequence.begin(), sequence.end());
  auto const count = static_cast<std::int64_t>(piece.size());
  return library::explicit_library(backend, codes, count, static_cast<std::int32_t>(piece.front().size()));
}

// Sequences for the error of a precision when none are given: random ones, the fewer the more the network costs.
std::vector<genome::Codes> random_sequences(network::Network const& network) {
  double cost = 0.0;
  for (network::Node const& node : network.nodes) cost += network::operations(network, node);
  auto const count = static_cast<std::size_t>(std::clamp(4e11 / (cost + 1.0), 16.0, 256.0));
  std::mt19937 generator(1);
  std::vector<genome::Codes> sequences(count, genome::Codes(static_cast<std::size_t>(network.input_length())));
  for (genome::Codes& each : sequences) {
    for (auto& code : each) code = static_cast<std::uint8_t>(generator() >> 30);
  }
  return sequences;
}

// The bases that networks of an open input length are to read: what is asked for, else what the FASTA's first record
// has; standard input cannot be read twice.
std::int64_t open_length(LociArguments const& arguments) {
  bool const has_records = !arguments.loci.fasta.empty() && arguments.loci.fasta != "-";
  if (arguments.loci.length != 0 || !has_records) return arguments.loci.length;
  auto const first = genome::SequenceReader(arguments.loci.fasta).next();
  return first ? static_cast<std::int64_t>(first->sequence.size()) : 0;
}

std::unique_ptr<device::Backend> make_backend(RunArguments const& run) {
  return device::make_backend(run.backend_kind(), run.thread_count(mpi::Communicator()));
}

// Layers, then the error of each precision; profiles are compared by their mean.
void describe(PredictArguments const& arguments, genome::LociOptions const& loci_options,
              std::shared_ptr<network::Network const> const& network) {
  auto const backend = make_backend(arguments.run);
  fmt::print("{}", network::describe(*network));
  auto selection = arguments.networks.tasks();
  selection.reduction = network::parse_reduction("mean");
  bool const has_loci = !arguments.loci.loci.fasta.empty() || !arguments.loci.loci.genome.empty();
  std::vector<genome::Codes> sequences;
  if (has_loci) {
    auto loci = read_loci(loci_options, *network);
    sequences = read_piece(loci, 0);
  } else {
    sequences = random_sequences(*network);
  }
  auto const packed = pack(*backend, sequences);
  auto const errors =
      inference::precision_errors(*backend, network, network::select_tasks(*network, selection), packed.view());
  fmt::print("\n{}", inference::describe_precision(errors, packed.mutants()));
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
  auto const networks = arguments.networks.read(open_length(arguments.loci));
  genome::LociOptions loci = arguments.loci.loci;
  read_standard_input(loci, mpi::Communicator());
  if (arguments.describe) {
    for (scan::NamedNetwork const& each : networks) describe(arguments, loci, each.network);
    return exit_done;
  }
  bool const is_archive = std::filesystem::path(arguments.output).extension() == ".npz";
  if (is_archive && !arguments.profiles) {
    fail(ErrorCode::config,
         fmt::format("--output {}: a numpy archive is written of --profiles; scores are a table", arguments.output));
  }
  Predictor predictor(networks, arguments.networks.tasks(), arguments.profiles, loci, arguments.run);
  (arguments.profiles ? write_profiles : write_scores)(arguments.output, predictor);
  return exit_done;
}

}  // namespace shoal::app
