// SPDX-License-Identifier: MIT
#include "app/command_line/command_line.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <sstream>
#include <string_view>

#include "app/command_line/config_file.hpp"
#include "app/command_line/help.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

// Boost.Program_options 1.74 makes messages by replacing its placeholders again and again, until none is left: a text
// that holds one of them would never end. Errors: config, naming where the text stands.
void expect_no_placeholder(std::string_view text, std::string const& where) {
  constexpr std::array<std::string_view, 5> placeholders = {"%value%", "%canonical_option%", "%original_token%",
                                                            "%option%", "%prefix%"};
  for (std::string_view const placeholder : placeholders) {
    if (text.find(placeholder) == std::string_view::npos) continue;
    fail(ErrorCode::config,
         fmt::format("{}: {} holds {}, which no option or value may", where, shoal::quoted(text), placeholder));
  }
}

// What to say about a name that no option has: what became of it, or which one may be meant.
std::string advice(CommandTable const& table, std::string_view name, po::options_description const& all) {
  bool const is_old = (name == "lambda" || name == "--lambda") && all.find_nothrow("layer", false) != nullptr;
  if (is_old) return "; what a Keras layer computes is said with --layer NAME=OP, penalties with --lambdas";
  return suggestion(table, name);
}

void store_words(CommandTable const& table, po::options_description const& all, std::vector<std::string> const& words,
                 po::variables_map& values) {
  for (std::string const& word : words) expect_no_placeholder(word, "command line");
  po::positional_options_description positional;
  if (!table.positional.empty()) positional.add(table.positional.c_str(), 1);
  // Abbreviated option names are not guessed: a scan's meaning must not change when an option is added.
  auto const style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  po::store(po::command_line_parser(words).options(all).positional(positional).style(style).run(), values);
}

// Errors: config, naming file and line, for a value that its option does not take.
void check_entry(std::string const& path, ConfigEntry const& entry, po::options_description const& all) {
  try {
    boost::any ignored;
    all.find(entry.key, false).semantic()->parse(ignored, {entry.value}, true);
  } catch (Error const& error) {
    throw error.with_context(fmt::format("{}:{}", path, entry.line));
  }
}

void store_file(CommandTable const& table, std::string const& path, po::options_description const& all,
                po::variables_map& values) {
  std::vector<ConfigEntry> const entries = read_config_file(path);
  po::parsed_options parsed(&all);
  for (ConfigEntry const& entry : entries) {
    expect_no_placeholder(entry.value, fmt::format("{}:{}", path, entry.line));
    auto const& common = options_of_every_command();
    bool const is_of_words =
        std::any_of(common.begin(), common.end(), [&](Option const& option) { return option.name == entry.key; });
    if (is_of_words || all.find_nothrow(entry.key, false) == nullptr) {
      fail(ErrorCode::config,
           fmt::format("{}:{}: unknown key '{}'{}", path, entry.line, entry.written, advice(table, entry.key, all)));
    }
    check_entry(path, entry, all);
    parsed.options.emplace_back(entry.key, std::vector<std::string>{entry.value});
  }
  try {
    po::store(parsed, values);
  } catch (po::error_with_option_name const& error) {
    // The last line of the option: the one that is too many where it stands twice.
    std::string const key = error.get_option_name().substr(error.get_option_name().find_first_not_of('-'));
    auto const found =
        std::find_if(entries.rbegin(), entries.rend(), [&](ConfigEntry const& entry) { return entry.key == key; });
    std::string const line = found == entries.rend() ? "" : fmt::format(":{}", found->line);
    fail(ErrorCode::config, fmt::format("{}{}: {}", path, line, error.what()));
  }
}

// What a preset sets, where neither the command line nor the file has said anything.
void store_preset(CommandTable const& table, po::options_description const& all, po::variables_map& values) {
  if (table.preset == nullptr) return;
  auto const name = values["preset"].as<std::string>();
  if (name.empty()) return;
  std::istringstream text(table.preset(name));
  // Of a preset's options a command takes those that it has.
  constexpr bool allow_unregistered = true;
  po::store(po::parse_config_file(text, all, allow_unregistered), values);
}

// A comment, a line of at most `width` characters after the other.
std::string comment_lines(std::string const& comment) {
  constexpr std::size_t width = 118;
  std::string text;
  std::string line;
  for (std::string_view const word : split(comment, ' ')) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      text += fmt::format("# {}\n", line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) text += fmt::format("# {}\n", line);
  return text;
}

// An option's lines; one that has no value stands behind a #, with an example.
std::string option_lines(Option const& option, boost::any const& value) {
  std::string text = comment_lines(option.comment);
  bool has_value = false;
  for (std::string const& line : option.lines(value)) {
    if (line.empty() && option.usual.empty() && !option.repeats) continue;
    text += fmt::format("{} = {}\n", option.name, line);
    has_value = true;
  }
  if (!has_value) text += fmt::format("# {} = {}\n", option.name, option.example);
  return text;
}

// The resolved run as a file that --config reads.
std::string resolved_text(CommandTable const& table, po::variables_map const& values) {
  std::string text = fmt::format(
      "# shoal {}: every option, with its value in this run; those behind a # have none.\n#\n#   shoal {} --config "
      "FILE\n#\n# The command line wins over the file. Sections are headings only. Unknown keys are errors.\n",
      table.name, table.name);
  std::string section;
  for (Option const& option : table.options.options()) {
    if (option.section != section) text += fmt::format("\n[{}]\n", option.section);
    section = option.section;
    text += option_lines(option, values[option.name].value());
  }
  return text;
}

// The text that an option of every command asks for, or nothing.
std::optional<std::string> asked_help(CommandTable const& table, po::variables_map const& values) {
  if (values.count("help-all") > 0) return help_text(table, true);
  if (values.count("help") > 0) return help_text(table, false);
  if (values.count("help-man") > 0) return manual_page(table);
  if (values.count("help-names") > 0) return option_names(table);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> parse_command_line(CommandTable const& table, std::vector<std::string> const& words) {
  po::options_description common;
  std::string config;
  for (Option const& option : options_of_every_command()) {
    po::value_semantic* const semantic =
        option.value.empty() ? static_cast<po::value_semantic*>(new po::untyped_value(true)) : po::value(&config);
    common.add_options()(option.name.c_str(), semantic, "");
  }
  po::options_description all;
  all.add(table.options.description()).add(common);
  try {
    po::variables_map values;
    store_words(table, all, words, values);
    if (auto text = asked_help(table, values)) return text;
    if (values.count("config") > 0) store_file(table, values["config"].as<std::string>(), all, values);
    store_preset(table, all, values);
    po::notify(values);
    if (values.count("print-config") > 0) return resolved_text(table, values);
  } catch (po::unknown_option const& error) {
    fail(ErrorCode::config, fmt::format("{}{} (see: shoal {} --help-all)", error.what(),
                                        advice(table, error.get_option_name(), all), table.name));
  } catch (po::error const& error) {
    fail(ErrorCode::config, fmt::format("{} (see: shoal {} --help)", error.what(), table.name));
  }
  return std::nullopt;
}

}  // namespace shoal::app
