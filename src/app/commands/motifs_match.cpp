// SPDX-License-Identifier: MIT
// shoal motifs match: motifs beside those of a database.
#include <fmt/core.h>

#include <algorithm>

#include "app/commands/motifs_command.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

int run_motifs_match(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  int const threads = arguments.thread_count(world.split_shared());
  // Rank r has the queries r × n / ranks …, so that the parts of all ranks in a row are the whole table.
  auto const number = static_cast<std::int64_t>(inputs.queries.size());
  mpi::Share const share = mpi::share_of(world, number);
  std::string text;
  mpi::together(world, [&] {
    motif::MotifComparison const comparison(inputs.targets, arguments.comparison);
    constexpr std::int64_t block = 256;  // queries whose matches are in memory at once
    for (std::int64_t begin = share.first; begin < share.last; begin += block) {
      std::vector<std::vector<motif::Column>> columns;
      for (std::int64_t i = begin; i < std::min(share.last, begin + block); ++i)
        columns.push_back(inputs.queries[at(i)].columns);
      auto const matches = comparison.compare(columns, threads);
      for (std::size_t i = 0; i < matches.size(); ++i) {
        text +=
            motif::match_lines(inputs.queries[at(begin) + i], comparison.targets(), matches[i], arguments.largest_e);
      }
    }
  });
  std::vector<std::string> const parts = world.gather_all(text);
  mpi::on_first_rank(world, [&] {
    std::string table = motif::match_heading();
    for (std::string const& part : parts) table += part;
    store::write_text_file(arguments.output, table);
    log(LogLevel::info, fmt::format("{} motifs compared with {}", number, inputs.targets.size()));
  });
  return exit_done;
}

}  // namespace shoal::app
