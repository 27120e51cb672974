// SPDX-License-Identifier: MIT
#include "app/options/export_arguments.hpp"

#include "base/error.hpp"

namespace shoal::app {

OptionRow<std::optional<Window>> row_range_row(std::optional<Window>& rows) {
  return {
      .name = "rows", .target = &rows, .value = "A:B", .help = "only rows A to B - 1 of the store", .example = "0:100"};
}

void ExportArguments::add_choice(OptionTable& table) {
  table.section("export");
  table.add_text("store", store, "FILE", "the store");
  table.add_text("format", format, "F", "one of the above");
  table.add_text("output", output, "PATH", "the file to write; default for text: standard output");
  table.add_text("model", choice.model, "NAME", "which model; default: the only one");
  table.add_text("task", choice.task, "NAME", "which task; default: the only one");
  table.add_text("method", choice.method, "NAME", "which method; default: the only one");
  table.add(row_range_row(rows));
  table.add_text("regions", regions, "BED", "only loci that share a base with a region");
}

void ExportArguments::add_maps(OptionTable& table) {
  table.add<std::string>({
      .name = "array",
      .target = &choice.array,
      .value = "NAME",
      .help =
          "map; map_raw: without --gradient-correction; effects, of surrogates with interactions: what substitutions "
          "of the wild type do to the prediction, effects_latent: to phi; default: effects where they are and "
          "neither --gauge nor --units is given, else map",
      .example = "map",
  });
  table.add<std::string>({
      .name = "gauge",
      .target = &gauge,
      .value = "G",
      .help = "gauge of the maps: uniform (each position sums to 0: hypothetical contributions), wild-type (effects of "
              "single substitutions), observed-uniform, empirical (SQUID's), consensus, stored; default: uniform, of "
              "map_raw stored",
      .example = "wild-type",
  });
  table.add<std::string>({
      .name = "units",
      .target = &units,
      .value = "U",
      .help =
          "units of --array map: latent, or in the wild-type gauge response: effects through a surrogate's curve, in "
          "units of the score",
      .example = "response",
  });
  table.add<std::string>({
      .name = "orientation",
      .target = &orientation,
      .value = "genome|locus",
      .help = "strand of chrombpnet, bpnet and modisco: genome, the + strand, as their readers expect, or each locus's "
              "own",
      .example = "locus",
  });
  table.add<std::int64_t>({
      .name = "float",
      .target = &width,
      .value = "16|32|64",
      .help = "bits of numbers in chrombpnet, bpnet and modisco; 0: 16 in HDF5, as its readers do, 32 in modisco",
  });
}

void ExportArguments::add_files(OptionTable& table) {
  table.add<std::string>({
      .name = "genome",
      .target = &genome,
      .value = "FASTA",
      .help = "the genome whose contigs' sizes a track needs, or",
      .example = "genome.fa",
  });
  table.add<std::string>({
      .name = "chrom-sizes",
      .target = &chrom_sizes,
      .value = "FILE",
      .help = "a table of contigs and their sizes",
      .example = "chrom.sizes",
  });
  table.add<bool>({
      .name = "repack",
      .target = &repack,
      .help = "the same as --format repack",
  });
  table.add<int>({
      .name = "compression",
      .target = &compression,
      .value = "0-9",
      .help = "of repack: 9 is smallest and slowest",
  });
}

CommandTable ExportArguments::table(std::string const& formats) {
  CommandTable table{
      .name = "export",
      .summary = "Writes a method's maps, or what was measured for them, in the files of other tools:" + formats,
      .positional = "store",
      .options = {}};
  add_choice(table.options);
  add_maps(table.options);
  add_files(table.options);
  return table;
}

genome::ContigSizes ExportArguments::contig_sizes() const {
  if (!genome.empty() && !chrom_sizes.empty()) fail(ErrorCode::config, "give --genome or --chrom-sizes, not both");
  if (!genome.empty()) return genome::genome_contig_sizes(genome);
  return chrom_sizes.empty() ? genome::ContigSizes{} : genome::read_contig_sizes(chrom_sizes);
}

}  // namespace shoal::app
