// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "base/text.hpp"
#include "motif/files/motif_lines.hpp"

namespace shoal::motif {

namespace {

class TransfacReader {
 public:
  explicit TransfacReader(MotifLines& lines) : lines_(lines) {}

  std::vector<Motif> read() {
    while (lines_.next()) {
      auto const words = words_of(lines_.line());
      if (words.empty()) continue;
      if (words[0] == "//") {
        finish();
      } else {
        field(words);
      }
    }
    finish();
    return motifs_.take(lines_);
  }

 private:
  void field(std::vector<std::string_view> const& words) {
    std::string_view const tag = words[0];
    if (tag == "VV") return;
    if (motif_.line == 0) motif_.line = lines_.number();
    bool const in_matrix = is_matrix_ && parse_integer(tag).has_value();
    if (in_matrix) return row(words);
    if (tag == "AC" || tag == "ID" || tag == "NA") {
      if (words.size() < 2) lines_.refuse(fmt::format("{} without a name", tag));
      (tag == "AC" ? accession_ : tag == "ID" ? identifier_ : factor_) = words[1];
    }
    if (tag == "P0" || tag == "PO") begin_matrix(words);
    if (tag == "XX") is_matrix_ = false;
  }

  void begin_matrix(std::vector<std::string_view> const& words) {
    if (!motif_.columns.empty()) lines_.refuse("a second matrix before //");
    for (std::size_t base = 0; base < 4; ++base) {
      if (words.size() < 5 || words[base + 1] != std::string_view("ACGT").substr(base, 1)) {
        lines_.refuse(fmt::format("{} should name the bases A C G T in this order", words[0]));
      }
    }
    is_matrix_ = true;
  }

  // "01 4 2 3 0 N": number of the column, four counts, perhaps the consensus.
  void row(std::vector<std::string_view> const& words) {
    if (words.size() != 5 && words.size() != 6) {
      lines_.refuse(
          fmt::format("a column is its number, 4 counts and perhaps a letter, and here are {} words", words.size()));
    }
    if (*parse_integer(words[0]) != static_cast<std::int64_t>(motif_.columns.size()) + 1) {
      lines_.refuse(fmt::format("column {} stands where column {} should", words[0], motif_.columns.size() + 1));
    }
    if (motif_.columns.size() == most_columns) {
      lines_.refuse(fmt::format("a motif has more than {} columns", most_columns));
    }
    Column column{};
    for (std::size_t base = 0; base < 4; ++base) column[base] = lines_.number_of(words[base + 1]);
    motif_.columns.push_back(column);
  }

  // A file may begin with an entry of remarks, which has no name and no matrix.
  void finish() {
    bool const is_named = !accession_.empty() || !identifier_.empty() || !factor_.empty();
    if (is_named || !motif_.columns.empty()) {
      motif_.name = !accession_.empty() ? accession_ : !identifier_.empty() ? identifier_ : factor_;
      if (motif_.name.empty()) lines_.refuse_at(motif_.line, "a matrix without AC, ID or NA");
      motif_.alternate = !factor_.empty() ? factor_ : identifier_;
      if (motif_.alternate == motif_.name) motif_.alternate.clear();
      motifs_.add(lines_, std::move(motif_), true);
    }
    motif_ = {};
    accession_ = identifier_ = factor_ = {};
    is_matrix_ = false;
  }

  MotifLines& lines_;
  Motif motif_;
  std::string accession_;
  std::string identifier_;
  std::string factor_;
  bool is_matrix_ = false;
  MotifCollection motifs_;
};

}  // namespace

MotifFile read_transfac(MotifLines& lines) {
  MotifFile file;
  file.format = MotifFormat::transfac;
  file.motifs = TransfacReader(lines).read();
  return file;
}

}  // namespace shoal::motif
