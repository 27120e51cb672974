// SPDX-License-Identifier: MIT
// shoal variants: VCF → effects by networks and by the maps of a store.
#include <fmt/core.h>

#include <boost/program_options/value_semantic.hpp>

#include "app/commands/commands.hpp"
#include "app/options/command_line.hpp"
#include "app/options/option_groups.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "variants/variants.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

struct VariantArguments {
  NetworkArguments networks;
  RunArguments run;
  variants::VariantOptions options;
  std::string store_model;
  std::string store_methods;
  std::int64_t length = 0;
  std::string mismatch;
  std::string strand;

  CommandTable table();
  variants::VariantOptions resolved() const;
};

CommandTable VariantArguments::table() {
  CommandTable table{.name = "variants",
                     .summary = "Effects of a VCF's alleles: score of the alternative minus score of the reference.",
                     .positional = "vcf",
                     .options = po::options_description("Options")};
  table.options.add_options()("vcf", po::value(&options.vcf)->value_name("FILE"), "VCF or BCF, plain or compressed")(
      "genome", po::value(&options.genome)->value_name("FASTA"), "the genome that REF comes from")(
      "length", po::value(&length)->value_name("L")->default_value(0),
      "bases of a window: what the network reads, whose file may leave it open; 0: what the file says")(
      "log2fc", po::bool_switch(&options.log2_fold_change), "log2(alternative / reference) too, for positive scores")(
      "strand", po::value(&strand)->value_name("+|-|both")->default_value("+"),
      "which strand networks read; -: the reverse complement of the windows, for what is transcribed from that strand")(
      "max-change", po::bool_switch(&options.largest_change),
      "for heads that are profiles: the largest increase and decrease over their positions and where they are, in "
      "bases "
      "from POS on the genome, as SpliceAI's delta scores")(
      "distance", po::value(&options.distance)->value_name("D")->default_value(-1),
      "of --max-change: at most so many bases from the variant (SpliceAI: 50); -1: the whole profile")(
      "mismatch", po::value(&mismatch)->value_name("P")->default_value("stop"),
      "when REF is not what the genome has, or the contig is unknown: stop, or skip with the reason")(
      "store", po::value(&options.store)->value_name("FILE"),
      "also the effects that a store's maps, pairs and curves predict")(
      "store-model", po::value(&store_model)->value_name("NAME"), "which model of the store; default: the only one")(
      "store-task", po::value(&options.choice.task)->value_name("NAME"), "which task; default: the only one")(
      "store-method", po::value(&store_methods)->value_name("LIST"), "which methods; default: the only one")(
      "output", po::value(&options.output_table)->value_name("FILE"),
      "the table to write; default without --output-vcf: standard output")(
      "output-vcf", po::value(&options.output_vcf)->value_name("FILE"),
      "the VCF with INFO fields to write (.vcf, .vcf.gz, .bcf)");
  networks.add_to(table.options);
  run.add_to(table.options);
  return table;
}

variants::VariantOptions VariantArguments::resolved() const {
  variants::VariantOptions made = options;
  if (made.vcf.empty() || made.genome.empty()) fail(ErrorCode::config, "variants need --vcf and --genome");
  if (mismatch != "stop" && mismatch != "skip") {
    fail(ErrorCode::config, fmt::format("--mismatch {}: choose stop or skip", quoted(mismatch)));
  }
  made.mismatch = mismatch == "stop" ? variants::MismatchPolicy::stop : variants::MismatchPolicy::skip;
  if (strand != "+" && strand != "-" && strand != "both") {
    fail(ErrorCode::config, fmt::format("--strand {}: choose +, - or both", quoted(strand)));
  }
  made.strand = strand == "+"   ? variants::VariantStrand::forward
                : strand == "-" ? variants::VariantStrand::reverse
                                : variants::VariantStrand::both;
  if (options.distance < -1) fail(ErrorCode::config, fmt::format("--distance {}: choose 0 or more", options.distance));
  made.choice.model = store_model;
  if (!store_methods.empty()) made.store_methods = parse_list("store-method", store_methods);
  run.validate();
  made.tasks = networks.tasks();
  made.batch = run.batch;
  made.precision = run.network_precision();
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
