// SPDX-License-Identifier: MIT
#include "base/nearest.hpp"

#include <gmock/gmock.h>

namespace shoal {
namespace {

TEST(EditDistance, ByHand) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("mutants", "mutatns"), 1U);  // an exchange
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);           // an exchange is not changed again
  EXPECT_EQ(edit_distance("scan", "scan"), 0U);
}

TEST(Nearest, IsTheOneThatWasMeant) {
  std::vector<std::string> const names = {"mutants", "methods", "model", "output", "output-vcf"};
  EXPECT_EQ(nearest("mutant", names), "mutants");
  EXPECT_EQ(nearest("metods", names), "methods");
  EXPECT_EQ(nearest("ouptut", names), "output");
  EXPECT_EQ(nearest("meth", names), "methods");     // the only one that begins so
  EXPECT_EQ(nearest("outp", names), std::nullopt);  // two begin so
  EXPECT_EQ(nearest("m", names), std::nullopt);
  EXPECT_EQ(nearest("zzzzzz", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
}

}  // namespace
}  // namespace shoal
