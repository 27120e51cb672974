// SPDX-License-Identifier: MIT
// The loop of a scan on several ranks; tests/scan/CMakeLists.txt runs it over TCP too, where rank 0 must help.
#include "scan/schedule/scan_loop.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "scan/locus/path_completeness.hpp"
#include "store/sample.hpp"

namespace shoal::scan {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

store::Schema schema_of(std::int64_t loci) {
  store::Schema schema;
  schema.loci = loci;
  schema.length = 4;
  schema.models = {{"model", {{"task"}}}};
  schema.methods = {{"method", {}, {}, {attribution::map_array(4)}}};
  return schema;
}

std::vector<genome::Locus> loci_of(std::int64_t loci) {
  std::vector<genome::Locus> table;
  for (std::int64_t row = 0; row < loci; ++row) table.push_back({"chr1", 10 * row, 10 * row + 4, '+', "", ""});
  return table;
}

// When a rank's only worker computed.
struct Diary {
  std::mutex mutex;
  std::vector<std::pair<Clock::time_point, Clock::time_point>> loci;

  // The longest time between two loci.
  double longest_pause() const {
    double longest = 0;
    for (std::size_t i = 1; i < loci.size(); ++i) {
      longest = std::max(longest, Seconds(loci[i].first - loci[i - 1].second).count());
    }
    return longest;
  }
};

// Sleeps instead of computing; every seventh row fails.
class Sleeper : public RowMaker {
 public:
  Sleeper(Diary& diary, Seconds nap) : diary_(diary), nap_(nap) {}

  store::Row explain(LocusJob const& job, StageTimes&) override {
    auto const start = Clock::now();
    std::this_thread::sleep_for(nap_);
    std::lock_guard const lock(diary_.mutex);
    diary_.loci.emplace_back(start, Clock::now());
    store::Row row = row_without_results(job, store::Status::done, "");
    row.results = {{.arrays = {std::vector<float>(16, static_cast<float>(job.index))}, .scalars = {}}};
    if (job.index % 7 == 6) row = row_without_results(job, store::Status::failed, "a seventh");
    return row;
  }

 private:
  Diary& diary_;
  Seconds nap_;
};

struct Outcome {
  RankResult result;
  Diary diary;
  std::vector<store::Status> statuses;
};

// A scan of `loci` rows into a new store, where a locus takes this rank `nap`.
void run(mpi::Communicator const& world, std::int64_t loci, Seconds nap, Outcome& outcome) {
  store::test::SharedFolder const folder(world);
  std::string const path = folder.file("store.h5");
  store::Writer::create_collective(world, path, schema_of(loci), {}, loci_of(loci));
  auto writer = store::Writer::open_collective(world, path);
  std::vector<std::int64_t> pending(static_cast<std::size_t>(loci));
  for (std::size_t row = 0; row < pending.size(); ++row) pending[row] = static_cast<std::int64_t>(row);
  std::atomic<bool> const stop{false};
  outcome.result = scan_pending(
      world, {},
      [](std::int64_t row) {
        return LocusJob{.index = row, .locus = {}, .sequence = {0, 1, 2, 3}};
      },
      [&](int) { return std::make_unique<Sleeper>(outcome.diary, nap); }, writer, pending, stop);
  outcome.statuses = writer.verified_statuses_collective();
  writer.close_collective();
}

TEST(ScanLoop, EveryRowIsWrittenOnceAndCounted) {
  auto const world = mpi::Communicator::world();
  Outcome outcome;
  run(world, 700, std::chrono::microseconds(200), outcome);
  for (std::size_t row = 0; row < outcome.statuses.size(); ++row) {
    EXPECT_EQ(outcome.statuses[row], row % 7 == 6 ? store::Status::failed : store::Status::done) << row;
  }
  EXPECT_EQ(world.sum(outcome.result.written.done), 600);
  EXPECT_EQ(world.sum(outcome.result.written.failed), 100);
  EXPECT_EQ(world.sum(outcome.result.costs.count()), 700);
  // Short loci are not asked for one by one.
  EXPECT_LT(world.sum(outcome.result.questions), 350);
}

// Rank 0 needs 1.5 s for a locus, the others 5 ms: they pull from a counter that lies on a computing rank, and neither
// wait for it nor leave it much.
TEST(ScanLoop, NobodyWaitsForASlowRankZero) {
  auto const world = mpi::Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "needs a second rank";
  Outcome outcome;
  bool const slow = world.rank() == 0;
  run(world, 250, slow ? Seconds(1.5) : Seconds(0.005), outcome);
  if (slow) {
    EXPECT_LE(outcome.diary.loci.size(), 3U);
  } else {
    EXPECT_LT(outcome.diary.longest_pause(), 0.75);
    EXPECT_GT(outcome.diary.loci.size(), 10U);
  }
  EXPECT_EQ(world.sum(outcome.result.costs.count()), 250);
}

// Ranks count different rows; every rank has the sum of all, however they are divided.
TEST(PathCompleteness, EveryRankHasTheSumOfAll) {
  auto const world = mpi::Communicator::world();
  store::Schema schema = schema_of(12);
  schema.methods.front().scalars = {"relative_error", "steps", "missed"};
  PathCompleteness divided(schema), all(schema);
  for (int i = 0; i < 12; ++i) {
    store::Row row;
    row.status = store::Status::done;
    row.results = {{.arrays = {}, .scalars = {0.01 * i, 25.0 + i, i > 9 ? 1.0 : 0.0}}};
    all.add(row);
    if (i % world.size() == world.rank()) divided.add(row);
  }
  divided.gather(world);
  auto const &one = divided.methods().front(), &other = all.methods().front();
  EXPECT_EQ(one.maps, 12);
  EXPECT_EQ(one.bins, other.bins);
  EXPECT_EQ(one.text(), other.text());
}

TEST(ScanLoop, MoreRanksThanLoci) {
  auto const world = mpi::Communicator::world();
  Outcome outcome;
  run(world, 1, std::chrono::milliseconds(1), outcome);
  EXPECT_EQ(world.sum(outcome.result.written.done), 1);
}

// An error of a rank's own is every rank's, and no rank is left in a collective.
TEST(ScanLoop, AnErrorOnOneRankEndsAll) {
  auto const world = mpi::Communicator::world();
  store::test::SharedFolder const folder(world);
  std::string const path = folder.file("store.h5");
  store::Writer::create_collective(world, path, schema_of(50), {}, loci_of(50));
  auto writer = store::Writer::open_collective(world, path);
  std::vector<std::int64_t> pending(50);
  for (std::size_t row = 0; row < pending.size(); ++row) pending[row] = static_cast<std::int64_t>(row);
  std::atomic<bool> const stop{false};
  auto const read = [](std::int64_t row) -> LocusJob {
    if (row == 20) fail(ErrorCode::input, "row 20 cannot be read");
    return {.index = row, .locus = {}, .sequence = {0, 1, 2, 3}};
  };
  Diary diary;
  try {
    scan_pending(
        world, {}, read, [&](int) { return std::make_unique<Sleeper>(diary, std::chrono::milliseconds(1)); }, writer,
        pending, stop);
    ADD_FAILURE() << "the error got lost";
  } catch (Error const& error) {
    EXPECT_STREQ(error.what(), "row 20 cannot be read");
  }
  writer.close_collective();
}

}  // namespace
}  // namespace shoal::scan
