// SPDX-License-Identifier: MIT
// One store written by several ranks: the same bytes for any order and any division of the rows.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "store/job_lock.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

// Row i is written by rank owner(i), each rank going through its rows forwards or backwards.
void write_rows(Writer& writer, mpi::Communicator const& world, std::int64_t shift, bool backwards) {
  Schema const schema = writer.schema();
  for (std::int64_t step = 0; step < schema.loci; ++step) {
    std::int64_t const index = backwards ? schema.loci - 1 - step : step;
    if ((index * 7 + shift) % world.size() == world.rank()) writer.write_row(sample_row(index, schema));
  }
}

void make(mpi::Communicator const& world, std::string const& path, std::int64_t shift, bool backwards) {
  Writer::create_collective(world, path, sample_schema(), sample_provenance(), sample_loci_table());
  Writer writer = Writer::open_collective(world, path);
  write_rows(writer, world, shift, backwards);
  writer.close_collective();
}

TEST(ParallelStore, BytesDoNotDependOnRanksOrOrder) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  make(world, folder.file("first.h5"), 0, false);
  make(world, folder.file("second.h5"), 1, true);
  if (world.rank() == 0) {
    make_alone(folder.file("alone.h5"));
    std::string const first = bytes_of(folder.file("first.h5"));
    EXPECT_GT(first.size(), 10'000U);
    EXPECT_TRUE(first == bytes_of(folder.file("second.h5")));
    EXPECT_TRUE(first == bytes_of(folder.file("alone.h5")));
    EXPECT_FALSE(std::filesystem::exists(folder.file("first.h5.partial")));
  }
}

TEST(ParallelStore, EveryRankReadsEveryRow) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  make(world, folder.file("store.h5"), 0, false);
  Reader const reader(folder.file("store.h5"));
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    EXPECT_TRUE(reader.verify(i));
    EXPECT_EQ(reader.row(i).sequence, sample_row(i, reader.schema()).sequence);
  }
}

TEST(ParallelStore, ResumeWritesWhatIsPendingAndNothingElse) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  std::string const path = folder.file("store.h5");
  Writer::create_collective(world, path, sample_schema(), sample_provenance(), sample_loci_table());
  {
    Writer writer = Writer::open_collective(world, path);
    for (std::int64_t i = world.rank(); i < sample_loci; i += world.size()) {
      if (i % 3 == 0) writer.write_row(sample_row(i, writer.schema()));
    }
  }
  Writer writer = Writer::open_collective(world, path);
  EXPECT_EQ(writer.schema().loci, sample_loci);
  EXPECT_EQ(writer.provenance(), sample_provenance());
  auto const statuses = writer.verified_statuses_collective();
  ASSERT_EQ(statuses.size(), static_cast<std::size_t>(sample_loci));
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    Status const expected = i % 3 == 0 ? sample_row(i, writer.schema()).status : Status::pending;
    EXPECT_EQ(statuses[static_cast<std::size_t>(i)], expected) << i;
    if (expected == Status::pending && i % world.size() == world.rank())
      writer.write_row(sample_row(i, writer.schema()));
  }
  writer.close_collective();
  if (world.rank() == 0) {
    make_alone(folder.file("whole.h5"));
    EXPECT_TRUE(bytes_of(path) == bytes_of(folder.file("whole.h5")));
  }
}

// One rank alone asks for something else: all ranks get an error, and no file is left.
TEST(ParallelStore, AFailureOnOneRankIsEverybodysAndLeavesNoFile) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  bool const last = world.rank() == world.size() - 1;
  Schema broken = sample_schema();
  if (last) broken.task_scalars = {"same", "same"};
  try {
    Writer::create_collective(world, folder.file("store.h5"), broken, sample_provenance(), sample_loci_table());
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_THAT(error.what(), HasSubstr("'same'"));
  }
  auto loci = sample_loci_table();
  if (last) loci[2].start += 1;
  if (world.size() > 1) {
    EXPECT_THROW(Writer::create_collective(world, folder.file("store.h5"), sample_schema(), sample_provenance(), loci),
                 Error);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("store.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("store.h5.partial")));
}

TEST(ParallelStore, AMissingOrForbiddenPlaceIsAnOutputError) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  if (world.rank() == 0) write_bytes(folder.file("plain"), "x");
  world.barrier();
  for (std::string const& path :
       {folder.file("nowhere/store.h5"), folder.file("plain/store.h5"), std::string("/proc/store.h5")}) {
    try {
      Writer::create_collective(world, path, sample_schema(), sample_provenance(), sample_loci_table());
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::output);
      EXPECT_THAT(error.what(), HasSubstr("cannot write " + path));
    }
  }
}

TEST(ParallelStore, AnExistingFileSurvivesAFailedCreation) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  if (world.rank() == 0) write_bytes(folder.file("store.h5"), "precious");
  Schema broken = sample_schema();
  broken.models[0].name = "";
  EXPECT_THROW(
      Writer::create_collective(world, folder.file("store.h5"), broken, sample_provenance(), sample_loci_table()),
      Error);
  EXPECT_EQ(bytes_of(folder.file("store.h5")), "precious");
}

TEST(ParallelStore, OpeningWhatIsNoStoreIsAnInputErrorOnEveryRank) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  if (world.rank() == 0) write_bytes(folder.file("text.h5"), "not a store");
  world.barrier();
  for (std::string const name : {"text.h5", "missing.h5"}) {
    try {
      Writer::open_collective(world, folder.file(name));
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input);
      EXPECT_THAT(error.what(), HasSubstr(name));
    }
  }
}

TEST(ParallelStore, LockBelongsToAllRanks) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  std::string const path = folder.file("store.h5");
  {
    auto const lock = JobLock::acquire_collective(world, path);
    world.barrier();
    // A second job, of one process: the locks of open files conflict even within a process.
    EXPECT_THROW(JobLock::acquire_collective(mpi::Communicator(), path), Error);
    world.barrier();
  }
  world.barrier();
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
  world.barrier();
  // Held as long as any rank holds it.
  std::optional<JobLock> kept = JobLock::acquire_collective(world, path);
  if (world.rank() == 0) kept.reset();
  world.barrier();
  if (world.size() > 1) {
    EXPECT_THROW(JobLock::acquire_collective(mpi::Communicator(), path), Error);
  }
  world.barrier();
}

}  // namespace
}  // namespace shoal::store::test
