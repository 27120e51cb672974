// SPDX-License-Identifier: MIT
#include "app/options/command_line.hpp"

#include <gmock/gmock.h>

#include <fstream>

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

TEST(CommandLine, HelpNamesEveryOption) {
  Settings settings;
  auto const text = parse_command_line(settings.table(), {"--help"});
  ASSERT_TRUE(text);
  for (char const* option : {"--rate", "--model", "--resume", "--config", "--print-config"})
    EXPECT_THAT(*text, HasSubstr(option));
}

}  // namespace
}  // namespace shoal::app
