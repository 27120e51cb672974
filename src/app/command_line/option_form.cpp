// SPDX-License-Identifier: MIT
#include "app/command_line/option_form.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

std::int64_t parse_whole(std::string const& text, std::int64_t least, std::int64_t most) {
  auto const number = parse_integer(text);
  if (!number) fail(ErrorCode::config, "expected a whole number");
  if (*number < least || *number > most) fail(ErrorCode::config, fmt::format("expected {} to {}", least, most));
  return *number;
}

double parse_number(std::string const& text) {
  auto const number = parse_real(text);
  if (!number) fail(ErrorCode::config, fmt::format("{} is not a number", quoted(text)));
  return *number;
}

// As Boost.Program_options reads flags.
bool parse_flag(std::string const& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  });
  for (char const* yes : {"", "true", "yes", "on", "1"}) {
    if (lower == yes) return true;
  }
  for (char const* no : {"false", "no", "off", "0"}) {
    if (lower == no) return false;
  }
  fail(ErrorCode::config, "expected true or false");
}

Window parse_window(std::string_view text) {
  auto const ends = split(text, ':');
  auto const start = ends.size() == 2 ? parse_integer(trim(ends[0])) : std::nullopt;
  auto const stop = ends.size() == 2 ? parse_integer(trim(ends[1])) : std::nullopt;
  if (!start || !stop) fail(ErrorCode::config, "expected A:B");
  return {*start, *stop};
}

std::string print_window(Window const& window) {
  return fmt::format("{}:{}", window.start, window.stop);
}

kernels::RowRange parse_range(std::string_view text) {
  Window const window = parse_window(text);
  if (window.start < 0 || window.stop <= window.start) {
    fail(ErrorCode::config, "expected two half-open windows A:B,C:D");
  }
  return {window.start, window.stop};
}

}  // namespace

std::vector<std::string> parse_list(std::string const& text) {
  std::vector<std::string> items;
  for (std::string_view const piece : split(text, ',')) {
    items.emplace_back(trim(piece));
    if (items.back().empty()) fail(ErrorCode::config, "an item is empty");
  }
  return items;
}

template <>
OptionForm<int> usual_form() {
  constexpr int most = std::numeric_limits<int>::max();
  return {.parse = [](std::string const& text) { return static_cast<int>(parse_whole(text, -most, most)); },
          .print = [](int const& value) { return fmt::format("{}", value); }};
}

template <>
OptionForm<std::int64_t> usual_form() {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return {.parse = [](std::string const& text) { return parse_whole(text, -most, most); },
          .print = [](std::int64_t const& value) { return fmt::format("{}", value); }};
}

template <>
OptionForm<std::uint64_t> usual_form() {
  return {.parse =
              [](std::string const& text) {
                auto const number = parse_integer(text);
                if (!number) fail(ErrorCode::config, "expected a whole number");
                if (*number < 0) fail(ErrorCode::config, "must not be negative");
                return static_cast<std::uint64_t>(*number);
              },
          .print = [](std::uint64_t const& value) { return fmt::format("{}", value); }};
}

template <>
OptionForm<double> usual_form() {
  return {.parse = parse_number, .print = [](double const& value) { return fmt::format("{}", value); }};
}

template <>
OptionForm<bool> usual_form() {
  return {.parse = parse_flag, .print = [](bool const& value) { return std::string(value ? "true" : "false"); }};
}

template <>
OptionForm<std::string> usual_form() {
  auto const same = [](std::string const& text) { return text; };
  return {.parse = same, .print = same};
}

template <>
OptionForm<std::vector<std::string>> usual_form() {
  return {.parse = [](std::string const& text) { return std::vector<std::string>{text}; },
          .print = [](std::vector<std::string> const& words) { return join(words, ", "); },
          .repeats = true};
}

template <>
OptionForm<std::vector<double>> usual_form() {
  return {.parse =
              [](std::string const& text) {
                std::vector<double> numbers;
                for (std::string const& item : parse_list(text)) numbers.push_back(parse_number(item));
                return numbers;
              },
          .print = [](std::vector<double> const& numbers) { return fmt::format("{}", fmt::join(numbers, ",")); }};
}

template <>
OptionForm<std::vector<std::int64_t>> usual_form() {
  return {.parse =
              [](std::string const& text) {
                std::vector<std::int64_t> numbers;
                for (std::string const& item : parse_list(text)) {
                  auto const number = parse_integer(item);
                  if (!number) fail(ErrorCode::config, fmt::format("{} is no whole number", quoted(item)));
                  numbers.push_back(*number);
                }
                return numbers;
              },
          .print = [](std::vector<std::int64_t> const& numbers) { return fmt::format("{}", fmt::join(numbers, ",")); }};
}

template <>
OptionForm<Window> usual_form() {
  return {.parse = [](std::string const& text) { return parse_window(text); }, .print = print_window};
}

template <>
OptionForm<std::optional<Window>> usual_form() {
  using Optional = std::optional<Window>;
  return {.parse = [](std::string const& text) { return text.empty() ? Optional() : Optional(parse_window(text)); },
          .print = [](Optional const& window) { return window ? print_window(*window) : std::string(); }};
}

template <>
OptionForm<std::optional<std::pair<kernels::RowRange, kernels::RowRange>>> usual_form() {
  using Pair = std::optional<std::pair<kernels::RowRange, kernels::RowRange>>;
  return {.parse =
              [](std::string const& text) {
                if (text.empty()) return Pair();
                auto const windows = split(text, ',');
                if (windows.size() != 2) fail(ErrorCode::config, "expected two windows A:B,C:D");
                return Pair({parse_range(windows[0]), parse_range(windows[1])});
              },
          .print =
              [](Pair const& pair) {
                if (!pair) return std::string();
                return fmt::format("{}:{},{}:{}", pair->first.begin, pair->first.end, pair->second.begin,
                                   pair->second.end);
              }};
}

OptionForm<std::vector<std::string>> comma_list(std::string const& nothing) {
  return {
      .parse = [nothing](
                   std::string const& text) { return text == nothing ? std::vector<std::string>() : parse_list(text); },
      .print = [nothing](std::vector<std::string> const& items) { return items.empty() ? nothing : join(items, ","); }};
}

void refuse_choice(std::vector<std::string> const& names) {
  std::string choices;
  for (std::size_t i = 0; i < names.size(); ++i) {
    choices += i == 0 ? "" : i + 1 == names.size() ? " or " : ", ";
    choices += names[i];
  }
  fail(ErrorCode::config, "choose " + choices);
}

}  // namespace shoal::app
