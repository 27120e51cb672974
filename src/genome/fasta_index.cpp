// SPDX-License-Identifier: MIT
#include "genome/fasta_index.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/codes.hpp"
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
    fail(ErrorCode::input, fmt::format("{}: {} bases in {} bytes per line cannot be: {}", where, entry.line_bases,
                                       entry.line_bytes, rebuild));
  }
  return entry;
}

std::uint64_t little_endian(char const* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

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

void FastaIndexBuilder::add(std::string_view line, std::int64_t begin, std::int64_t end,
                            std::function<std::string()> const& where) {
  if (line.starts_with('>')) {
    add_header(line, end, where);
  } else if (!index_.contigs.empty()) {
    add_bases(line, end - begin, where);
  } else if (!line.empty()) {
    fail(ErrorCode::input, fmt::format("{}: {} comes before the first FASTA header ('>')", where(), quoted(line)));
  }
}

void FastaIndexBuilder::add_header(std::string_view line, std::int64_t end, std::function<std::string()> const& where) {
  ContigEntry entry;
  entry.name = line.substr(1, line.find_first_of(" \t\v\f") - 1);
  entry.offset = end;
  contig_ended_ = false;
  if (entry.name.empty()) {
    fail(ErrorCode::input, fmt::format("{}: the header {} has no name directly after '>'", where(), quoted(line)));
  }
  if (!index_.by_name.emplace(entry.name, index_.contigs.size()).second) {
    fail(ErrorCode::input, fmt::format("{}: a second contig is called {}", where(), quoted(entry.name)));
  }
  index_.contigs.push_back(std::move(entry));
}

void FastaIndexBuilder::add_bases(std::string_view line, std::int64_t bytes,
                                  std::function<std::string()> const& where) {
  ContigEntry& entry = index_.contigs.back();
  auto const bases = static_cast<std::int64_t>(line.size());
  if (bases > 0 && (contig_ended_ || (entry.length > 0 && bases > entry.line_bases))) {
    fail(ErrorCode::input,
         fmt::format("{}: the lines of contig {} differ in length: all but its last must have the same "
                     "(`samtools faidx` asks for it too)",
                     where(), quoted(entry.name)));
  }
  auto const strange = std::find_if_not(line.begin(), line.end(), is_sequence_character);
  if (strange != line.end()) {
    fail(ErrorCode::input, fmt::format("{}: {} in {} is not a letter of a sequence", where(),
                                       quoted(std::string_view(&*strange, 1)), quoted(line)));
  }
  if (entry.length == 0) {
    entry.line_bases = bases;
    entry.line_bytes = bytes;
  }
  contig_ended_ = bases == 0 || bases != entry.line_bases || bytes != entry.line_bytes;
  entry.length += bases;
}

}  // namespace shoal::genome
