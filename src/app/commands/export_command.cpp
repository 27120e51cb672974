// SPDX-License-Identifier: MIT
// shoal export: a store's maps in the files that other tools read.
#include <fmt/core.h>

#include <array>
#include <boost/program_options/value_semantic.hpp>

#include "app/commands/commands.hpp"
#include "app/options/command_line.hpp"
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

namespace po = boost::program_options;

namespace {

struct ExportArguments {
  std::string store;
  std::string format;
  std::string output;
  exports::ExportChoice choice;
  std::string gauge;
  std::string orientation;
  std::string units;
  std::int64_t width = 0;
  std::string rows;
  std::string regions;
  std::string genome;
  std::string chrom_sizes;
  bool repack = false;
  int compression = 4;

  CommandTable table();
  exports::ExportRows chosen_rows() const;
  genome::ContigSizes contig_sizes() const;
  // In the uniform gauge a raw map would lose what a correction takes from it.
  exports::ExportGauge chosen_gauge() const {
    std::string const usual = choice.array == "map_raw" ? "stored" : "uniform";
    return exports::parse_export_gauge(gauge.empty() ? usual : gauge);
  }
  exports::FloatWidth float_width(exports::FloatWidth usual) const {
    return width == 0 ? usual : exports::parse_float_width(width);
  }
};

using Export = void (*)(exports::ExportSource const&, ExportArguments const&);

struct Format {
  std::string_view name;
  std::string_view summary;
  Export run;
  bool is_arrays = false;  // of whole loci: --float and --orientation apply
};

constexpr std::array<Format, 9> formats = {{
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
    {"squid", "a folder a locus: x_mut.npy, y_mut.npy and mave_df.csv; needs a store of scan --keep-y",
     [](auto const& source, auto const& arguments) { exports::export_libraries(source, arguments.output); }},
    {"tsv", "a line a single substitution, on the + strand",
     [](auto const& source, auto const& arguments) { exports::export_effects(source, arguments.output); }},
    {"csv", "a line a locus, without maps",
     [](auto const& source, auto const& arguments) { exports::export_csv(source, arguments.output); }},
    {"json", "loci with their maps",
     [](auto const& source, auto const& arguments) { exports::export_json(source, arguments.output); }},
}};

std::string format_names() {
  std::vector<std::string> names;
  for (Format const& format : formats) names.emplace_back(format.name);
  return join(names, ", ");
}

CommandTable ExportArguments::table() {
  std::string summary = "Writes a method's maps, or what was measured for them, in the files of other tools:";
  for (Format const& each : formats) summary += fmt::format("\n  {:<11} {}", each.name, each.summary);
  summary += "\n  repack      a compressed copy of the store, which all of shoal but scan --resume reads";
  CommandTable table{
      .name = "export", .summary = summary, .positional = "store", .options = po::options_description("Options")};
  table.options.add_options()("store", po::value(&store)->value_name("FILE"), "the store")(
      "format", po::value(&format)->value_name("F"), "one of the above")(
      "output", po::value(&output)->value_name("PATH"), "the file to write; default for text: standard output")(
      "model", po::value(&choice.model)->value_name("NAME"), "which model; default: the only one")(
      "task", po::value(&choice.task)->value_name("NAME"), "which task; default: the only one")(
      "method", po::value(&choice.method)->value_name("NAME"), "which method; default: the only one")(
      "array", po::value(&choice.array)->value_name("NAME")->default_value(""),
      "map; map_raw: without --gradient-correction; effects, of surrogates with interactions: what substitutions of "
      "the "
      "wild type do to the prediction, effects_latent: to phi; default: effects where they are and neither --gauge nor "
      "--units is given, else map")(
      "gauge", po::value(&gauge)->value_name("G")->default_value(""),
      "of the maps: uniform (each position sums to 0: hypothetical contributions), wild-type (effects of single "
      "substitutions), observed-uniform, empirical (SQUID's), consensus, stored; default: uniform, of map_raw stored")(
      "units", po::value(&units)->value_name("U")->default_value(""),
      "of --array map: latent, or in the wild-type gauge response: effects through a surrogate's curve, in units of "
      "the score")(
      "orientation", po::value(&orientation)->value_name("genome|locus"),
      "strand of chrombpnet, bpnet and modisco: genome, the + strand, as their readers expect, or each locus's own")(
      "float", po::value(&width)->value_name("16|32|64")->default_value(0),
      "bits of numbers in chrombpnet, bpnet and modisco; 0: 16 in HDF5, as its readers do, 32 in modisco")(
      "rows", po::value(&rows)->value_name("A:B"), "only rows A to B - 1 of the store")(
      "regions", po::value(&regions)->value_name("BED"), "only loci that share a base with a region")(
      "genome", po::value(&genome)->value_name("FASTA"), "whose contigs' sizes a track needs, or")(
      "chrom-sizes", po::value(&chrom_sizes)->value_name("FILE"), "a table of contigs and their sizes")(
      "repack", po::bool_switch(&repack), "the same as --format repack")(
      "compression", po::value(&compression)->value_name("0-9")->default_value(compression),
      "of repack: 9 is smallest and slowest");
  return table;
}

exports::ExportRows ExportArguments::chosen_rows() const {
  exports::ExportRows chosen{.range = std::nullopt, .regions = regions};
  if (rows.empty()) return chosen;
  auto const ends = split(rows, ':');
  auto const first = parse_integer(ends.front());
  auto const last = parse_integer(ends.back());
  if (ends.size() != 2 || !first || !last) fail(ErrorCode::config, fmt::format("--rows {}: choose A:B", quoted(rows)));
  chosen.range = {*first, *last};
  return chosen;
}

genome::ContigSizes ExportArguments::contig_sizes() const {
  if (!genome.empty() && !chrom_sizes.empty()) fail(ErrorCode::config, "give --genome or --chrom-sizes, not both");
  if (!genome.empty()) return genome::genome_contig_sizes(genome);
  return chrom_sizes.empty() ? genome::ContigSizes{} : genome::read_contig_sizes(chrom_sizes);
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
                       !arguments.choice.method.empty() || !arguments.rows.empty() || !arguments.regions.empty() ||
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
  if (auto const text = parse_command_line(arguments.table(), words)) {
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
