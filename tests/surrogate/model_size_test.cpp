// SPDX-License-Identifier: MIT
#include "surrogate/model_size.hpp"

#include <gmock/gmock.h>

namespace shoal::surrogate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::int64_t effects(Interactions interactions, std::vector<std::int64_t> const& letters, std::int64_t distance = 0) {
  return effects_of_model({interactions, distance, std::nullopt}, letters);
}

TEST(ModelSize, CountsLettersButOneAndTheirProducts) {
  std::vector<std::int64_t> const all(249, 4);
  EXPECT_EQ(effects(Interactions::additive, all), 747);
  EXPECT_EQ(effects(Interactions::neighbour, all), 747 + 9 * 248);
  EXPECT_EQ(effects(Interactions::pairwise, all), 747 + 9 * 249 * 248 / 2);
  // Two letters, four letters, one letter and none at all.
  std::vector<std::int64_t> const some{2, 4, 1, 0};
  EXPECT_EQ(effects(Interactions::additive, some), 4);
  EXPECT_EQ(effects(Interactions::pairwise, some), 4 + 3);
  EXPECT_EQ(effects(Interactions::pairwise, {4, 1, 4}, 1), 6);
  EXPECT_EQ(effects(Interactions::pairwise, {4, 1, 4}, 2), 15);
}

TEST(ModelSize, WarnsWhereRowsAreFewer) {
  std::vector<std::int64_t> const letters(249, 4);
  auto const warning = [&](char const* name, std::int64_t rows) {
    return small_library_warning(parse_surrogate(name), {}, letters, rows, "mutants");
  };
  EXPECT_THAT(warning("additive-ge", 50), HasSubstr("additive-ge: 50 mutants are fitted for 747 effects"));
  EXPECT_THAT(warning("additive-ridge", 746), Not(IsEmpty()));
  EXPECT_THAT(warning("additive-ridge", 747), IsEmpty());
  EXPECT_THAT(warning("pairwise-ridge", 20000), HasSubstr("--pair-distance"));
  // Few effects are chosen.
  EXPECT_THAT(warning("additive-lime", 50), IsEmpty());
  EXPECT_THAT(warning("additive-lasso", 50), IsEmpty());
}

}  // namespace
}  // namespace shoal::surrogate
