// SPDX-License-Identifier: MIT
// What is thought of given facts: which of them are faults, which are told, and what is advised.
#include <gmock/gmock.h>

#include "doctor/checks/checks.hpp"

namespace shoal::doctor {
namespace {

using testing::_;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

// A finding whose text and advice hold these; no advice: it has none.
testing::Matcher<Finding const&> finding(Verdict verdict, std::string const& text, std::string const& advice = "") {
  testing::Matcher<std::string> const advised = advice.empty() ? testing::Matcher<std::string>(testing::IsEmpty())
                                                               : testing::Matcher<std::string>(HasSubstr(advice));
  return AllOf(Field(&Finding::verdict, verdict), Field(&Finding::text, HasSubstr(text)),
               Field(&Finding::advice, advised));
}

TEST(Launch, RanksThatDoNotSeeEachOtherAreAFault) {
  LaunchFacts facts;
  facts.library = "Open MPI v4.1.4";
  facts.started_by_slurm = 4;
  EXPECT_THAT(judge_launch(facts), ElementsAre(finding(Verdict::fault, "srun started 4 processes", "--mpi=pmix")));
  facts.started_by_slurm = 0;
  facts.started_by_mpirun = 2;
  EXPECT_THAT(judge_launch(facts),
              ElementsAre(finding(Verdict::fault, "mpirun started 2 processes", "another MPI library")));
  facts.ranks = 2;
  EXPECT_THAT(judge_launch(facts), ElementsAre(finding(Verdict::good, "2 ranks; Open MPI v4.1.4, not CUDA-aware")));
  facts.started_by_mpirun = 0;
  facts.ranks = 1;
  EXPECT_THAT(judge_launch(facts), ElementsAre(finding(Verdict::good, "1 rank; Open MPI")));
}

NodeFacts roomy_node() {
  return {.name = "n1",
          .instruction_set = "AVX2",
          .has_vectors = true,
          .cores = 8,
          .bound_cores = {4, 4},
          .threads = {4, 4},
          .free_bytes = std::int64_t{64} << 30};
}

TEST(Node, WithRoomIsFine) {
  EXPECT_THAT(judge_node(roomy_node()),
              ElementsAre(finding(Verdict::good, "8 cores (AVX2), 68.7 GB available; 2 ranks with 8 threads")));
}

TEST(Node, MoreThreadsThanCoresAreTold) {
  NodeFacts facts = roomy_node();
  facts.threads = {8, 8};
  EXPECT_THAT(judge_node(facts), ElementsAre(_, finding(Verdict::notice, "16 threads share 8 cores", "--threads")));
}

TEST(Node, ARankBoundToOneCoreIsTold) {
  NodeFacts facts = roomy_node();
  facts.bound_cores = {4, 1};
  facts.threads = {4, 1};
  EXPECT_THAT(judge_node(facts), ElementsAre(_, finding(Verdict::notice, "bound to 1 of 8 cores", "slot:PE=4")));
  facts.bound_cores = {8, 8};
  EXPECT_EQ(judge_node(facts).size(), 1U);
}

TEST(Node, LittleMemoryAndNoVectorsAreTold) {
  NodeFacts facts = roomy_node();
  facts.free_bytes = 1'500'000'000;
  facts.has_vectors = false;
  EXPECT_THAT(judge_node(facts), ElementsAre(_, finding(Verdict::notice, "AVX2", "slower"),
                                             finding(Verdict::notice, "0.8 GB of memory per rank", "--plan")));
  facts.free_bytes = 0;
  facts.has_vectors = true;
  EXPECT_EQ(judge_node(facts).size(), 1U);
}

TEST(Gpus, AreCountedAgainstRanks) {
  GpuFacts facts{.node = "n1",
                 .is_built = true,
                 .ranks = 2,
                 .devices = {"A (8.0)", "B (9.0)"},
                 .problem = {},
                 .libraries = "cuSOLVER 12.0.4",
                 .library_problem = {}};
  EXPECT_THAT(judge_gpus(facts), ElementsAre(finding(Verdict::good, "A (8.0), B (9.0), with cuSOLVER 12.0.4")));
  facts.ranks = 1;
  EXPECT_THAT(judge_gpus(facts), ElementsAre(_, finding(Verdict::notice, "1 of 2 stay idle", "start 2 ranks")));
  facts.ranks = 5;
  EXPECT_THAT(judge_gpus(facts), ElementsAre(_, finding(Verdict::notice, "5 ranks share 2 GPUs", "one rank per GPU")));
}

TEST(Gpus, ThatCannotBeUsedAreTold) {
  GpuFacts facts{.node = "n1",
                 .is_built = true,
                 .ranks = 1,
                 .devices = {},
                 .problem = "the driver is too old",
                 .libraries = {},
                 .library_problem = {}};
  EXPECT_THAT(judge_gpus(facts), ElementsAre(finding(Verdict::notice, "too old", "run on the CPU")));
  facts.problem.clear();
  EXPECT_THAT(judge_gpus(facts), ElementsAre(finding(Verdict::good, "none")));
  facts.devices = {"A (8.0)"};
  facts.library_problem = "libcublas.so.13 cannot be loaded";
  EXPECT_THAT(judge_gpus(facts), ElementsAre(_, finding(Verdict::fault, "libcublas.so.13", "--backend cpu")));
  facts.is_built = false;
  EXPECT_THAT(judge_gpus(facts), ElementsAre(finding(Verdict::good, "no CUDA backend")));
}

TEST(Findings, AreALineEachAndTheirAdviceBelow) {
  Findings const findings = {{Verdict::good, "MPI", "1 rank", ""}, {Verdict::fault, "file system", "no", "yes"}};
  EXPECT_EQ(to_text(findings), "ok     MPI: 1 rank\nFAULT  file system: no\n       yes\n");
  EXPECT_TRUE(has_fault(findings));
  EXPECT_FALSE(has_fault({findings[0], {Verdict::notice, "a", "b", "c"}}));
}

}  // namespace
}  // namespace shoal::doctor
