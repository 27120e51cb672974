// SPDX-License-Identifier: MIT
// What the readers of all motif formats share: lines with words, refusals by line, and checks of a finished motif.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "genome/line_reader.hpp"
#include "motif/motif_file.hpp"

namespace shoal::motif {

// The most columns that a motif may have: longer ones are no motifs, and work on them would not end.
inline constexpr std::size_t most_columns = 10'000;

// The words of a line: what stands between white space.
std::vector<std::string_view> words_of(std::string_view line);

// A motif file line by line.
class MotifLines {
 public:
  MotifLines(std::string const& path, std::string const* bytes) : lines_(path, bytes), path_(path) {}

  // Moves to the next line; false at the end of the file.
  bool next();
  // The next line is this one again.
  void again() { held_ = true; }
  std::string const& line() const { return line_; }
  std::int64_t number() const { return lines_.line_number(); }
  std::string const& path() const { return path_; }

  // Throws Error(input, "FILE:LINE: TEXT").
  [[noreturn]] void refuse(std::string_view text) const;
  [[noreturn]] void refuse_at(std::int64_t line, std::string_view text) const;
  // A word as a number that is finite and not negative.
  double number_of(std::string_view word) const;

 private:
  genome::LineReader lines_;
  std::string path_;
  std::string line_;
  bool held_ = false;
};

// Takes finished motifs.
class MotifCollection {
 public:
  // Adds a motif of probabilities (each column sums to about 1) or counts. Errors: input.
  void add(MotifLines const& lines, Motif motif, bool are_counts);
  std::vector<Motif> take(MotifLines const& lines);  // errors: input, when there are none

 private:
  std::vector<Motif> motifs_;
  std::unordered_map<std::string, std::int64_t> line_of_name_;
};

// The three readers. The first line with text is the current one.
MotifFile read_meme(MotifLines& lines);
MotifFile read_jaspar(MotifLines& lines);
MotifFile read_transfac(MotifLines& lines);

}  // namespace shoal::motif
