// SPDX-License-Identifier: MIT
// shoal export: a store's maps in the files that other tools read.
#include <fmt/core.h>

#include <array>

#include "app/commands/commands.hpp"
#include "app/options/export_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exports/export.hpp"
#include "exports/libraries.hpp"
#include "exports/library_counts.hpp"
#include "exports/tracks.hpp"
#include "mpi/communicator.hpp"
#include "store/reader.hpp"
#include "store/repack.hpp"

namespace shoal::app {

namespace {

using Export = void (*)(exports::ExportSource const&, ExportArguments const&);

struct Format {
  std::string_view name;
  std::string_view summary;
  Export run;
  bool is_arrays = false;  // of whole loci: --float and --orientation apply
};

constexpr auto formats = std::to_array<Format>({
    {"chrombpnet", "HDF5 raw/seq, shap/seq, projected_shap/seq (N, 4, L), and the regions as narrowPeak",
     [](auto const& source, auto const& arguments) {
       exports::export_chrombpnet(source, arguments.output, arguments.float_width(exports::FloatWidth::half));
     },
     true},
    {"bpnet", "HDF5 hyp_scores, input_seqs (N, L, 4) and coordinates",
     [](auto const& source, auto const& arguments) {
       exports::export_bpnet(source, arguments.output, arguments.float_width(exports::FloatWidth::half));
     },
     true},
    {"modisco", "OUTPUT_oh.npz and OUTPUT_contrib.npz with arr_0 (N, 4, L)",
     [](auto const& source, auto const& arguments) {
       exports::export_modisco(source, arguments.output, arguments.float_width(exports::FloatWidth::single));
     },
     true},
    {"bigwig", "the maps at the sequences' own bases along the genome; needs --genome or --chrom-sizes",
     [](auto const& source, auto const& arguments) {
       exports::export_bigwig(source, arguments.contig_sizes(), arguments.output);
     }},
    {"bedgraph", "the same as text",
     [](auto const& source, auto const& arguments) {
       exports::export_bedgraph(source, arguments.contig_sizes(), arguments.output);
     }},
    {"squid", "a folder per locus: x_mut.npy, y_mut.npy and mave_df.csv; needs a store of scan --keep-y",
     [](auto const& source, auto const& arguments) { exports::export_libraries(source, arguments.output); }},
    {"tsv", "a line per single substitution, on the + strand",
     [](auto const& source, auto const& arguments) { exports::export_effects(source, arguments.output); }},
    {"csv", "a line per locus, without maps",
     [](auto const& source, auto const& arguments) { exports::export_csv(source, arguments.output); }},
    {"json", "loci with their maps",
     [](auto const& source, auto const& arguments) { exports::export_json(source, arguments.output); }},
});

std::string format_names() {
  std::vector<std::string> names;
  for (Format const& format : formats) names.emplace_back(format.name);
  return join(names, ", ");
}

// For --help.
std::string format_lines() {
  std::string text;
  for (Format const& each : formats) text += fmt::format("\n  {:<11} {}", each.name, each.summary);
  return text + "\n  repack      a compressed copy of the store, which all of shoal but scan --resume reads";
}

// Arrays are of the genome's + strand unless asked otherwise. Errors: config, for options that the format has no use
// for.
exports::ExportOrientation chosen_orientation(ExportArguments const& arguments, Format const& format) {
  if (format.is_arrays) {
    return exports::parse_export_orientation(arguments.orientation.empty() ? "genome" : arguments.orientation);
  }
  if (!arguments.orientation.empty() || arguments.width != 0) {
    fail(ErrorCode::config,
         fmt::format("--format {}: --orientation and --float are for chrombpnet, bpnet and modisco", format.name));
  }
  return exports::ExportOrientation::locus;
}

// The whole store goes into the copy: what chooses parts of it has no place here. Errors: config.
int run_repack(ExportArguments const& arguments) {
  bool const chooses = !arguments.choice.model.empty() || !arguments.choice.task.empty() ||
                       !arguments.choice.method.empty() || arguments.rows || !arguments.regions.empty() ||
                       arguments.width != 0;
  if (chooses)
    fail(ErrorCode::config,
         "repack copies whole stores: --model, --task, --method, --rows, --regions and "
         "--float do not go with it");
  if (arguments.output.empty()) fail(ErrorCode::config, "repack needs a file to write: --output FILE");
  store::repack(arguments.store, arguments.output, arguments.compression);
  log(LogLevel::info, fmt::format("{} is a compressed copy of {}", arguments.output, arguments.store));
  return exit_done;
}

Format const& find_format(std::string const& name) {
  for (Format const& format : formats) {
    if (format.name == name) return format;
  }
  fail(ErrorCode::config, name.empty() ? "no --format was given: choose " + format_names()
                                       : fmt::format("--format {}: choose {}", quoted(name), format_names()));
}

}  // namespace

int run_export(std::vector<std::string> const& words) {
  ExportArguments arguments;
  bool const first_rank = mpi::rank_before_start() == 0;
  if (auto const text = parse_command_line(arguments.table(format_lines()), words)) {
    if (first_rank) fmt::print("{}", *text);
    return exit_done;
  }
  if (!first_rank) return exit_done;
  if (arguments.store.empty()) fail(ErrorCode::config, "no store was given: shoal export STORE --format F");
  if (arguments.repack && !arguments.format.empty() && arguments.format != "repack") {
    fail(ErrorCode::config, "--repack and --format exclude each other");
  }
  if (arguments.repack || arguments.format == "repack") return run_repack(arguments);
  Format const& format = find_format(arguments.format);
  // Gauges and units belong to the map.
  bool const of_map = !arguments.gauge.empty() || !arguments.units.empty();
  if (arguments.choice.array.empty() && of_map) arguments.choice.array = "map";
  arguments.choice.gauge = arguments.chosen_gauge();
  arguments.choice.orientation = chosen_orientation(arguments, format);
  arguments.choice.units = exports::parse_export_units(arguments.units.empty() ? "latent" : arguments.units);
  auto const rows = arguments.chosen_rows();
  store::Reader const reader(arguments.store);
  // A library is the same for all methods.
  if (format.name == "squid" && arguments.choice.method.empty()) {
    arguments.choice.method = reader.schema().methods.front().name;
  }
  exports::LetterCounter const counter =
      exports::needs_letter_counts(arguments.choice.gauge) ? exports::letter_counter(reader) : exports::LetterCounter{};
  exports::ExportSource const source(reader, arguments.choice, rows, counter);
  format.run(source, arguments);
  log(LogLevel::info,
      fmt::format("{} loci exported, {} left out that are not done", source.rows().size(), source.left_out()));
  return exit_done;
}

}  // namespace shoal::app
