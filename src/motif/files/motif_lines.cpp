// SPDX-License-Identifier: MIT
#include "motif/files/motif_lines.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::motif {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view spaces = " \t\r\v\f";
  for (std::size_t begin = line.find_first_not_of(spaces); begin != std::string_view::npos;) {
    std::size_t const end = std::min(line.find_first_of(spaces, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(spaces, end);
  }
  return words;
}

bool MotifLines::next() {
  if (held_) {
    held_ = false;
    return true;
  }
  return lines_.next(line_);
}

void MotifLines::refuse_at(std::int64_t line, std::string_view text) const {
  fail(ErrorCode::input, fmt::format("{}:{}: {}", path_, line, text));
}

void MotifLines::refuse(std::string_view text) const {
  refuse_at(number(), text);
}

double MotifLines::number_of(std::string_view word) const {
  auto const value = parse_real(word);
  if (!value || !std::isfinite(*value)) refuse(fmt::format("{} is no number", quoted(word)));
  if (*value < 0) refuse(fmt::format("{} is negative", quoted(word)));
  return *value;
}

void MotifCollection::add(MotifLines const& lines, Motif motif, bool are_counts) {
  std::string const called = fmt::format("motif {}", quoted(motif.name));
  if (motif.columns.empty()) lines.refuse_at(motif.line, called + " has no columns");
  if (motif.columns.size() > most_columns) {
    lines.refuse_at(motif.line, fmt::format("{} has more than {} columns", called, most_columns));
  }
  auto const [place, is_new] = line_of_name_.emplace(motif.name, motif.line);
  if (!is_new) lines.refuse_at(motif.line, fmt::format("{} was given before, in line {}", called, place->second));
  for (std::size_t i = 0; i < motif.columns.size(); ++i) {
    Column& column = motif.columns[i];
    double const sum = column[0] + column[1] + column[2] + column[3];
    if (!(sum > 0) || !std::isfinite(sum)) {
      lines.refuse_at(motif.line, fmt::format("column {} of {} sums to {}", i + 1, called, sum));
    }
    if (!are_counts && std::abs(sum - 1) > 0.01) {
      lines.refuse_at(motif.line, fmt::format("column {} of {} sums to {:.6g} and not to 1", i + 1, called, sum));
    }
    if (are_counts) motif.sites = std::max(motif.sites, sum);
    for (double& share : column) share /= sum;
  }
  motifs_.push_back(std::move(motif));
}

std::vector<Motif> MotifCollection::take(MotifLines const& lines) {
  if (motifs_.empty()) fail(ErrorCode::input, fmt::format("{} has no motifs", lines.path()));
  return std::move(motifs_);
}

MotifFile read_motifs(std::string const& path, std::string const* bytes) {
  MotifLines lines(path, bytes);
  while (lines.next()) {
    auto const words = words_of(lines.line());
    if (words.empty()) continue;
    std::string_view const first = words[0];
    lines.again();
    if (first == "MEME") return read_meme(lines);
    if (first.starts_with('>')) return read_jaspar(lines);
    for (std::string_view const tag : {"VV", "AC", "ID", "NA", "XX", "DE", "BF", "P0", "PO"}) {
      if (first == tag) return read_transfac(lines);
    }
    lines.refuse(fmt::format("{} begins no motif file: MEME, JASPAR (> lines) and TRANSFAC (AC, ID, P0) are read",
                             quoted(lines.line())));
  }
  fail(ErrorCode::input, fmt::format("{} has no motifs", path));
}

}  // namespace shoal::motif
