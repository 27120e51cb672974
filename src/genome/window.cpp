// SPDX-License-Identifier: MIT
#include "genome/window.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/codes.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::genome {

namespace {

[[noreturn]] void fail_unknown_contig(std::string const& contig, GenomeFile& genome, std::string const& where) {
  constexpr std::size_t shown_contigs = 5;
  auto const names = genome.contigs();
  std::vector<std::string> shown;
  for (auto const& name : names) {
    if (shown.size() < shown_contigs) shown.push_back(quoted(name));
  }
  std::string const twin = contig.starts_with("chr") ? contig.substr(3) : "chr" + contig;
  bool const has_twin = std::find(names.begin(), names.end(), twin) != names.end();
  fail(ErrorCode::input,
       fmt::format("{}: contig {} is not in the genome {}, which has {}{}{}", where, quoted(contig), genome.path(),
                   join(shown, ", "),
                   names.size() > shown.size() ? fmt::format(" and {} more", names.size() - shown.size()) : "",
                   has_twin ? fmt::format(": the genome calls it {}, write contigs as it does", quoted(twin)) : ""));
}

}  // namespace

Locus place_window(BedRow const& row, GenomeFile& genome, LociOptions const& options, std::string const& where) {
  std::int64_t const contig_length = genome.length(row.contig);
  if (contig_length < 0) fail_unknown_contig(row.contig, genome, where);

  Locus locus{row.contig, row.start, row.end, row.strand, row.name, ""};
  if (options.length > 0) {
    std::int64_t const anchor = options.anchor == Anchor::summit ? row.start + row.summit : (row.start + row.end) / 2;
    locus.start = anchor - options.length / 2;
    locus.end = locus.start + options.length;
  }
  if (locus.start == locus.end) {
    fail(ErrorCode::input,
         fmt::format("{}: the row has no bases (start and end are {}): give --length to take a window "
                     "around it",
                     where, row.start));
  }
  std::string const window = fmt::format("{}:{}-{}", locus.contig, locus.start, locus.end);
  if (locus.end - locus.start > contig_length) {
    fail(ErrorCode::input, fmt::format("{}: the window {} of {} bases is longer than its contig of {}", where, window,
                                       locus.end - locus.start, contig_length));
  }
  if (locus.end <= 0 || locus.start >= contig_length) {
    fail(ErrorCode::input, fmt::format("{}: the window {} lies outside its contig of {} bases: are the loci of another "
                                       "assembly?",
                                       where, window, contig_length));
  }
  if (options.edge == EdgePolicy::skip && (locus.start < 0 || locus.end > contig_length)) {
    locus.skip_reason =
        fmt::format("the window {} reaches over the edge of its contig of {} bases", window, contig_length);
  }
  if (locus.name.empty()) locus.name = window;
  return locus;
}

Codes read_window(Locus const& locus, GenomeFile& genome) {
  std::int64_t const start = std::max<std::int64_t>(locus.start, 0);
  std::int64_t const end = std::min(locus.end, genome.length(locus.contig));
  Codes sequence(static_cast<std::size_t>(locus.end - locus.start), kernels::code_n);
  std::string const letters = genome.fetch(locus.contig, start, end);
  std::transform(letters.begin(), letters.end(), sequence.begin() + (start - locus.start), to_code);
  if (locus.strand == '-') reverse_complement(sequence);
  return sequence;
}

}  // namespace shoal::genome
