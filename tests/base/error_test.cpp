// SPDX-License-Identifier: MIT
#include "base/error.hpp"

#include <gmock/gmock.h>

namespace shoal {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Error, ExitStatuses) {
  EXPECT_EQ(exit_status(ErrorCode::config), 2);
  EXPECT_EQ(exit_status(ErrorCode::not_built), 2);
  EXPECT_EQ(exit_status(ErrorCode::input), 3);
  EXPECT_EQ(exit_status(ErrorCode::output), 5);
  for (ErrorCode code : {ErrorCode::mpi, ErrorCode::cuda, ErrorCode::numeric, ErrorCode::internal}) {
    EXPECT_EQ(exit_status(code), 70);
  }
  EXPECT_EQ(exit_done, 0);
  EXPECT_EQ(exit_failed_loci, 4);
  EXPECT_EQ(exit_resumable, 75);
}

TEST(Error, CarriesCodeTextAndPlace) {
  try {
    fail(ErrorCode::input, "no such record");
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    EXPECT_STREQ(error.what(), "no such record");
    EXPECT_THAT(error.where(), StartsWith("error_test.cpp:"));
  }
}

TEST(Error, ContextGoesInFrontAndKeepsCodeAndPlace) {
  Error const error(ErrorCode::numeric, "singular");
  Error const wider = error.with_context("while fitting chr2:100-349 (+)");
  EXPECT_STREQ(wider.what(), "while fitting chr2:100-349 (+): singular");
  EXPECT_EQ(wider.code(), ErrorCode::numeric);
  EXPECT_EQ(wider.where(), error.where());
}

TEST(Error, ExpectThrowsOnlyWhenBroken) {
  EXPECT_NO_THROW(expect(true, "fine"));
  try {
    expect(false, "broken");
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_THAT(error.what(), HasSubstr("broken"));
  }
}

}  // namespace
}  // namespace shoal
