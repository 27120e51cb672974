// SPDX-License-Identifier: MIT
#include "app/options/motif_arguments.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "app/command_line/number_row.hpp"
#include "app/options/export_arguments.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

// The command line's parameters of tf-modisco-lite 3.0.0 are the defaults; this is what Shoal does otherwise.
std::string motif_preset(std::string const& name) {
  if (name.empty()) return "";
  if (name == "modisco") {
    return "sliding-window = 20\nmax-seqlets = 20000\nstrongest-first = false\njoin-duplicates = false\nreassign = "
           "false\n";
  }
  fail(ErrorCode::config, fmt::format("--preset {}: choose modisco", shoal::quoted(name)));
}

}  // namespace

void MotifArguments::add_maps(OptionTable& table) {
  constexpr bool is_common = true;
  table.section("maps");
  table.add_text("verb", verb, "VERB", std::string(motif_verbs));
  table.add_text("store", maps.store, "FILE", "the store whose maps are read, or …", is_common);
  table.add_text("model", maps.choice.model, "NAME", "which model of the store; default: the only one");
  table.add_text("task", maps.choice.task, "NAME", "which task; default: the only one");
  table.add_text("method", maps.choice.method, "NAME", "which method; default: the only one");
  table.add<std::string>({
      .name = "gauge",
      .target = &gauge,
      .value = "G",
      .help = "gauge of the store's maps: uniform (each position sums to 0: hypothetical contributions) or another "
              "that shoal export knows",
      .example = "stored",
  });
  table.add(row_range_row(rows));
  table.add_text("one-hot", maps.one_hot, "A.npz", "… sequences [loci, 4, length], with …", is_common);
  table.add_text("contributions", maps.contributions, "B.npz", "… hypothetical contributions [loci, 4, length]",
                 is_common);
  table.add_text("loci", maps.loci, "BED", "names and coordinates of the loci of the archives, a row for each",
                 is_common);
  table.add(number_row("window", maps.window, "L", "only so many central positions; 0: all"));
  table.add_text("control-one-hot", control_one_hot, "A.npz",
                 "sequences without real signal, such as dinucleotide-shuffled loci, with …");
  table.add_text("control-contributions", control_contributions, "B.npz",
                 "… their contributions: seqlets and sites are called at --target-fdr");
}

void MotifArguments::add_match(OptionTable& table) {
  table.section("match");
  table.add<std::vector<std::string>>({
      .name = "query",
      .target = &queries,
      .value = "FILE",
      .help = "motifs to look up: MEME, JASPAR or TRANSFAC; repeatable",
      .example = "patterns.meme",
      .is_common = true,
  });
  table.add<std::vector<std::string>>({
      .name = "database",
      .target = &database,
      .value = "FILE",
      .help = "motifs to compare with: MEME, JASPAR or TRANSFAC; repeatable",
      .example = "JASPAR.meme",
      .is_common = true,
  });
  table.add(
      number_row("max-e", largest_e, "E", "largest E-value (p times the number of targets) of the matches listed"));
  table.add(number_row("score-bins", comparison.score_bins, "N", "whole numbers that scores of a column are cut into"));
  table.add(
      number_row("target-bins", comparison.target_bins, "N",
                 "target columns that round to the same N levels count as one, as memelite does (100); 0: exact"));
  table.add<bool>({
      .name = "both-strands",
      .target = &comparison.both_strands,
      .value = "true|false",
      .help = "also against the reverse complements",
  });
}

void MotifArguments::add_seqlets(OptionTable& table) {
  table.section("seqlets");
  table.add<SeqletCaller>({
      .name = "caller",
      .target = &caller,
      .value = "recursive|windows",
      .help = "recursive: spans all of whose parts are significant (tangermeme); windows: TF-MoDISco's",
      .example = "windows",
      .form = one_of<SeqletCaller>({{"recursive", SeqletCaller::recursive}, {"windows", SeqletCaller::windows}}),
  });
  table.add(number_row("threshold", recursive.threshold, "P", "p-value of recursive seqlets without controls"));
  table.add(number_row("shortest", recursive.shortest, "N", "shortest recursive seqlet"));
  table.add(number_row("longest", recursive.longest, "N", "longest recursive seqlet"));
  table.add(number_row("added-flanks", recursive.flanks, "N", "bases added to both sides of recursive seqlets"));
  table.add(number_row("target-fdr", target_fdr, "F",
                       "false discovery rate of recursive seqlets and of sites, with controls"));
}

void MotifArguments::add_discover(OptionTable& table) {
  motif::DiscoverOptions& all = discover;
  table.section("discover");
  table.add<std::string>({
      .name = "preset",
      .target = &preset,
      .value = "NAME",
      .help = "modisco: the steps and caps of tf-modisco-lite's command line",
      .example = "modisco",
      .is_common = true,
  });
  table.add(number_row("sliding-window", all.windows.window, "W", "window whose sum finds TF-MoDISco's seqlets"));
  table.add(number_row("window-flank", all.windows.flank, "F", "bases added to both sides of it"));
  table.add(number_row("window-fdr", all.windows.target_fdr, "F", "false discovery rate of windows"));
  table.add(number_row("max-seqlets", all.most_seqlets, "N", "seqlets of a sign; 0: all"));
  table.add<bool>({
      .name = "strongest-first",
      .target = &all.strongest_first,
      .value = "true|false",
      .help = "which seqlets --max-seqlets keeps: the strongest, or the first in the order of loci",
  });
  table.add(number_row("least-seqlets", all.least_seqlets, "N", "a sign with no more seqlets gives no patterns"));
  table.add(number_row("neighbours", all.neighbours, "N", "most similar seqlets that each is compared with"));
  table.add(number_row("leiden-runs", all.runs, "N", "clusterings with different seeds, of which the best counts"));
  table.add(number_row("trim", all.trim, "N", "most informative stretch of a pattern"));
  table.add(number_row("flank", all.flank, "N", "bases on both sides of it"));
  table.add(number_row("final-flank", all.final_flank, "N", "bases added to finished patterns"));
  table.add(number_row("least-members", all.least_members, "N", "smallest pattern that is kept"));
  table.add<bool>({
      .name = "join-duplicates",
      .target = &all.join_duplicates,
      .value = "true|false",
      .help = "join patterns whose aligned contributions correlate, which TF-MoDISco's rules keep apart",
  });
  table.add<bool>({
      .name = "reassign",
      .target = &all.reassign,
      .value = "true|false",
      .help = "move every seqlet to the finished pattern that it resembles most",
  });
}

void MotifArguments::add_hits(OptionTable& table) {
  table.section("hits");
  table.add_text("motifs", motifs, "FILE", "the patterns whose sites are looked for: a file of discover or TF-MoDISco",
                 true);
  table.add(number_row("hit-penalty", hits.penalty, "P",
                       "penalty of a site (Fi-NeMo's lambda), and the least similarity of map and motif"));
  table.add(number_row("hit-trim", hits.trim, "SHARE",
                       "ends of motifs whose contributions are below this share of the largest are left out"));
  table.add(number_row("hit-gap", hits.gap, "GAP", "largest duality gap of a locus's fit, per position"));
}

void MotifArguments::add_scan(OptionTable& table) {
  table.section("scan-pwm");
  table.add(number_row("max-p", pwm.largest_p, "P", "largest p-value of the sites that are listed"));
  table.add(number_row("score-bin", pwm.bin, "BITS", "scores are whole numbers of so many bits"));
  table.add(number_row("pseudocount", pwm.pseudocount, "C", "added to every probability of a motif"));
  table.add<std::vector<double>>({
      .name = "background",
      .target = &background,
      .value = "A,C,G,T",
      .help = "shares of the bases where there is no motif; they are divided by their sum",
      .example = "0.3,0.2,0.2,0.3",
  });
}

void MotifArguments::add_result(OptionTable& table) {
  table.section("result");
  table.add<int>({
      .name = "threads",
      .target = &threads,
      .value = "N",
      .help = "threads of a rank; 0: its share of the cores (SLURM_CPUS_PER_TASK where set)",
      .check = not_negative<int>,
      .is_common = true,
  });
  table.add<std::string>({
      .name = "output",
      .target = &output,
      .value = "FILE",
      .help = "table of scores of filters, matches, seqlets or sites (default: standard output), or HDF5 file of "
              "patterns",
      .example = "motifs.h5",
      .is_common = true,
  });
  constexpr bool is_common = true;
  table.add_text("output-meme", output_meme, "FILE", "filters or patterns as MEME motifs", is_common);
  table.add_text("output-bed", output_bed, "FILE", "seqlets of patterns, or sites, as BED", is_common);
  table.add_text("output-table", output_table, "FILE", "filters or patterns as TSV", is_common);
  table.add_text("output-loci", output_loci, "FILE", "of hits: a line per locus, with what its sites explain");
  table.add<bool>({
      .name = "overwrite",
      .target = &overwrite,
      .help = "replace existing files",
  });
}

CommandTable MotifArguments::table() {
  CommandTable table{.name = "motifs",
                     .summary =
                         "Motifs in maps. shoal motifs VERB:\n"
                         "  filters    what the first layers of networks learned\n"
                         "  match      compare motifs with a database (Tomtom)\n"
                         "  seqlets    find the stretches that contribute\n"
                         "  discover   find the patterns that recur among them (TF-MoDISco)\n"
                         "  hits       find the sites of patterns in every locus (Fi-NeMo)\n"
                         "  scan-pwm   find the sites of a database's motifs in sequences (FIMO)\n"
                         "  confirm    what networks make of sites (CREME); options: shoal motifs confirm --help",
                     .positional = "verb",
                     .options = {},
                     .preset = motif_preset};
  add_maps(table.options);
  add_filters(table.options);
  add_match(table.options);
  add_seqlets(table.options);
  add_discover(table.options);
  add_hits(table.options);
  add_scan(table.options);
  add_result(table.options);
  return table;
}

motif::MapSource MotifArguments::source() const {
  motif::MapSource made = maps;
  made.choice.gauge = exports::parse_export_gauge(gauge);
  if (rows) made.rows.range = std::pair{rows->start, rows->stop};
  return made;
}

motif::MapSource MotifArguments::control_source() const {
  motif::MapSource made;
  made.one_hot = control_one_hot;
  made.contributions = control_contributions;
  made.window = maps.window;
  return made;
}

motif::PwmOptions MotifArguments::pwm_options() const {
  motif::PwmOptions options = pwm;
  options.both_strands = comparison.both_strands;
  double sum = 0;
  for (double const share : background) sum += share;
  if (background.size() != 4 || !(sum > 0)) fail(ErrorCode::config, "--background: give four shares, of A, C, G and T");
  for (std::size_t base = 0; base < 4; ++base) options.background[base] = background[base] / sum;
  return options;
}

void MotifArguments::check_results() const {
  for (std::string const& file : {output, output_meme, output_bed, output_table, output_loci}) {
    if (!file.empty() && !overwrite && std::filesystem::exists(file)) {
      fail(ErrorCode::config, fmt::format("{} exists: give --overwrite to replace it", file));
    }
  }
}

int MotifArguments::thread_count(mpi::Communicator const& node) const {
  RunArguments run;
  run.threads = threads;
  return run.thread_count(node);
}

}  // namespace shoal::app
