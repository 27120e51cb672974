// SPDX-License-Identifier: MIT
// shoal motifs discover: the patterns that recur in maps.
#include <fmt/core.h>

#include "app/commands/motifs_command.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "motif/motif_file.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

int run_motifs_discover(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  int const threads = arguments.thread_count(world.split_shared());
  mpi::on_first_rank(world, [&] {
    motif::DiscoverOptions options = arguments.discover;
    options.threads = threads;
    motif::Discovery const found = motif::discover(inputs.maps, options);
    if (!arguments.output.empty()) motif::write_pattern_file(arguments.output, inputs.maps, found);
    if (!arguments.output_meme.empty()) motif::write_meme(arguments.output_meme, motif::pattern_motifs(found));
    if (!arguments.output_bed.empty()) {
      store::write_text_file(arguments.output_bed, motif::pattern_bed(inputs.maps, found));
    }
    if (!arguments.output_table.empty() || arguments.output.empty()) {
      store::write_text_file(arguments.output_table, motif::pattern_table(found));
    }
    log(LogLevel::info,
        fmt::format("{} positive and {} negative patterns", found.positive.size(), found.negative.size()));
    bool const is_few =
        found.positive_seqlets <= options.least_seqlets && found.negative_seqlets <= options.least_seqlets;
    if (found.positive.empty() && found.negative.empty() && is_few) {
      log(LogLevel::warning,
          fmt::format("no patterns were looked for: neither the {} positive nor the {} negative seqlets are more than "
                      "--least-seqlets {}",
                      found.positive_seqlets, found.negative_seqlets, options.least_seqlets));
    }
  });
  return exit_done;
}

}  // namespace shoal::app
