// SPDX-License-Identifier: MIT
#include "scan/schedule/progress.hpp"

#include <gtest/gtest.h>

namespace shoal::scan {
namespace {

TEST(ProgressText, SaysDoneOfTotalRateAndTimeLeft) {
  EXPECT_EQ(progress_text(25, 100, 0, 10.0), "25 of 100 loci (25.0 %), 2.5 loci/s, 30 s left");
}

TEST(ProgressText, NamesFailuresOnlyWhenThereAreSome) {
  EXPECT_EQ(progress_text(100, 100, 3, 50.0), "100 of 100 loci (100.0 %), 2 loci/s, 3 failed");
}

TEST(ProgressText, BeforeTheFirstLocusThereIsNoRate) {
  EXPECT_EQ(progress_text(0, 7, 0, 1.0), "0 of 7 loci (0.0 %)");
}

TEST(ProgressText, NothingToDoIsDone) {
  EXPECT_EQ(progress_text(0, 0, 0, 0.0), "0 of 0 loci (100.0 %)");
}

TEST(ProgressText, LongTimesAreInMinutesAndHours) {
  EXPECT_NE(progress_text(1, 201, 0, 1.0).find("3 min 20 s left"), std::string::npos);
  EXPECT_NE(progress_text(1, 7501, 0, 1.0).find("2 h 5 min left"), std::string::npos);
}

}  // namespace
}  // namespace shoal::scan
