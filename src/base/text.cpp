// SPDX-License-Identifier: MIT
#include "base/text.hpp"

#include <fmt/core.h>

#include <array>
#include <cctype>
#include <charconv>

namespace shoal {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, begin)) {
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  auto const begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string join(std::vector<std::string> const& parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}
std::optional<double> parse_real(std::string_view text) {
  return parse_whole<double>(text);
}

std::string human_bytes(double bytes) {
  constexpr std::array<char const*, 5> units = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  std::size_t unit = 0;
  for (bytes /= 1000; bytes >= 1000 && unit + 1 < units.size(); bytes /= 1000) ++unit;
  return fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::string shown = "'";
  for (char const character : text.substr(0, limit)) {
    bool const printable = std::isprint(static_cast<unsigned char>(character)) != 0;
    if (character == '\t') {
      shown += "\\t";
      continue;
    }
    shown += printable ? std::string(1, character) : fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
  }
  return shown + (text.size() > limit ? "…'" : "'");
}

}  // namespace shoal
