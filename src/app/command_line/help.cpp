// SPDX-License-Identifier: MIT
#include "app/command_line/help.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

constexpr std::size_t name_width = 28;  // of the column of names
constexpr std::size_t line_width = 110;
constexpr std::size_t few_options = 16;  // a table with no more shows all of them

// "--mutants N (=20000)".
std::string form_of(Option const& option) {
  std::string text = "--" + option.name;
  if (!option.value.empty()) text += " " + option.value;
  if (!option.usual.empty() && !option.is_flag) text += fmt::format(" (={})", option.usual);
  return text;
}

// `text` in lines of at most `width` characters.
std::vector<std::string> wrapped(std::string const& text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::string_view const word : split(text, ' ')) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::string help_lines(Option const& option) {
  std::string text = "  " + form_of(option);
  std::string const indent(name_width + 2, ' ');
  bool is_first = text.size() < indent.size();
  if (!is_first) text += '\n';
  for (std::string const& line : wrapped(option.help, line_width - indent.size())) {
    text += is_first ? std::string(indent.size() - text.size(), ' ') + line : indent + line;
    text += '\n';
    is_first = false;
  }
  return text;
}

char upper_case(char letter) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
}

std::string upper_case(std::string text) {
  for (char& letter : text) letter = upper_case(letter);
  return text;
}

std::string heading(std::string const& section) {
  std::string text = section.empty() ? "options" : section;
  text[0] = upper_case(text[0]);
  return text;
}

// The options with a heading before each section; `all` or the common ones.
std::string sections(std::vector<Option> const& options, bool all) {
  std::string text;
  std::string section;
  bool is_first = true;
  for (Option const& option : options) {
    if (!all && !option.is_common) continue;
    if (is_first || option.section != section) text += fmt::format("\n{}:\n", heading(option.section));
    is_first = false;
    section = option.section;
    text += help_lines(option);
  }
  return text;
}

// man(7) reads a dash as a hyphen, and a line that begins with a dot or an apostrophe as a macro.
std::string roff(std::string const& text) {
  std::string escaped;
  for (char const letter : text) {
    if (letter == '\\' || letter == '-') escaped += '\\';
    escaped += letter == '\n' ? ' ' : letter;
  }
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

Option option_of_every_command(std::string name, std::string value, std::string help) {
  return {.section = "help",
          .name = std::move(name),
          .value = std::move(value),
          .help = std::move(help),
          .comment = {},
          .example = {},
          .key = {},
          .is_common = true,
          .usual = {},
          .lines = {}};
}

}  // namespace

std::vector<Option> const& options_of_every_command() {
  static std::vector<Option> const options = {
      option_of_every_command("config", "FILE", "options from an INI file; the command line wins"),
      option_of_every_command("print-config", "", "print the resolved run as such a file and stop"),
      option_of_every_command("help", "", "print the options that most runs need, and stop"),
      option_of_every_command("help-all", "", "print every option and stop"),
      option_of_every_command("help-man", "", "print a manual page, for man -l, and stop"),
      option_of_every_command("help-names", "", "print the names of all options, for shells, and stop")};
  return options;
}

std::string help_text(CommandTable const& table, bool all) {
  auto const& options = table.options.options();
  bool const has_common =
      std::any_of(options.begin(), options.end(), [](Option const& option) { return option.is_common; });
  all = all || !has_common || options.size() <= few_options;
  std::string const word = table.positional.empty() ? "" : fmt::format(" {}", table.positional);
  std::string text = fmt::format("shoal {}{} [options]\n{}\n", table.name, word, table.summary);
  text += sections(options, all) + sections(options_of_every_command(), true);
  if (!all) {
    text += fmt::format("\nThese are the common ones of {} options: shoal {} --help-all lists every one.\n",
                        options.size(), table.name);
  }
  return text;
}

std::string manual_page(CommandTable const& table) {
  std::string page = table.name;  // a verb's page is called as its command and itself
  std::ranges::replace(page, ' ', '-');
  std::string text = fmt::format(
      ".TH {0} 1 \"\" \"shoal {1}\" \"Shoal\"\n.SH NAME\nshoal\\-{4} \\- {3}\n.SH SYNOPSIS\n"
      ".B shoal {2}\n[options]\n.SH OPTIONS\n",
      upper_case("shoal-" + page), SHOAL_VERSION, table.name, roff(table.summary), page);
  for (auto const* options : {&table.options.options(), &options_of_every_command()}) {
    std::string section;
    for (Option const& option : *options) {
      if (option.section != section) text += fmt::format(".SS {}\n", heading(option.section));
      section = option.section;
      text += fmt::format(".TP\n.B {}\n{}\n", roff(form_of(option)),
                          roff(option.comment.empty() ? option.help : option.comment));
    }
  }
  return text;
}

std::string option_names(CommandTable const& table) {
  std::string text;
  for (auto const* options : {&table.options.options(), &options_of_every_command()}) {
    for (Option const& option : *options) text += fmt::format("--{}\n", option.name);
  }
  return text;
}

std::string suggestion(CommandTable const& table, std::string_view name) {
  std::vector<std::string> names;
  for (auto const* options : {&table.options.options(), &options_of_every_command()}) {
    for (Option const& option : *options) names.push_back(option.name);
  }
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  auto const near = nearest(name, names);
  return near ? fmt::format("; did you mean --{}?", *near) : "";
}

}  // namespace shoal::app
