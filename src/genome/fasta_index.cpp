// SPDX-License-Identifier: MIT
#include "genome/fasta_index.hpp"

#include <fmt/core.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/line_reader.hpp"

namespace shoal::genome {

namespace {

constexpr char const* rebuild = "remove it or make it again with `samtools faidx`";
// Keeps every sum of offsets far from overflow.
constexpr std::int64_t largest_offset = std::int64_t{1} << 52;

std::int64_t parse_field(std::string_view text, std::int64_t largest, std::string const& where) {
  auto const value = parse_integer(text);
  if (!value || *value < 0 || *value > largest) {
    fail(ErrorCode::input,
         fmt::format("{}: {} is no length or offset of a FASTA index: {}", where, quoted(text), rebuild));
  }
  return *value;
}

ContigEntry parse_entry(std::string const& line, std::string const& where) {
  auto const columns = split(line, '\t');
  if (columns.size() != 5 || columns[0].empty()) {
    fail(ErrorCode::input, fmt::format("{}: {} is not a line of a FASTA index (name, length, offset, bases and bytes "
                                       "a line): {}",
                                       where, quoted(line), rebuild));
  }
  ContigEntry entry;
  entry.name = columns[0];
  entry.length = parse_field(columns[1], largest_offset, where);
  entry.offset = parse_field(columns[2], largest_offset, where);
  entry.line_bases = parse_field(columns[3], std::numeric_limits<std::int64_t>::max(), where);
  entry.line_bytes = parse_field(columns[4], std::numeric_limits<std::int64_t>::max(), where);
  bool const impossible = entry.line_bytes < entry.line_bases || entry.line_bytes > entry.line_bases + 2 ||
                          (entry.line_bases == 0 && entry.length > 0);
  if (impossible) {
    fail(ErrorCode::input, fmt::format("{}: {} bases in {} bytes a line cannot be: {}", where, entry.line_bases,
                                       entry.line_bytes, rebuild));
  }
  return entry;
}

std::uint64_t little_endian(char const* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

// What is wrong with one line of a FASTA, given what its contig's lines were like so far.
class LayoutChecker {
 public:
  // Empty when nothing is.
  std::string check(std::string const& line) {
    if (line.starts_with('>')) return check_header(line);
    if (!in_contig_) {
      return trim(line).empty() ? "" : fmt::format("{} comes before the first header ('>')", quoted(line));
    }
    if (ended_ && !line.empty()) return "a line follows one of another length in the same contig";
    auto const width = line.size();
    if (width_ == 0) width_ = width;
    ended_ = width != width_ || width == 0;
    if (width > width_) return fmt::format("{} bases in a contig of {} bases a line", width, width_);
    return "";
  }

 private:
  std::string check_header(std::string const& line) {
    in_contig_ = true;
    ended_ = false;
    width_ = 0;
    auto const name = line.substr(1, line.find_first_of(" \t") - 1);
    if (name.empty()) return "a header without a name";
    return names_.insert(name).second ? "" : fmt::format("a second contig is called {}", quoted(name));
  }

  bool in_contig_ = false;
  bool ended_ = false;
  std::size_t width_ = 0;
  std::unordered_set<std::string> names_;
};

}  // namespace

FastaIndex read_fasta_index(std::string const& path) {
  LineReader lines(path);
  FastaIndex index;
  std::string line;
  while (lines.next(line)) {
    auto entry = parse_entry(line, lines.where());
    if (!index.by_name.emplace(entry.name, index.contigs.size()).second) {
      fail(ErrorCode::input, fmt::format("{}: a second contig is called {}", lines.where(), quoted(entry.name)));
    }
    index.contigs.push_back(std::move(entry));
  }
  return index;
}

void check_block_index(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string const bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) fail(ErrorCode::input, fmt::format("{}: cannot be read", path));
  // A count, then pairs of compressed and uncompressed block offsets, 64-bit little endian.
  bool const whole = bytes.size() >= 8 && bytes.size() % 16 == 8 && little_endian(bytes.data()) == bytes.size() / 16;
  if (!whole) fail(ErrorCode::input, fmt::format("{}: not a whole bgzip index (.gzi): {}", path, rebuild));
  std::array<std::uint64_t, 2> before = {0, 0};
  for (std::size_t at = 8; at < bytes.size(); at += 16) {
    std::array<std::uint64_t, 2> const pair = {little_endian(bytes.data() + at), little_endian(bytes.data() + at + 8)};
    if (pair[0] < before[0] || pair[1] < before[1] || pair[1] > static_cast<std::uint64_t>(largest_offset)) {
      fail(ErrorCode::input, fmt::format("{}: block offsets of the bgzip index do not ascend: {}", path, rebuild));
    }
    before = pair;
  }
}

std::string find_layout_defect(std::string const& path) {
  LineReader lines(path);
  LayoutChecker checker;
  std::string line;
  while (lines.next(line)) {
    auto const defect = checker.check(line);
    if (!defect.empty()) return fmt::format("{}: {}", lines.where(), defect);
  }
  return fmt::format("{}: not a FASTA file that can be indexed", path);
}

}  // namespace shoal::genome
