// SPDX-License-Identifier: MIT
// GoogleTest's main for programs that run on several ranks. Rank 0 prints as usual, the others print only failures;
// every rank exits with the largest result. A rank that fails in the middle of a test while the others wait for it in a
// collective ends the job after a grace time instead of hanging it.
#include <gmock/gmock.h>
#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace {

// How long ranks wait for each other at the end of a test.
constexpr std::chrono::seconds grace{60};

class RankListener : public testing::EmptyTestEventListener {
 public:
  RankListener(int rank, MPI_Comm communicator) : rank_(rank), communicator_(communicator) {}

  void OnTestPartResult(testing::TestPartResult const& result) override {
    if (rank_ == 0 || !result.failed()) return;
    char const* file = result.file_name() != nullptr ? result.file_name() : "unknown file";
    std::fprintf(stderr, "[rank %d] %s:%d: Failure\n%s\n", rank_, file, result.line_number(), result.message());
  }

  void OnTestEnd(testing::TestInfo const& test) override {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(communicator_, &request);
    auto const deadline = std::chrono::steady_clock::now() + grace;
    int together = 0;
    while (MPI_Test(&request, &together, MPI_STATUS_IGNORE) == MPI_SUCCESS && together == 0) {
      if (std::chrono::steady_clock::now() > deadline) {
        std::fprintf(stderr, "[rank %d] %s.%s: the other ranks did not finish this test; ending the job\n", rank_,
                     test.test_suite_name(), test.name());
        MPI_Abort(MPI_COMM_WORLD, 1);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

 private:
  int rank_;
  MPI_Comm communicator_;
};

}  // namespace

int main(int argc, char** argv) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  testing::InitGoogleMock(&argc, argv);
  if (rank != 0) testing::GTEST_FLAG(output) = "";
  MPI_Comm own = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &own);
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new RankListener(rank, own));
  int const result = RUN_ALL_TESTS();
  int worst = result;
  MPI_Allreduce(&result, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Comm_free(&own);
  MPI_Finalize();
  return worst;
}
