// SPDX-License-Identifier: MIT
// The whole examination of this machine, by 1, 2 and 4 ranks.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "doctor/doctor.hpp"

namespace shoal::doctor {
namespace {

using testing::HasSubstr;

class Examination : public testing::Test {
 protected:
  Examination() {
    folder_ = world_.broadcast(
        (std::filesystem::temp_directory_path() / ("shoal_doctor_test_" + std::to_string(::getpid()))).string());
    if (world_.rank() == 0) std::filesystem::create_directories(folder_);
    world_.barrier();
  }
  ~Examination() override {
    world_.barrier();
    if (world_.rank() == 0) std::filesystem::remove_all(folder_);
  }

  mpi::Communicator world_ = mpi::Communicator::world();
  std::string folder_;
};

TEST_F(Examination, ASoundFolderIsWrittenByAllAndLeftEmpty) {
  auto const findings = examine(world_, {.folder = folder_, .threads = 1});
  EXPECT_FALSE(has_fault(findings)) << to_text(findings);
  ASSERT_GE(findings.size(), 4U);
  EXPECT_EQ(findings.front().subject, "MPI");
  EXPECT_THAT(findings.front().text, HasSubstr(std::to_string(world_.size()) + " rank"));
  auto const files =
      std::find_if(findings.begin(), findings.end(), [](auto const& found) { return found.subject == "file system"; });
  ASSERT_NE(files, findings.end());
  EXPECT_THAT(files->text, HasSubstr(folder_));
  EXPECT_EQ(world_.broadcast(to_text(findings)), to_text(findings));  // the same on every rank
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Examination, AMissingFolderIsAFaultOnEveryRank) {
  auto const findings = examine(world_, {.folder = folder_ + "/nowhere", .threads = 1});
  EXPECT_TRUE(has_fault(findings));
  EXPECT_EQ(findings.back().verdict, Verdict::fault);
  EXPECT_THAT(findings.back().text, HasSubstr("nowhere"));
  EXPECT_THAT(findings.back().advice, HasSubstr("--folder"));
}

}  // namespace
}  // namespace shoal::doctor
