// SPDX-License-Identifier: MIT
// shoal motifs VERB: from attribution maps to named motifs.
#include "app/commands/motifs_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/under_mpi.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "motif/motif_file.hpp"
#include "mpi/agree.hpp"

namespace shoal::app {

namespace {

std::vector<motif::Motif> read_all(std::vector<std::string> const& files) {
  std::vector<motif::Motif> motifs;
  for (std::string const& file : files) {
    for (motif::Motif& read : motif::read_motifs(file).motifs) motifs.push_back(std::move(read));
  }
  return motifs;
}

void read_maps(MotifArguments const& arguments, MotifInputs& inputs) {
  inputs.maps = motif::read_maps(arguments.source());
  motif::MapSource const control = arguments.control_source();
  if (!control.one_hot.empty() || !control.contributions.empty()) inputs.control = motif::read_maps(control);
}

void read_hits(MotifArguments const& arguments, MotifInputs& inputs) {
  if (arguments.motifs.empty())
    fail(ErrorCode::config, "no patterns were given: --motifs FILE of shoal motifs discover");
  inputs.weights = motif::read_weight_motifs(arguments.motifs);
  if (!arguments.database.empty()) inputs.targets = read_all(arguments.database);
  read_maps(arguments, inputs);
}

void read_motif_files(MotifArguments const& arguments, MotifInputs& inputs) {
  if (arguments.queries.empty()) fail(ErrorCode::config, "no motifs to look up were given: --query FILE");
  if (arguments.database.empty()) fail(ErrorCode::config, "no motifs to compare with were given: --database FILE");
  inputs.queries = read_all(arguments.queries);
  inputs.targets = read_all(arguments.database);
}

void read_networks(MotifArguments const& arguments, MotifInputs& inputs) {
  if (arguments.database.empty()) fail(ErrorCode::config, "no motifs to compare with were given: --database FILE");
  inputs.targets = read_all(arguments.database);
  if (!arguments.factors.empty()) inputs.factors = motif::read_factors(arguments.factors);
  inputs.networks = arguments.read_networks();
}

// Sequences of their own, or those of maps, which sites are then joined with.
void read_sequences(MotifArguments const& arguments, MotifInputs& inputs) {
  if (arguments.database.empty()) fail(ErrorCode::config, "no motifs to look for were given: --database FILE");
  inputs.targets = read_all(arguments.database);
  bool const maps = !arguments.maps.store.empty() || !arguments.maps.one_hot.empty();
  if (maps + !arguments.fasta.empty() + !arguments.genome.empty() != 1) {
    fail(ErrorCode::config, "give sequences once: --fasta, or --genome with --loci, or maps (--store or --one-hot)");
  }
  if (maps) {
    read_maps(arguments, inputs);
    inputs.sequences = motif::sequences_of(inputs.maps);
  } else if (!arguments.fasta.empty()) {
    inputs.sequences = motif::read_records(arguments.fasta);
  } else {
    genome::LociOptions options;
    options.genome = arguments.genome;
    options.loci = arguments.maps.loci;
    options.length = arguments.maps.window;
    inputs.sequences = motif::read_windows(options);
  }
}

struct Verb {
  std::string_view name;
  void (*read)(MotifArguments const& arguments, MotifInputs& inputs);
  int (*run)(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world);
};

constexpr std::array<Verb, 6> verbs = {{
    {"filters", read_networks, run_motifs_filters},
    {"match", read_motif_files, run_motifs_match},
    {"seqlets", read_maps, run_motifs_seqlets},
    {"discover", read_maps, run_motifs_discover},
    {"hits", read_hits, run_motifs_hits},
    {"scan-pwm", read_sequences, run_motifs_scan_pwm},
}};

Verb const& find_verb(std::string const& name) {
  auto const found = std::ranges::find(verbs, name, &Verb::name);
  if (found != verbs.end()) return *found;
  fail(ErrorCode::config, name.empty() ? fmt::format("no verb was given: shoal motifs {}", motif_verbs)
                                       : fmt::format("motifs {}: choose {}", shoal::quoted(name), motif_verbs));
}

}  // namespace

int run_motifs(std::vector<std::string> const& words) {
  if (!words.empty() && words.front() == "confirm") return run_motifs_confirm({words.begin() + 1, words.end()});
  MotifArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  Verb const& verb = find_verb(arguments.verb);
  // Files of others are read before MPI starts, and errors are agreed on once the ranks know each other.
  MotifInputs inputs;
  std::optional<Error> early;
  try {
    arguments.check_results();
    verb.read(arguments, inputs);
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    mpi::together(world, [&] {
      if (early) throw *early;
    });
    return verb.run(arguments, inputs, world);
  });
}

}  // namespace shoal::app
