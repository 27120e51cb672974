// SPDX-License-Identifier: MIT
// The options of `shoal motifs filters`: networks and the sequences that their first layers look at.
#include "app/command_line/number_row.hpp"
#include "app/options/motif_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "base/error.hpp"

namespace shoal::app {

void MotifArguments::add_filters(OptionTable& table) {
  constexpr bool is_common = true;
  table.section("filters");
  table.add<std::vector<std::string>>({
      .name = "network",
      .target = &networks,
      .value = "[NAME=]FILE",
      .help = "trained network whose first layer is looked at, as --model of shoal scan; repeatable",
      .example = "NAME=network.h5",
      .is_common = true,
  });
  table.add<std::vector<std::string>>({
      .name = "weights",
      .target = &weights,
      .value = "FILE",
      .help = "weights (.h5) of a .json network; one for each, in order",
      .example = "weights.h5",
  });
  table.add_text("fasta", fasta, "FILE",
                 "sequences of the networks' length that filters look at, or of any length for scan-pwm, or …",
                 is_common);
  table.add_text("genome", genome, "FILE", "… a genome, whose windows at --loci are looked at");
  table.add<std::vector<double>>({
      .name = "activations",
      .target = &filters.thresholds,
      .value = "LIST",
      .help = "shares of a filter's largest activation that a window must exceed: .1,.5,.9",
      .example = "0.1,0.5,0.9",
  });
  table.add(number_row("filter-window", filters.window, "N", "bases around an activation that are aligned"));
  table.add(number_row("most-windows", filters.most_windows, "N", "windows of a filter, the strongest; 0: all"));
  table.add(number_row("clip-bits", filters.clip_information, "B",
                       "motifs of filters go from the first to the last position with more bits than this, and …"));
  table.add(number_row("clip-flank", filters.clip_flank, "N", "… so many positions further on both sides"));
  table.add_text("factors", factors, "FILE",
                 "factors that the sequences hold: on each line a name, then its motifs in the database");
  table.add<std::vector<std::string>>({
      .name = "ignore-hit",
      .target = &ignored_hits,
      .value = "ID",
      .help = "motif of the database whose matches do not count as any; repeatable",
      .example = "MA0615.1",
  });
}

std::vector<scan::NamedNetwork> MotifArguments::read_networks() const {
  if (networks.empty()) fail(ErrorCode::config, "no network was given: --network FILE");
  NetworkArguments read;
  read.models = networks;
  read.weights = weights;
  return read.read();
}

genome::LociOptions MotifArguments::sequences(network::Network const& network) const {
  genome::LociOptions options;
  options.fasta = fasta;
  options.genome = genome;
  options.loci = maps.loci;
  options.default_length = network.input_length();
  return options;
}

}  // namespace shoal::app
