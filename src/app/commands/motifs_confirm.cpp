// SPDX-License-Identifier: MIT
// shoal motifs confirm: necessity and sufficiency of sites, by the networks themselves.
#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <string>

#include "app/commands/motifs_command.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/confirm_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "confirm/tables.hpp"
#include "mpi/agree.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

namespace {

using confirm::SiteEffect;

// "12 of 40 sites" whose q is at most `q`, or that nothing was compared.
std::string share_of(double SiteEffect::*of, std::size_t task, confirm::SiteEffects const& found, double q) {
  std::size_t tested = 0, confirmed = 0;
  for (std::size_t i = task; i < found.effects.size(); i += found.tasks.size()) {
    tested += std::isnan(found.effects[i].*of) ? 0 : 1;
    confirmed += found.effects[i].*of <= q ? 1 : 0;
  }
  return tested == 0 ? "not tested (no control places)" : fmt::format("{} of {} sites", confirmed, tested);
}

void report(confirm::SiteEffects const& found, double q) {
  for (std::size_t task = 0; task < found.tasks.size(); ++task) {
    auto const& [network, name] = found.tasks[task];
    log(LogLevel::info, fmt::format("{}/{}, at a false discovery rate of {}: necessary {}, sufficient {}", network,
                                    name, q, share_of(&SiteEffect::necessity_q, task, found, q),
                                    share_of(&SiteEffect::sufficiency_q, task, found, q)));
  }
}

}  // namespace

int run_motifs_confirm(std::vector<std::string> const& words) {
  ConfirmArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  // As in a scan: networks are read before MPI starts, and errors are agreed on once the ranks know each other.
  confirm::ConfirmOptions options;
  std::optional<Error> early;
  try {
    arguments.validate();
    options = arguments.resolved();
    options.networks = arguments.networks.read(arguments.loci.loci.length);
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    mpi::together(world, [&] {
      if (early) throw *early;
    });
    genome::LociOptions sources = arguments.loci.loci;
    read_standard_input(sources, world);
    options.backend = arguments.run.agreed_backend(world);
    options.threads = arguments.run.thread_count(world.split_shared());
    std::optional<genome::LocusTable> loci;
    confirm::SiteList list;
    mpi::together(world, [&] {
      if (!options.networks.empty()) sources.default_length = options.networks.front().network->input_length();
      loci.emplace(genome::LocusTable::read(sources));
      list = arguments.read_sites(*loci);
    });
    confirm::SiteEffects const found = confirm::confirm_sites(world, options, *loci, list.sites);
    mpi::on_first_rank(world, [&] {
      store::write_text_file(arguments.output, confirm::site_table(*loci, list, found));
      if (!arguments.output_table.empty()) {
        store::write_text_file(arguments.output_table,
                               confirm::motif_table(list, found, arguments.target_fdr, options.confidence));
      }
      report(found, arguments.target_fdr);
    });
    return exit_done;
  });
}

}  // namespace shoal::app
