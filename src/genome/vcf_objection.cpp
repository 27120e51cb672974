// SPDX-License-Identifier: MIT
#include "genome/vcf_objection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace shoal::genome {

namespace {

constexpr std::array<char const*, 8> names = {"CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"};
constexpr std::size_t pos = 1;
constexpr std::size_t alt = 4;
constexpr std::size_t qual = 5;

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return parse_real(text).has_value();
}

}  // namespace

std::string vcf_objection(std::string_view line) {
  if (trim(line).empty()) return "the line is blank";
  std::string_view rest = line;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const tab = rest.find('\t');
    if (tab == std::string_view::npos && i + 1 < names.size()) {
      return fmt::format("{} has {} column(s), but VCF has {} or more, separated by tabs", quoted(line), i + 1,
                         names.size());
    }
    std::string_view const column = rest.substr(0, tab);
    if (column.empty()) return fmt::format("{} (column {}) is empty: a missing value is '.'", names[i], i + 1);
    if (i == pos && parse_integer(column).value_or(-1) < 0) {
      return fmt::format("POS (column 2) {} is not a whole number from 0", quoted(column));
    }
    if (i == alt && (column.front() == ',' || column.back() == ',' || column.find(",,") != std::string_view::npos)) {
      return fmt::format("ALT (column 5) {} has an empty allele", quoted(column));
    }
    if (i == qual && column != "." && !is_number(column)) {
      return fmt::format("QUAL (column 6) {} is neither a number nor '.'", quoted(column));
    }
    rest.remove_prefix(tab == std::string_view::npos ? rest.size() : tab + 1);
  }
  return "";
}

std::string vcf_refusal(std::string_view line, std::size_t header_columns) {
  std::size_t const columns = split(line, '\t').size();
  if (columns != header_columns) {
    return fmt::format("{} has {} columns, but the #CHROM line has {}", quoted(line), columns, header_columns);
  }
  return fmt::format("{} holds a contig's name, a field or a value that VCF does not allow", quoted(line));
}

}  // namespace shoal::genome
