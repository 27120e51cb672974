// SPDX-License-Identifier: MIT
// shoal variants: VCF → effects by networks and by the maps of a store.
#include <fmt/core.h>

#include "app/command_line/command_line.hpp"
#include "app/commands/commands.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "variants/variants.hpp"

namespace shoal::app {

namespace {

struct VariantArguments {
  NetworkArguments networks;
  RunArguments run;
  variants::VariantOptions options;
  std::int64_t length = 0;

  CommandTable table();
  variants::VariantOptions resolved() const;

 private:
  void add_variants(OptionTable& table);
  void add_profiles(OptionTable& table);
  void add_store(OptionTable& table);
  void add_results(OptionTable& table);
};

void VariantArguments::add_variants(OptionTable& table) {
  table.section("variants");
  table.add<std::string>({
      .name = "vcf",
      .target = &options.vcf,
      .value = "FILE",
      .help = "VCF or BCF, plain or compressed",
      .example = "variants.vcf.gz",
      .is_common = true,
  });
  table.add<std::string>({
      .name = "genome",
      .target = &options.genome,
      .value = "FASTA",
      .help = "the genome that REF comes from",
      .example = "genome.fa",
      .is_common = true,
  });
  table.add<std::int64_t>({
      .name = "length",
      .target = &length,
      .value = "L",
      .help = "bases of a window: what the network reads, whose file may leave it open; 0: what the file says",
  });
  table.add<variants::VariantStrand>({
      .name = "strand",
      .target = &options.strand,
      .value = "+|-|both",
      .help = "which strand networks read; -: the reverse complement of the windows, for what is transcribed from that "
              "strand",
      .form = one_of<variants::VariantStrand>({{"+", variants::VariantStrand::forward},
                                               {"-", variants::VariantStrand::reverse},
                                               {"both", variants::VariantStrand::both}}),
  });
  table.add<variants::MismatchPolicy>({
      .name = "mismatch",
      .target = &options.mismatch,
      .value = "P",
      .help = "when REF is not what the genome has, or the contig is unknown: stop, or skip with the reason",
      .form = one_of<variants::MismatchPolicy>(
          {{"stop", variants::MismatchPolicy::stop}, {"skip", variants::MismatchPolicy::skip}}),
  });
}

void VariantArguments::add_profiles(OptionTable& table) {
  table.add<bool>({
      .name = "log2fc",
      .target = &options.log2_fold_change,
      .help = "log2(alternative / reference) too, for positive scores",
  });
  table.add<bool>({
      .name = "max-change",
      .target = &options.largest_change,
      .help = "for heads that are profiles: the largest increase and decrease over their positions and where they are, "
              "in bases from POS on the genome, as SpliceAI's delta scores",
      .is_common = true,
  });
  table.add<std::int64_t>({
      .name = "distance",
      .target = &options.distance,
      .value = "D",
      .help = "of --max-change: at most so many bases from the variant (SpliceAI: 50); -1: the whole profile",
      .check = [](std::int64_t const& distance) { return distance < -1 ? "choose 0 or more" : ""; },
  });
}

void VariantArguments::add_store(OptionTable& table) {
  table.section("store");
  constexpr bool is_common = true;
  table.add_text("store", options.store, "FILE", "also the effects that a store's maps, pairs and curves predict",
                 is_common);
  table.add_text("store-model", options.choice.model, "NAME", "which model of the store; default: the only one");
  table.add_text("store-task", options.choice.task, "NAME", "which task; default: the only one");
  table.add<std::vector<std::string>>({
      .name = "store-method",
      .target = &options.store_methods,
      .value = "LIST",
      .help = "which methods; default: the only one",
      .example = "additive-ridge",
      .form = comma_list(),
      .is_common = true,
  });
}

void VariantArguments::add_results(OptionTable& table) {
  table.section("result");
  table.add<std::string>({
      .name = "output",
      .target = &options.output_table,
      .value = "FILE",
      .help = "the table to write; default without --output-vcf: standard output",
      .example = "effects.tsv",
      .is_common = true,
  });
  table.add<std::string>({
      .name = "output-vcf",
      .target = &options.output_vcf,
      .value = "FILE",
      .help = "the VCF with INFO fields to write (.vcf, .vcf.gz, .bcf)",
      .example = "effects.vcf.gz",
      .is_common = true,
  });
}

CommandTable VariantArguments::table() {
  CommandTable table{.name = "variants",
                     .summary = "Effects of a VCF's alleles: score of the alternative minus score of the reference.",
                     .positional = "vcf",
                     .options = {}};
  add_variants(table.options);
  add_profiles(table.options);
  add_store(table.options);
  add_results(table.options);
  networks.add_to(table.options);
  run.add_to(table.options);
  return table;
}

variants::VariantOptions VariantArguments::resolved() const {
  variants::VariantOptions made = options;
  if (made.vcf.empty() || made.genome.empty()) fail(ErrorCode::config, "variants need --vcf and --genome");
  run.validate();
  made.tasks = networks.tasks();
  made.batch = run.batch;
  made.precision = run.precision;
  if (!networks.models.empty()) made.networks = networks.read(length);
  for (scan::NamedNetwork const& named : made.networks) {
    if (length == 0 || length == named.network->input_length()) continue;
    fail(ErrorCode::config,
         fmt::format("--length {}: the network {} reads {} bases", length, named.name, named.network->input_length()));
  }
  made.backend = run.backend_kind();
  made.threads = run.thread_count(mpi::Communicator());
  return made;
}

}  // namespace

int run_variants(std::vector<std::string> const& words) {
  VariantArguments arguments;
  bool const first_rank = mpi::rank_before_start() == 0;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (first_rank) fmt::print("{}", *text);
    return exit_done;
  }
  if (!first_rank) return exit_done;
  auto const summary = variants::run_variants(arguments.resolved());
  log(LogLevel::info, fmt::format("{} records, {} alternative alleles, {} of them skipped", summary.records,
                                  summary.alleles, summary.skipped));
  return exit_done;
}

}  // namespace shoal::app
