// SPDX-License-Identifier: MIT
#include "base/unique_handle.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace shoal {
namespace {

std::vector<int> released;

struct NumberTraits {
  using type = int;
  static int null() { return -1; }
  static void release(int number) { released.push_back(number); }
};
using Number = UniqueHandle<NumberTraits>;

TEST(UniqueHandle, ReleasesOnceAndOnlyWhatItOwns) {
  released.clear();
  {
    Number nothing;
    EXPECT_FALSE(nothing);
    Number one(1);
    Number moved(std::move(one));
    EXPECT_FALSE(one);  // NOLINT: a moved-from handle owns nothing, which is what is tested
    EXPECT_EQ(moved.get(), 1);
    Number two(2);
    two = std::move(moved);
    EXPECT_THAT(released, testing::ElementsAre(2));
    Number given_up(3);
    EXPECT_EQ(given_up.release(), 3);
  }
  EXPECT_THAT(released, testing::ElementsAre(2, 1));
}

}  // namespace
}  // namespace shoal
