// SPDX-License-Identifier: MIT
// A whole scan in one process, with a locus of each kind: what the summary, the store and the run's log say of it.
#include <gmock/gmock.h>

#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "scan/linear_network.hpp"
#include "scan/scan.hpp"
#include "store/reader.hpp"
#include "support/data.hpp"

namespace shoal::scan {
namespace {

using testing::HasSubstr;

class RunScan : public testing::Test {
 protected:
  RunScan() {
    // Two loci that are done, one without a known base, one whose scores are not finite.
    std::ofstream(folder_.file("l.fa")) << ">a\nACGGACGG\n>b\nNNNNNNNN\n>c\nTTTTTTTT\n>d\nGGCATCAA\n";
    options_.loci.fasta = folder_.file("l.fa");
    auto network =
        std::make_shared<network::Network>(*shoal::test::linear_network(network::Activation::exponential, 1.0));
    // T at the last position and no other is too much for e^x.
    auto& kernel = std::get<network::Dense>(network->nodes[2].layer).kernel;
    for (std::size_t task = 0; task < 2; ++task) kernel[2 * (4 * 3 + 3) + task] = 30.0F;
    for (std::size_t task = 0; task < 2; ++task) kernel[2 * (4 * 2 + 3) + task] = 60.0F;
    options_.networks = {{"n", network}};
    options_.methods = {"ism"};
    options_.output = folder_.file("store.h5");
  }

  ScanSummary run() { return run_scan(mpi::Communicator(), options_, stop_); }

  std::string log() const {
    std::ifstream file(options_.output + ".run.jsonl");
    std::string text, line;
    while (std::getline(file, line)) text = line;
    return text;
  }

  shoal::test::TemporaryFolder folder_;
  ScanOptions options_;
  std::atomic<bool> stop_{false};
};

void expect_sum(ScanSummary const& sum, std::int64_t done, std::int64_t failed, std::int64_t skipped,
                std::int64_t pending) {
  EXPECT_EQ(sum.done, done);
  EXPECT_EQ(sum.failed, failed);
  EXPECT_EQ(sum.skipped, skipped);
  EXPECT_EQ(sum.pending, pending);
}

TEST_F(RunScan, EveryLocusIsCountedOnceAndAResumeFindsThemAll) {
  expect_sum(run(), 2, 1, 1, 0);
  EXPECT_THAT(log(), HasSubstr("\"done\": 2, \"failed\": 1, \"skipped\": 1, \"pending\": 0"));
  {
    store::Reader const reader(options_.output);
    EXPECT_EQ(reader.statuses(),
              (std::vector{store::Status::done, store::Status::skipped, store::Status::failed, store::Status::done}));
    EXPECT_EQ(reader.locus(3).name, "d");
  }
  options_.resume = true;
  expect_sum(run(), 2, 1, 1, 0);
}

TEST_F(RunScan, AScanThatIsStoppedAtOnceLeavesAllPending) {
  stop_ = true;
  ScanSummary const stopped = run();
  EXPECT_EQ(stopped.done + stopped.failed + stopped.skipped + stopped.pending, 4);
  EXPECT_GT(stopped.pending, 0);
  stop_ = false;
  options_.resume = true;
  expect_sum(run(), 2, 1, 1, 0);
}

TEST_F(RunScan, AnotherConfigurationIsNotResumed) {
  run();
  options_.resume = true;
  options_.tasks.logit = true;
  try {
    run();
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_THAT(error.what(), HasSubstr("output_stage: stored activation, now logit"));
  }
}

}  // namespace
}  // namespace shoal::scan
