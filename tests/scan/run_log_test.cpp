// SPDX-License-Identifier: MIT
#include "scan/run_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/data.hpp"

namespace shoal::scan {
namespace {

TEST(JsonLine, KeepsOrderAndEscapes) {
  JsonLine line;
  line.add("path", std::string("a\"b\\c\n")).add("ranks", std::int64_t{4}).add("seconds", 0.25);
  EXPECT_EQ(line.text(), R"({"path": "a\"b\\c\u000a", "ranks": 4, "seconds": 0.25})");
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

TEST(RunLog, ALogThatCannotBeWrittenIsNoError) {
  EXPECT_NO_THROW(append_run_log("/nonexistent/folder/x.h5", JsonLine().add("run", std::int64_t{1})));
}

}  // namespace
}  // namespace shoal::scan
