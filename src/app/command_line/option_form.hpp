// SPDX-License-Identifier: MIT
// How the value of an option is written: text → value → text, the same on the command line, in a configuration file and
// in --print-config.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/library/gram.hpp"

namespace shoal::app {

template <class Value>
struct OptionForm {
  // Errors: config, saying what was expected. Who calls it adds the option's name.
  std::function<Value(std::string const& text)> parse;
  std::function<std::string(Value const& value)> print;  // what `parse` reads; empty for "nothing was said"
  // The option may be given several times, and every word is an item of the value, a list.
  bool repeats = false;
};

// A half-open window as the user wrote it; a stop of -1 is the end of the sequence where an option says so.
struct Window {
  std::int64_t start = 0;
  std::int64_t stop = 0;
};

// The pieces of a comma-separated list, trimmed. Errors: config, when one is empty.
std::vector<std::string> parse_list(std::string const& text);

// The form that values of a type have unless a row says otherwise: whole numbers (those of std::uint64_t are not
// negative), decimal numbers, texts as they are, flags (true or false), lists of numbers "1,10,100", windows "A:B" and
// pairs of windows "A:B,C:D", both of the latter perhaps left empty, and options that repeat.
template <class Value>
OptionForm<Value> usual_form();

template <>
OptionForm<int> usual_form();
template <>
OptionForm<std::int64_t> usual_form();
template <>
OptionForm<std::uint64_t> usual_form();
template <>
OptionForm<double> usual_form();
template <>
OptionForm<bool> usual_form();
template <>
OptionForm<std::string> usual_form();
template <>
OptionForm<std::vector<std::string>> usual_form();  // one word per occurrence
template <>
OptionForm<std::vector<double>> usual_form();
template <>
OptionForm<std::vector<std::int64_t>> usual_form();
template <>
OptionForm<Window> usual_form();
template <>
OptionForm<std::optional<Window>> usual_form();
template <>
OptionForm<std::optional<std::pair<kernels::RowRange, kernels::RowRange>>> usual_form();

// Texts between commas; `nothing` stands for a list without any.
OptionForm<std::vector<std::string>> comma_list(std::string const& nothing = "");

// Names and what they stand for: parsing and printing of the app's own choices, and their listing in messages.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// Errors: config, "choose A, B or C".
[[noreturn]] void refuse_choice(std::vector<std::string> const& names);

template <class Value>
OptionForm<Value> one_of(Choices<Value> const& choices) {
  return {.parse =
              [choices](std::string const& text) {
                std::vector<std::string> names;
                for (auto const& [name, value] : choices) {
                  if (name == text) return value;
                  names.push_back(name);
                }
                refuse_choice(names);
              },
          .print =
              [choices](Value const& value) {
                for (auto const& [name, known] : choices) {
                  if (known == value) return name;
                }
                return std::string();
              }};
}

// A type whose own module reads and prints it: `parse` takes a text, to_string(value) is found beside the type.
template <class Value>
OptionForm<Value> named(Value (*parse)(std::string_view)) {
  return {.parse = [parse](std::string const& text) { return parse(text); },
          .print = [](Value const& value) { return std::string(to_string(value)); }};
}

}  // namespace shoal::app
