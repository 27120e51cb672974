// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "motif/files/motif_lines.hpp"

namespace shoal::motif {

namespace {

// The value after KEY= in a header line such as "alength= 4 w= 11 nsites= 2000 E= 0".
std::optional<std::string_view> header_value(std::vector<std::string_view> const& words, std::string_view key) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with(key)) continue;
    if (words[i].size() > key.size()) return words[i].substr(key.size());
    if (i + 1 < words.size()) return words[i + 1];
  }
  return std::nullopt;
}

Column column_of(MotifLines const& lines, std::vector<std::string_view> const& words) {
  if (words.size() != 4) lines.refuse(fmt::format("a column has 4 probabilities, and here are {} words", words.size()));
  Column column{};
  for (std::size_t base = 0; base < 4; ++base) column[base] = lines.number_of(words[base]);
  return column;
}

// Rows of numbers up to the first line that is none.
std::vector<Column> matrix_of(MotifLines& lines, std::optional<std::int64_t> width) {
  std::vector<Column> columns;
  while (lines.next()) {
    auto const words = words_of(lines.line());
    if (words.empty() && columns.empty()) continue;
    if (words.empty() || !parse_real(words[0])) {
      lines.again();
      break;
    }
    columns.push_back(column_of(lines, words));
    if (columns.size() > most_columns) lines.refuse(fmt::format("a motif has more than {} columns", most_columns));
    if (width && static_cast<std::int64_t>(columns.size()) == *width) break;
  }
  if (width && static_cast<std::int64_t>(columns.size()) != *width) {
    lines.refuse(fmt::format("the motif has {} columns, and its header says w= {}", columns.size(), *width));
  }
  return columns;
}

void check_alphabet(MotifLines const& lines, std::vector<std::string_view> const& words) {
  std::string_view const letters = words[0].size() > 9 ? words[0].substr(9) : words.size() > 1 ? words[1] : "";
  bool const is_dna = letters == "ACGT" || letters == "\"DNA\"" || letters == "DNA";
  if (!is_dna) lines.refuse(fmt::format("the alphabet is {}; motifs of ACGT are read", quoted(letters)));
}

// "A 0.25 C 0.25 G 0.25 T 0.25", in the lines after the heading.
Column background_of(MotifLines& lines) {
  Column background{};
  std::size_t base = 0;
  while (base < 4 && lines.next()) {
    auto const words = words_of(lines.line());
    if (words.size() % 2 != 0) lines.refuse("background frequencies are pairs of a letter and a number");
    for (std::size_t i = 0; i < words.size() && base < 4; i += 2, ++base) {
      if (words[i] != std::string_view("ACGT").substr(base, 1)) {
        lines.refuse(fmt::format("{} stands where the frequency of {} should", quoted(words[i]), "ACGT"[base]));
      }
      background[base] = lines.number_of(words[i + 1]);
    }
  }
  if (base < 4) lines.refuse("the background frequencies end early");
  double const sum = background[0] + background[1] + background[2] + background[3];
  if (!(sum > 0.98 && sum < 1.02)) lines.refuse(fmt::format("the background frequencies sum to {:.6g}", sum));
  return background;
}

class MemeReader {
 public:
  explicit MemeReader(MotifLines& lines) : lines_(lines) {}

  MotifFile read() {
    MotifFile file;
    while (lines_.next()) {
      auto const words = words_of(lines_.line());
      if (words.empty()) continue;
      if (words[0].starts_with("ALPHABET=")) check_alphabet(lines_, words);
      if (words[0] == "ALPHABET") lines_.refuse("an alphabet of its own; motifs of ACGT are read");
      if (lines_.line().starts_with("Background letter frequencies")) file.background = background_of(lines_);
      if (words[0] == "MOTIF") begin(words);
      if (words[0] == "letter-probability") read_matrix(words);
    }
    finish();
    file.motifs = motifs_.take(lines_);
    return file;
  }

 private:
  void begin(std::vector<std::string_view> const& words) {
    finish();
    if (words.size() < 2) lines_.refuse("MOTIF without a name");
    motif_ = Motif{std::string(words[1]), words.size() > 2 ? std::string(words[2]) : "", {}, 0, lines_.number()};
  }

  void read_matrix(std::vector<std::string_view> const& words) {
    if (!motif_) lines_.refuse("a matrix without a MOTIF line before it");
    if (!motif_->columns.empty()) lines_.refuse(fmt::format("motif {} has two matrices", quoted(motif_->name)));
    auto const letters = header_value(words, "alength=");
    if (letters && *letters != "4") lines_.refuse(fmt::format("alength= {}; motifs of 4 bases are read", *letters));
    std::optional<std::int64_t> width;
    if (auto const text = header_value(words, "w=")) {
      width = parse_integer(*text);
      if (!width || *width < 1) lines_.refuse(fmt::format("w= {} is no width", quoted(*text)));
    }
    if (auto const text = header_value(words, "nsites=")) motif_->sites = lines_.number_of(*text);
    motif_->columns = matrix_of(lines_, width);
  }

  void finish() {
    if (motif_) motifs_.add(lines_, std::move(*motif_), false);
    motif_.reset();
  }

  MotifLines& lines_;
  std::optional<Motif> motif_;
  MotifCollection motifs_;
};

}  // namespace

MotifFile read_meme(MotifLines& lines) {
  MotifFile file = MemeReader(lines).read();
  file.format = MotifFormat::meme;
  return file;
}

}  // namespace shoal::motif
