// SPDX-License-Identifier: MIT
#include "scan/run_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal::scan {
namespace {

TEST(JsonLine, KeepsOrderAndEscapes) {
  JsonLine line;
  line.add("path", std::string("a\"b\\c\n")).add("ranks", std::int64_t{4}).add("seconds", 0.25);
  EXPECT_EQ(line.text(), R"({"path": "a\"b\\c\n", "ranks": 4, "seconds": 0.25})");
}

TEST(JsonLine, TextsComeBackAndStayJson) {
  JsonLine line;
  line.add("controls", std::string("\t\x01\"\\"))
      .add("letters", std::string("\u00b5"))
      .add("broken", std::string("a\xff"));
  auto const fields = read_fields(line.text());
  EXPECT_EQ(fields.at("controls"), "\t\x01\"\\");
  EXPECT_EQ(fields.at("letters"), "\u00b5");
  EXPECT_EQ(fields.at("broken"), "a\xef\xbf\xbd");  // U+FFFD for what is no UTF-8
}

TEST(RunLog, EveryRunAppendsOneLine) {
  test::TemporaryFolder const folder;
  for (std::int64_t run = 0; run < 2; ++run) append_run_log(folder.file("x.h5"), JsonLine().add("run", run));
  std::ifstream file(folder.file("x.h5.run.jsonl"));
  std::string first;
  std::string second;
  std::getline(file, first);
  std::getline(file, second);
  EXPECT_EQ(first, R"({"run": 0})");
  EXPECT_EQ(second, R"({"run": 1})");
}

TEST(RunLog, FieldsOfALineComeBack) {
  JsonLine line;
  line.add("hosts", std::string("n1,\"n2\"")).add("ranks", std::int64_t{4}).add("wall_seconds", 0.25);
  line.add_json("locus_seconds", "[[0.5, 3], [1, 2]]");
  auto const fields = read_fields(line.text());
  EXPECT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields.at("hosts"), "n1,\"n2\"");
  EXPECT_EQ(fields.at("ranks"), "4");
  EXPECT_EQ(fields.at("wall_seconds"), "0.25");
  EXPECT_EQ(fields.at("locus_seconds"), "[[0.5,3],[1,2]]");
  EXPECT_TRUE(read_fields("{}").empty());
  for (char const* wrong : {"", "{", "{\"a\"}", "{\"a\": 1", "[1]", "7", "{\"a\": 1 \"b\": 2}", "{\"a: 1}"}) {
    EXPECT_THROW(read_fields(wrong), Error) << wrong;
  }
}

TEST(RunLog, TheLastRunIsRead) {
  test::TemporaryFolder const folder;
  for (std::int64_t run = 0; run < 3; ++run) append_run_log(folder.file("x.h5"), JsonLine().add("run", run));
  EXPECT_EQ(read_last_run(folder.file("x.h5.run.jsonl")).at("run"), "2");
  EXPECT_THROW(read_last_run(folder.file("none.jsonl")), Error);
}

TEST(RunLog, ALogThatCannotBeWrittenIsNoError) {
  EXPECT_NO_THROW(append_run_log("/nonexistent/folder/x.h5", JsonLine().add("run", std::int64_t{1})));
}

}  // namespace
}  // namespace shoal::scan
