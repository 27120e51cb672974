// SPDX-License-Identifier: MIT
#include "genome/decimal_text.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace shoal::genome {

namespace {

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// "1,234" and "-12,345" may have commas between thousands; "0,123", "1,23" and "1234,567" may not.
bool may_part_thousands(std::string_view number, std::size_t comma) {
  std::size_t const first = number.front() == '-' ? 1 : 0;
  std::size_t const before = comma - first;
  return before >= 1 && before <= 3 && number[first] != '0' && number.size() - comma == 4 &&
         std::all_of(number.end() - 3, number.end(), is_digit);
}

}  // namespace

void DecimalText::keep_first(std::string_view text, std::int64_t line, Example& example) {
  if (example.line == 0) example = {std::string(text), line};
}

std::optional<double> DecimalText::read(std::string_view text, std::int64_t line) {
  std::string number(text);
  if (number.size() > 1 && number[0] == '+' && number[1] != '-' && number[1] != '+') number.erase(0, 1);
  std::size_t const comma = number.find(',');
  if (commas_ && comma != std::string::npos) {
    if (!may_part_thousands(number, comma)) is_certain_ = true;
    keep_first(text, line, comma_);
    number[comma] = '.';
  } else if (number.find('.') != std::string::npos) {
    keep_first(text, line, point_);
  }
  return parse_real(number);
}

std::string DecimalText::objection() const {
  if (comma_.line == 0) return "";
  if (point_.line != 0) {
    return fmt::format("{} in line {} has a decimal comma, {} in line {} a decimal point: write all numbers in one way",
                       quoted(comma_.text), comma_.line, quoted(point_.text), point_.line);
  }
  if (is_certain_) return "";
  return fmt::format("commas may be decimal or part thousands, as in {} in line {}: write decimal points",
                     quoted(comma_.text), comma_.line);
}

}  // namespace shoal::genome
