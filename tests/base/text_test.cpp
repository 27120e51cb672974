// SPDX-License-Identifier: MIT
#include "base/text.hpp"

#include <gmock/gmock.h>

namespace shoal {
namespace {

using testing::ElementsAre;

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_THAT(split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(split(",a,", ','), ElementsAre("", "a", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split("one", ','), ElementsAre("one"));
}

TEST(Text, JoinUndoesSplit) {
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({}, ","), "");
}

TEST(Text, TrimTakesWhiteSpaceOfBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, IntegersAreWholeOrNothing) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  for (char const* bad : {"", " 1", "1 ", "1.0", "0x10", "9223372036854775808", "1e3", "-"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(Text, RealsAreWholeOrNothing) {
  EXPECT_EQ(parse_real("0.1"), 0.1);
  EXPECT_EQ(parse_real("-1e-3"), -0.001);
  EXPECT_EQ(parse_real("7"), 7.0);
  for (char const* bad : {"", "1.0x", " 1", "1,5", "1e999", "--1"}) EXPECT_FALSE(parse_real(bad)) << bad;
}

TEST(Text, BytesForReaders) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(1.25e6), "1.2 MB");
  EXPECT_EQ(human_bytes(4e11), "400.0 GB");
  EXPECT_EQ(human_bytes(5e18), "5000.0 PB");
}

TEST(Text, QuotedForeignInputIsShortAndVisible) {
  EXPECT_EQ(quoted("chr1"), "'chr1'");
  EXPECT_EQ(quoted("a\n\x1b[0m"), "'a\\x0a\\x1b[0m'");
  EXPECT_EQ(quoted("abcdef", 3), "'abc…'");
  EXPECT_EQ(quoted("abc", 3), "'abc'");
}

}  // namespace
}  // namespace shoal
