// SPDX-License-Identifier: MIT
#include "genome/sequence_reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/codes.hpp"

namespace shoal::genome {

namespace {

std::string name_of(std::string const& header, std::string const& where) {
  auto const text = std::string_view(header).substr(1);
  auto const name = text.substr(0, text.find_first_of(" \t\r\v\f"));
  if (name.empty()) {
    fail(ErrorCode::input, fmt::format("{}: the header {} has no name directly after '>'", where, quoted(header)));
  }
  return std::string(name);
}

void append_bases(Codes& sequence, std::string_view text, std::string_view path, std::int64_t line) {
  std::size_t const before = sequence.size();
  sequence.resize(before + text.size());
  std::transform(text.begin(), text.end(), sequence.begin() + static_cast<std::ptrdiff_t>(before), to_code);
  auto const strange = std::find_if_not(text.begin(), text.end(), is_sequence_character);
  if (strange != text.end()) {
    fail(ErrorCode::input, fmt::format("{}:{}: {} in {} is not a letter of a sequence", path, line,
                                       quoted(std::string_view(&*strange, 1)), quoted(text)));
  }
}

}  // namespace

SequenceReader::SequenceReader(std::string path) : path_(path), lines_(std::move(path)) {}

std::optional<SequenceRecord> SequenceReader::next() {
  std::string line;
  while (header_.empty() && lines_.next(line)) {
    if (trim(line).empty()) continue;
    if (line.front() != '>') {
      fail(ErrorCode::input,
           fmt::format("{}: {} is not a FASTA header: a record begins with '>'", lines_.where(), quoted(line)));
    }
    header_ = line;
  }
  if (header_.empty()) return std::nullopt;

  SequenceRecord record;
  record.line = lines_.line_number();
  std::string const header_place = lines_.where();
  record.name = name_of(std::exchange(header_, {}), header_place);
  while (header_.empty() && lines_.next(line)) {
    if (line.starts_with('>')) {
      header_ = line;
    } else {
      append_bases(record.sequence, trim(line), path_, lines_.line_number());
    }
  }
  if (record.sequence.empty()) {
    fail(ErrorCode::input, fmt::format("{}: the record {} has no sequence", header_place, quoted(record.name)));
  }
  return record;
}

}  // namespace shoal::genome
