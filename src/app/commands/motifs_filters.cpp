// SPDX-License-Identifier: MIT
// shoal motifs filters: what the first layers of networks learned.
#include <fmt/core.h>

#include "app/commands/motifs_command.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "motif/motif_file.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

namespace {

// The lines after the first.
std::string without_heading(std::string const& table) {
  return table.substr(table.find('\n') + 1);
}

std::string motif_text(std::vector<motif::FilterMotif> const& filters) {
  std::string text;
  for (motif::FilterMotif const& filter : filters) {
    text += motif::meme_motif({motif::filter_name(filter), "", filter.columns, static_cast<double>(filter.windows), 0});
  }
  return text;
}

}  // namespace

int run_motifs_filters(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  motif::FilterOptions options = arguments.filters;
  options.threads = arguments.thread_count(world.split_shared());
  // Network n is rank n mod ranks'. Tables are put together in the order of networks.
  std::vector<std::string> scores(inputs.networks.size()), tables(inputs.networks.size()),
      motifs(inputs.networks.size());
  std::string score_heading, table_heading;
  mpi::together(world, [&] {
    motif::MotifComparison const database(inputs.targets, arguments.comparison);
    score_heading = motif::filter_score_table({}, inputs.factors);
    table_heading = motif::filter_table({}, {}, database, inputs.factors, arguments.largest_e);
    for (std::size_t n = at(world.rank()); n < inputs.networks.size(); n += at(world.size())) {
      scan::NamedNetwork const& network = inputs.networks[n];
      auto sequences = genome::LocusTable::read(arguments.sequences(*network.network));
      auto const filters = motif::filter_motifs(network, sequences, options);
      auto const found = motif::score_filters(filters, database, inputs.factors, arguments.ignored_hits,
                                              arguments.largest_e, options.threads);
      scores[n] = without_heading(motif::filter_score_table(found.scores, inputs.factors));
      tables[n] = without_heading(motif::filter_table(filters, found, database, inputs.factors, arguments.largest_e));
      motifs[n] = motif_text(filters);
      log(LogLevel::info,
          fmt::format("{}: {} filters of {}", network.name, found.scores.front().filters, found.scores.front().layer));
    }
  });
  auto const together = [&](std::vector<std::string> const& own, std::string text) {
    for (std::string const& mine : own) {
      for (std::string const& part : world.gather_all(mine)) text += part;
    }
    return text;
  };
  std::string const all_scores = together(scores, score_heading), all_tables = together(tables, table_heading),
                    all_motifs = together(motifs, motif::meme_heading());
  mpi::on_first_rank(world, [&] {
    store::write_text_file(arguments.output, all_scores);
    if (!arguments.output_table.empty()) store::write_text_file(arguments.output_table, all_tables);
    if (!arguments.output_meme.empty()) store::write_text_file(arguments.output_meme, all_motifs);
  });
  return exit_done;
}

}  // namespace shoal::app
