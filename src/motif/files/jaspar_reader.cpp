// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "base/text.hpp"
#include "motif/files/motif_lines.hpp"

namespace shoal::motif {

namespace {

// The counts of one base: "A [ 1 2 3 ]", "A 1 2 3" or "1 2 3".
std::vector<double> counts_of(MotifLines const& lines, std::size_t base) {
  std::string text = lines.line();
  for (char& letter : text) {
    if (letter == '[' || letter == ']') letter = ' ';
  }
  auto words = words_of(text);
  std::string_view const letter = std::string_view("ACGT").substr(base, 1);
  if (!words.empty() && !parse_real(words[0])) {
    bool const is_base =
        words[0] == letter || words[0] == fmt::format("{}:", letter) || words[0] == fmt::format("{}|", letter);
    if (!is_base) lines.refuse(fmt::format("{} stands where the counts of {} should", quoted(words[0]), letter));
    words.erase(words.begin());
  }
  std::vector<double> counts;
  for (std::string_view const word : words) counts.push_back(lines.number_of(word));
  return counts;
}

Motif motif_of(MotifLines& lines) {
  Motif motif;
  motif.line = lines.number();
  std::string const header = lines.line();
  auto const words = words_of(std::string_view(header).substr(header.find('>') + 1));
  if (words.empty()) lines.refuse("> without a name");
  motif.name = words[0];
  if (words.size() > 1) motif.alternate = words[1];
  for (std::size_t base = 0; base < 4;) {
    if (!lines.next()) lines.refuse(fmt::format("motif {} ends before its four rows", quoted(motif.name)));
    if (words_of(lines.line()).empty()) continue;
    std::vector<double> const counts = counts_of(lines, base);
    if (base == 0) motif.columns.resize(counts.size());
    if (counts.size() != motif.columns.size()) {
      lines.refuse(fmt::format("this row has {} counts, and the first has {}", counts.size(), motif.columns.size()));
    }
    for (std::size_t i = 0; i < counts.size(); ++i) motif.columns[i][base] = counts[i];
    ++base;
  }
  return motif;
}

}  // namespace

MotifFile read_jaspar(MotifLines& lines) {
  MotifCollection motifs;
  while (lines.next()) {
    auto const words = words_of(lines.line());
    if (words.empty()) continue;
    if (!words[0].starts_with('>')) {
      lines.refuse(fmt::format("{} is neither a > line nor one of four rows of counts", quoted(lines.line())));
    }
    motifs.add(lines, motif_of(lines), true);
  }
  MotifFile file;
  file.format = MotifFormat::jaspar;
  file.motifs = motifs.take(lines);
  return file;
}

}  // namespace shoal::motif
