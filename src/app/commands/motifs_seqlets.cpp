// SPDX-License-Identifier: MIT
// shoal motifs seqlets: the stretches of maps that contribute.
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/commands/motifs_command.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

namespace {

// The largest threshold that keeps the target; nothing if none does.
std::optional<double> threshold_at(std::vector<motif::FalseDiscovery> const& rates, double target) {
  for (motif::FalseDiscovery const& rate : rates) {
    if (rate.rate <= target) {
      log(LogLevel::info, fmt::format("threshold {:.3g}: {} seqlets, {} in the controls, estimated FDR {:.4f}",
                                      rate.threshold, rate.calls, rate.control_calls, rate.rate));
      return rate.threshold;
    }
  }
  return std::nullopt;
}

// Seqlets of one sign, with their attributions in the maps' own sign.
std::vector<motif::Seqlet> recursive(MotifArguments const& arguments, MotifInputs const& inputs, int sign) {
  auto const track = motif::projected_track(inputs.maps, sign);
  motif::RecursiveCaller const caller(track, arguments.recursive);
  std::optional<double> threshold = arguments.recursive.threshold;
  if (inputs.control.loci > 0) {
    auto const control = motif::projected_track(inputs.control, sign);
    threshold =
        threshold_at(motif::false_discovery_rates(caller, track, inputs.maps.length, control, inputs.control.length),
                     arguments.target_fdr);
    if (!threshold) {
      log(LogLevel::warning, fmt::format("no threshold reaches a false discovery rate of {} for {} seqlets: none is "
                                         "called",
                                         arguments.target_fdr, sign > 0 ? "positive" : "negative"));
      return {};
    }
  }
  auto seqlets = caller.call(track, inputs.maps.length, *threshold);
  for (motif::Seqlet& seqlet : seqlets) seqlet.attribution *= sign;
  return seqlets;
}

}  // namespace

int run_motifs_seqlets(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  mpi::on_first_rank(world, [&] {
    std::vector<motif::Seqlet> seqlets, negative;
    if (arguments.caller == SeqletCaller::windows) {
      auto found = motif::window_seqlets(inputs.maps, arguments.discover.windows);
      seqlets = std::move(found.positive);
      negative = std::move(found.negative);
    } else {
      seqlets = recursive(arguments, inputs, 1);
      negative = recursive(arguments, inputs, -1);
    }
    log(LogLevel::info, fmt::format("{} positive and {} negative seqlets", seqlets.size(), negative.size()));
    seqlets.insert(seqlets.end(), negative.begin(), negative.end());
    std::ranges::stable_sort(seqlets, [](motif::Seqlet const& a, motif::Seqlet const& b) {
      return std::pair{a.locus, a.start} < std::pair{b.locus, b.start};
    });
    store::write_text_file(arguments.output, motif::seqlet_table(inputs.maps, seqlets));
  });
  return exit_done;
}

}  // namespace shoal::app
