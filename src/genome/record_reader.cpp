// SPDX-License-Identifier: MIT
#include "genome/record_reader.hpp"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::genome {

namespace {

// A quoted field with more bytes than this has lost its end.
constexpr std::size_t longest_field = std::size_t{1} << 20;

// The separator that a header has, outside quotes.
char separator_of(std::string_view line) {
  std::size_t commas = 0;
  std::size_t semicolons = 0;
  bool in_quotes = false;
  bool begins_field = true;
  char previous = '\0';
  for (char const character : line) {
    bool const is_doubled = previous == '"';
    previous = character;
    if (character == '"' && (in_quotes || begins_field || is_doubled)) in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (character == '\t') return '\t';
    commas += character == ',' ? 1 : 0;
    semicolons += character == ';' ? 1 : 0;
    begins_field = character == ',' || character == ';' || (begins_field && character == ' ');
  }
  return semicolons > commas ? ';' : ',';
}

bool is_blank(char character, char separator) {
  return character != separator && trim(std::string_view(&character, 1)).empty();
}

}  // namespace

RecordReader::RecordReader(std::string path) : path_(std::move(path)), lines_(path_) {}

std::string RecordReader::where() const {
  return fmt::format("{}:{}", path_, line_);
}

// "sep=;" and the like, only before the first record.
bool RecordReader::take_separator_line() {
  constexpr std::string_view key = "sep=";
  std::string_view const line = text_;
  if (separator_ != '\0' || !line.starts_with(key) || line.size() != key.size() + 1) return false;
  char const named = line.back();
  if (named != ',' && named != ';' && named != '\t') {
    fail(ErrorCode::input, fmt::format("{}: the separator {} is not known; use a tab, comma or semicolon", where(),
                                       quoted(line.substr(key.size()))));
  }
  separator_ = named;
  return true;
}

bool RecordReader::begin_record() {
  while (lines_.next(text_)) {
    line_ = lines_.line_number();
    bool const is_comment = !text_.empty() && text_.front() == '#';
    if (trim(text_).empty() || is_comment || take_separator_line()) continue;
    if (separator_ == '\0') separator_ = separator_of(text_);
    return true;
  }
  return false;
}

bool RecordReader::next(std::vector<std::string>& fields) {
  fields.clear();
  if (!begin_record()) return false;
  for (std::size_t at = 0;; ++at) {
    fields.push_back(field_at(at, fields.size() + 1));
    if (at == text_.size()) break;
  }
  if (lines_.line_number() != line_) {
    if (long_records_++ == 0) first_long_record_ = line_;
  }
  return true;
}

// Leaves `at` on the separator after the field, or at the record's end.
std::string RecordReader::field_at(std::size_t& at, std::size_t number) {
  std::size_t start = at;
  while (start < text_.size() && is_blank(text_[start], separator_)) ++start;
  if (start < text_.size() && text_[start] == '"') {
    at = start + 1;
    return quoted_field_at(at, number);
  }
  std::size_t const end = std::min(text_.find(separator_, at), text_.size());
  std::string field(trim(std::string_view(text_).substr(at, end - at)));
  at = end;
  return field;
}

// Starts after the opening quote; reads further lines if the field continues there.
std::string RecordReader::quoted_field_at(std::size_t& at, std::size_t number) {
  std::string field;
  while (true) {
    std::size_t const quote = std::min(text_.find('"', at), text_.size());
    field.append(text_, at, quote - at);
    at = quote + 1;
    if (quote == text_.size()) {
      if (field.size() > longest_field || !lines_.next(text_)) {
        fail(ErrorCode::input,
             fmt::format("{}: the quote that opens field {} has no end: close it, or double it at both ends if it is "
                         "part of the text",
                         where(), number));
      }
      field += '\n';
      at = 0;
    } else if (at < text_.size() && text_[at] == '"') {
      field += '"';
      ++at;
    } else {
      break;
    }
  }
  while (at < text_.size() && is_blank(text_[at], separator_)) ++at;
  if (at < text_.size() && text_[at] != separator_) {
    fail(ErrorCode::input,
         fmt::format("{}: field {} goes on after its closing quote with {}: double a quote that is part of a quoted "
                     "field",
                     where(), number, quoted(std::string_view(text_).substr(at), 20)));
  }
  return field;
}

}  // namespace shoal::genome
