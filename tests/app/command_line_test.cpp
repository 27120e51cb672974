// SPDX-License-Identifier: MIT
#include "app/command_line/command_line.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal::app {
namespace {

using testing::HasSubstr;

struct Settings {
  double rate = 0.1;
  std::vector<std::string> models;
  bool resume = false;
  std::string store;

  CommandTable table() {
    CommandTable table{.name = "try", .summary = "A test.", .positional = "store", .options = {}};
    table.options.section("all");
    table.options.add<double>({
        .name = "rate",
        .target = &rate,
        .comment = "How often.",
        .check = [](double const& value) { return value > 1 ? "more than 1" : ""; },
    });
    table.options.add<std::vector<std::string>>({.name = "model", .target = &models, .example = "net.h5"});
    table.options.add<bool>({.name = "resume", .target = &resume});
    table.options.add<std::string>({.name = "store", .target = &store, .example = "a.h5"});
    return table;
  }
};

std::string message_of(std::vector<std::string> const& words) {
  Settings settings;
  try {
    parse_command_line(settings.table(), words);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "no error";
}

std::string written(test::TemporaryFolder const& folder, std::string const& text) {
  std::string const path = folder.file("run.ini");
  std::ofstream(path) << text;
  return path;
}

TEST(CommandLine, WinsOverTheFileWhichWinsOverTheDefault) {
  test::TemporaryFolder const folder;
  std::string const file = written(folder, "rate = 0.2\nmodel = a\nmodel = b\nresume = true\n");
  Settings from_file;
  EXPECT_FALSE(parse_command_line(from_file.table(), {"--config", file}));
  EXPECT_EQ(from_file.rate, 0.2);
  EXPECT_THAT(from_file.models, testing::ElementsAre("a", "b"));
  EXPECT_TRUE(from_file.resume);
  Settings from_words;
  parse_command_line(from_words.table(), {"--config", file, "--rate", "0.3", "--model", "c", "x.h5"});
  EXPECT_EQ(from_words.rate, 0.3);
  EXPECT_THAT(from_words.models, testing::ElementsAre("c"));
  EXPECT_EQ(from_words.store, "x.h5");
}

TEST(CommandLine, SectionsAreHeadingsOnly) {
  test::TemporaryFolder const folder;
  Settings settings;
  parse_command_line(settings.table(), {"--config", written(folder, "[library]\nrate = 0.25\n")});
  EXPECT_EQ(settings.rate, 0.25);
}

TEST(CommandLine, UnknownNamesAreErrors) {
  test::TemporaryFolder const folder;
  EXPECT_THAT(message_of({"--rat", "0.1"}), HasSubstr("'--rat'"));
  EXPECT_THAT(message_of({"--config", written(folder, "rote = 1\n")}), HasSubstr("run.ini:1: unknown key 'rote'"));
  EXPECT_THAT(message_of({"--config", folder.file("none.ini")}), HasSubstr("cannot read"));
  EXPECT_THAT(message_of({"a.h5", "b.h5"}), HasSubstr("positional"));
}

TEST(CommandLine, WrongAndMissingValuesNameTheOption) {
  EXPECT_THAT(message_of({"--rate", "fast"}), HasSubstr("--rate"));
  EXPECT_THAT(message_of({"--rate"}), HasSubstr("--rate"));
  EXPECT_THAT(message_of({"--rate", "0.1", "--rate", "0.2"}), HasSubstr("--rate"));
}

TEST(CommandLine, ErrorsOfTheFileNameTheLine) {
  test::TemporaryFolder const folder;
  auto const message = [&](std::string const& text) { return message_of({"--config", written(folder, text)}); };
  EXPECT_THAT(message("[a]\nrate = fast\n"), HasSubstr("run.ini:2: "));
  EXPECT_THAT(message("rate = 0.1\n\nrate = 0.2\n"), HasSubstr("run.ini:3: "));
  EXPECT_THAT(message("# rate\nrate 0.1\n"), HasSubstr("run.ini:2: 'rate 0.1' is neither"));
  EXPECT_THAT(message("[a\n"), HasSubstr("run.ini:1: "));
  EXPECT_THAT(message("[a]\nb.rote = 1\n"), HasSubstr("run.ini:2: unknown key 'a.b.rote'"));
  EXPECT_THAT(message(std::string("\0rate", 5)), HasSubstr("a text file?"));
  EXPECT_THAT(message_of({"--config", folder.file(".")}), HasSubstr("folder"));
}

// Boost's messages would replace these placeholders for ever.
TEST(CommandLine, PlaceholdersOfMessagesAreRefused) {
  test::TemporaryFolder const folder;
  EXPECT_THAT(message_of({"--rate", "%value%"}), HasSubstr("command line: '%value%' holds"));
  EXPECT_THAT(message_of({"--%canonical_option%"}), HasSubstr("command line"));
  EXPECT_THAT(message_of({"--config", written(folder, "\nrate = a%value%\n")}),
              HasSubstr("run.ini:2: 'a%value%' holds"));
}

TEST(CommandLine, FilesOfOtherSystemsAndCommentsAreRead) {
  test::TemporaryFolder const folder;
  Settings settings;
  std::string const text = "\xEF\xBB\xBFrate = 0.25  # comment\r\nstore = a#1.h5\r\n";
  parse_command_line(settings.table(), {"--config", written(folder, text)});
  EXPECT_EQ(settings.rate, 0.25);
  EXPECT_EQ(settings.store, "a#1.h5");
}

TEST(CommandLine, PrintedConfigurationReadsBackToItself) {
  test::TemporaryFolder const folder;
  Settings settings;
  auto const text =
      parse_command_line(settings.table(), {"--rate", "0.3", "--model", "c", "--model", "d", "--print-config"});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text,
              HasSubstr("\n[all]\n# How often.\nrate = 0.3\nmodel = c\nmodel = d\nresume = false\n# store = a.h5\n"));
  Settings again;
  auto const same = parse_command_line(again.table(), {"--config", written(folder, *text), "--print-config"});
  EXPECT_EQ(same, text);
}

TEST(CommandLine, TheDefaultIsWhatTheTargetHolds) {
  Settings settings;
  settings.rate = 0.75;
  auto const text = parse_command_line(settings.table(), {"--print-config"});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("rate = 0.75\n# model = net.h5\n"));
}

TEST(CommandLine, ChecksNameTheOptionAndTheLine) {
  test::TemporaryFolder const folder;
  EXPECT_EQ(message_of({"--rate", "2"}), "--rate 2: more than 1");
  EXPECT_EQ(message_of({"--rate", "x"}), "--rate 'x': 'x' is not a number");
  std::string const file = written(folder, "\nrate = 2\n");
  EXPECT_EQ(message_of({"--config", file}), file + ":2: --rate 2: more than 1");
}

TEST(CommandLine, HelpNamesEveryOptionOfAShortTable) {
  Settings settings;
  auto const text = parse_command_line(settings.table(), {"--help"});
  ASSERT_TRUE(text);
  for (char const* option :
       {"\nAll:\n", "--rate (=0.1)", "--model", "--resume", "\nHelp:\n", "--config FILE", "--print-config"})
    EXPECT_THAT(*text, HasSubstr(option));
}

// 20 options, of which the first is common.
CommandTable long_table(std::vector<int>& values) {
  CommandTable table{.name = "long", .summary = "Many.", .positional = {}, .options = {}};
  values.resize(20);
  table.options.section("few");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == 10) table.options.section("more");
    table.options.add<int>({.name = "option-" + std::to_string(i),
                            .target = &values[i],
                            .value = "N",
                            .help = "number " + std::to_string(i) + std::string(i == 0 ? 90 : 0, '-') + " of them",
                            .is_common = i == 0});
  }
  return table;
}

TEST(CommandLine, HelpOfALongTableHasTheCommonOptions) {
  std::vector<int> values;
  auto const text = parse_command_line(long_table(values), {"--help"});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("\nFew:\n  --option-0 N (=0)"));
  EXPECT_THAT(*text, HasSubstr("common ones of 20 options: shoal long --help-all"));
  EXPECT_THAT(*text, testing::Not(HasSubstr("--option-1 ")));
  auto const all = parse_command_line(long_table(values), {"--help-all"});
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, HasSubstr("\nMore:\n  --option-10 N (=0)"));
  std::istringstream lines(*all);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130U) << line;
}

TEST(CommandLine, ShellsGetEveryNameAndManGetsAPage) {
  std::vector<int> values;
  auto const names = parse_command_line(long_table(values), {"--help-names"});
  ASSERT_TRUE(names);
  EXPECT_EQ(std::count(names->begin(), names->end(), '\n'), 20 + 6);
  EXPECT_THAT(*names, testing::StartsWith("--option-0\n--option-1\n"));
  auto const page = parse_command_line(long_table(values), {"--help-man"});
  ASSERT_TRUE(page);
  EXPECT_THAT(*page, testing::StartsWith(".TH SHOAL-LONG 1"));
  EXPECT_THAT(*page, HasSubstr(".SS More\n.TP\n.B \\-\\-option\\-10 N (=0)\nnumber 10 of them\n"));
}

TEST(CommandLine, UnknownNamesAreCompared) {
  EXPECT_THAT(message_of({"--rat", "0.2"}), HasSubstr("--rat'; did you mean --rate? (see: shoal try --help-all)"));
  EXPECT_THAT(message_of({"--zebra", "0.2"}), testing::Not(HasSubstr("did you mean")));
  test::TemporaryFolder const folder;
  EXPECT_THAT(message_of({"--config", written(folder, "modle = a\n")}), HasSubstr("'modle'; did you mean --model?"));
}

}  // namespace
}  // namespace shoal::app
