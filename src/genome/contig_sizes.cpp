// SPDX-License-Identifier: MIT
#include "genome/contig_sizes.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/contig_names.hpp"
#include "genome/genome_file.hpp"
#include "genome/line_reader.hpp"

namespace shoal::genome {

namespace {

// The most contigs that a hint names.
constexpr std::size_t named_contigs = 5;

}  // namespace

ContigSizes read_contig_sizes(std::string const& path) {
  ContigSizes sizes;
  LineReader lines(path);
  std::string line;
  while (lines.next(line)) {
    if (trim(line).empty() || line.front() == '#') continue;
    std::replace(line.begin(), line.end(), '\t', ' ');
    std::vector<std::string_view> columns;
    for (auto const piece : split(line, ' ')) {
      if (!piece.empty()) columns.push_back(piece);
    }
    auto const length = columns.size() < 2 ? std::nullopt : parse_integer(columns[1]);
    if (!length || *length <= 0) {
      fail(ErrorCode::input,
           fmt::format("{}: {} is not a contig's name and its length in bases", lines.where(), quoted(line)));
    }
    if (!sizes.emplace(columns[0], *length).second) {
      fail(ErrorCode::input, fmt::format("{}: the contig {} was there before", lines.where(), quoted(columns[0])));
    }
  }
  return sizes;
}

ContigSizes genome_contig_sizes(std::string const& path) {
  GenomeFile genome(path);
  ContigSizes sizes;
  for (std::string const& contig : genome.contigs()) sizes.emplace(contig, genome.length(contig));
  return sizes;
}

std::string contig_hint(std::string const& contig, std::vector<std::string> const& known) {
  auto const other = std::find_if(known.begin(), known.end(),
                                  [&](std::string const& name) { return contig_key(name) == contig_key(contig); });
  if (other != known.end()) {
    return fmt::format("; it is called {} there: the files name contigs differently", quoted(*other));
  }
  if (known.empty()) return "";
  std::vector<std::string> const first(
      known.begin(), known.begin() + static_cast<std::ptrdiff_t>(std::min(named_contigs, known.size())));
  return fmt::format("; the names there are {}{}", join(first, ", "), known.size() > named_contigs ? ", …" : "");
}

}  // namespace shoal::genome
