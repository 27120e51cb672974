// SPDX-License-Identifier: MIT
#include "genome/sequence_reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
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

SequenceReader::SequenceReader(std::string path, std::string const* bytes)
    : path_(path), lines_(std::move(path), bytes) {}

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
  if (header_.empty()) {
    judge_letters();
    return std::nullopt;
  }

  SequenceRecord record;
  record.line = lines_.line_number();
  std::string const header_place = lines_.where();
  record.name = name_of(std::exchange(header_, {}), header_place);
  while (header_.empty() && lines_.next(line)) {
    if (line.starts_with('>')) {
      header_ = line;
    } else {
      append_bases(record.sequence, trim(line), path_, lines_.line_number());
      letters_.add(trim(line),
                   [&] { return fmt::format("the record {}, line {}", quoted(record.name), lines_.line_number()); });
    }
  }
  if (record.sequence.empty()) {
    fail(ErrorCode::input, fmt::format("{}: the record {} has no sequence", header_place, quoted(record.name)));
  }
  bases_ += static_cast<std::int64_t>(record.sequence.size());
  unknown_ += std::count(record.sequence.begin(), record.sequence.end(), kernels::code_n);
  return record;
}

void SequenceReader::judge_letters() {
  if (std::exchange(is_judged_, true)) return;
  letters_.refuse_foreign(path_);
  letters_.report(path_);
  if (unknown_ > bases_ / 2) {
    log(LogLevel::warning, fmt::format("{}: {} of {} letters are N, or codes of several bases that are read as N",
                                       path_, unknown_, bases_));
  }
}

}  // namespace shoal::genome
