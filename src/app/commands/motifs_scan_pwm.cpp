// SPDX-License-Identifier: MIT
// shoal motifs scan-pwm: the sites of a database's motifs in sequences.
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "app/commands/motifs_command.hpp"
#include "base/log.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

int run_motifs_scan_pwm(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  mpi::Communicator const node = world.split_shared();
  mpi::Share const share = mpi::share_of(world, static_cast<std::int64_t>(inputs.targets.size()));
  std::vector<motif::PwmSite> mine;
  mpi::together(world, [&] {
    motif::PwmOptions options = arguments.pwm_options();
    options.threads = arguments.thread_count(node);
    mine = motif::PwmScanner(inputs.targets, options).find(inputs.sequences, share.first, share.last);
  });
  std::vector<motif::PwmSite> sites = mpi::gather_items<motif::PwmSite>(world, mine);
  mpi::on_first_rank(world, [&] {
    std::ranges::sort(sites, {}, [](motif::PwmSite const& site) {
      return std::tuple(site.sequence, site.start, site.motif, site.is_reversed);
    });
    std::vector<double> const q =
        motif::site_q_values(sites, inputs.targets, inputs.sequences, arguments.comparison.both_strands);
    motif::AttributionMaps const* const maps = inputs.maps.loci > 0 ? &inputs.maps : nullptr;
    store::write_text_file(arguments.output, motif::pwm_site_table(inputs.sequences, inputs.targets, sites, q, maps));
    if (!arguments.output_bed.empty()) {
      store::write_text_file(arguments.output_bed, motif::pwm_site_bed(inputs.sequences, inputs.targets, sites));
    }
    log(LogLevel::info, fmt::format("{} sites of {} motifs in {} sequences", sites.size(), inputs.targets.size(),
                                    inputs.sequences.size()));
  });
  return exit_done;
}

}  // namespace shoal::app
