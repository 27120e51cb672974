// SPDX-License-Identifier: MIT
// Stores in shards: one store to every reader, the same bytes for any number of ranks, and nothing is read without
// notice from files that are missing or belong to another store.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "hdf5/row_dataset.hpp"
#include "store/repack.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

void make(mpi::Communicator const& world, std::string const& path, FileOptions const& files = {.shards = 3}) {
  Writer::create_collective(world, path, sample_schema(), sample_provenance(), sample_loci_table(), files);
  Writer writer = Writer::open_collective(world, path);
  EXPECT_EQ(writer.shards(), files.shards);
  for (std::int64_t i = world.rank(); i < sample_loci; i += world.size()) {
    writer.write_row(sample_row(i, writer.schema()));
  }
  writer.close_collective();
}

std::string error_of(auto const& action) {
  try {
    action();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    return error.what();
  }
  return "no error";
}

void expect_same_rows(std::string const& one, std::string const& other) {
  Reader const first(one);
  Reader const second(other);
  ASSERT_EQ(first.schema().loci, second.schema().loci);
  EXPECT_EQ(first.provenance(), second.provenance());
  EXPECT_EQ(first.statuses(), second.statuses());
  EXPECT_EQ(second.verified(0, sample_loci), second.statuses());
  EXPECT_TRUE(second.damage().empty());
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    EXPECT_EQ(first.locus(i).name, second.locus(i).name);
    Row const row = first.row(i);
    Row const theirs = second.row(i);
    EXPECT_EQ(row.sequence, theirs.sequence);
    if (row.status != Status::done) continue;
    EXPECT_EQ(row.y, theirs.y);
    EXPECT_EQ(row.task_scalars, theirs.task_scalars);
    EXPECT_EQ(row.results[1].map(), theirs.results[1].map());
  }
}

TEST(Shards, BytesDoNotDependOnRanks) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  fs::path const together = folder.file("together/");
  fs::path const alone = folder.file("alone/");
  if (world.rank() == 0) {
    fs::create_directory(together);
    fs::create_directory(alone);
  }
  world.barrier();
  make(world, together / "scan.h5");
  if (world.rank() == 0) {
    make(mpi::Communicator(), alone / "scan.h5");
    for (std::string const name : {"scan.h5", "scan.shard-1-of-3.h5", "scan.shard-2-of-3.h5", "scan.shard-3-of-3.h5"}) {
      EXPECT_TRUE(bytes_of(together / name) == bytes_of(alone / name)) << name;
      EXPECT_GT(fs::file_size(alone / name), 1000U);
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(together), {}), 4);
    make_alone(folder.file("whole.h5"));
    expect_same_rows(folder.file("whole.h5"), alone / "scan.h5");
    // A folder can be moved.
    fs::rename(alone, folder.file("moved"));
    expect_same_rows(folder.file("whole.h5"), folder.file("moved/scan.h5"));
  }
  world.barrier();
}

TEST(Shards, MissingAndForeignShardsAreNamed) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  std::string const path = folder.file("scan.h5");
  std::string const second = folder.file("scan.shard-2-of-3.h5");
  make(world, path);
  if (world.rank() == 0) {
    auto const opening = [&] { return error_of([&] { Reader const reader(path); }); };
    std::string const sound = bytes_of(second);
    EXPECT_THAT(error_of([&] { Writer::open_collective(mpi::Communicator(), second); }), HasSubstr("shard 2 of 3"));
    EXPECT_EQ(Reader(second).schema().loci, 8);
    fs::remove(second);
    EXPECT_THAT(opening(), testing::AllOf(HasSubstr("shard 2 of 3"), HasSubstr("is missing")));
    fs::copy(folder.file("scan.shard-1-of-3.h5"), second);
    EXPECT_THAT(opening(), HasSubstr("is shard 1 of 3"));
    Schema other = sample_schema();
    other.task_scalars = {"wild_type"};
    Writer::create_collective(mpi::Communicator(), folder.file("other.h5"), other, {}, sample_loci_table(),
                              {.shards = 3});
    fs::rename(folder.file("other.shard-2-of-3.h5"), second);
    EXPECT_THAT(opening(), HasSubstr("belongs to another store"));
    write_bytes(second, sound);
    EXPECT_EQ(opening(), "no error");
  }
  world.barrier();
}

TEST(Shards, AreReplacedAndRemovedWithTheirIndex) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  std::string const path = folder.file("scan.h5");
  make(world, path, {.shards = 5, .hints = {{"cb_nodes", "1"}}});
  make(world, path);
  world.barrier();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.file("")), {}), 4);
  world.barrier();
  make(world, path, {});
  world.barrier();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.file("")), {}), 1);
  for (std::int64_t const shards : {0, 24, -1}) {
    EXPECT_THROW(Writer::create_collective(world, folder.file("bad.h5"), sample_schema(), {}, sample_loci_table(),
                                           {.shards = shards}),
                 Error);
  }
}

TEST(Shards, CompressedCopiesHoldTheSame) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  std::string const path = folder.file("scan.h5");
  make(world, path);
  if (world.rank() == 0) {
    repack(path, folder.file("copy.h5"), 6);
    expect_same_rows(path, folder.file("copy.h5"));
    EXPECT_THAT(error_of([&] { Writer::open_collective(mpi::Communicator(), folder.file("copy.h5")); }),
                HasSubstr("a copy for reading"));
    repack(folder.file("copy.h5"), folder.file("again.h5"), 0);
    expect_same_rows(path, folder.file("again.h5"));
    EXPECT_THROW(repack(path, path, 4), Error);
    EXPECT_THROW(repack(path, folder.file("x.h5"), 10), Error);
  }
  world.barrier();
}

// The same bytes in transfers of a few bytes: what happens beyond 1 GiB.
TEST(Shards, TransfersAreSplit) {
  auto const world = mpi::Communicator::world();
  SharedFolder const folder(world);
  make(world, folder.file("whole.h5"), {});
  std::int64_t const before = hdf5::set_largest_transfer(100);
  make(world, folder.file("pieces.h5"), {});
  if (world.rank() == 0) {
    EXPECT_TRUE(bytes_of(folder.file("whole.h5")) == bytes_of(folder.file("pieces.h5")));
    expect_same_rows(folder.file("whole.h5"), folder.file("pieces.h5"));
  }
  hdf5::set_largest_transfer(before);
  world.barrier();
}

TEST(Sizes, OfAMillionLociFitAndLargerOnesAreRefused) {
  Schema schema = sample_schema(0);
  schema.loci = 1'000'000;
  schema.length = 2114;
  for (MethodSchema& method : schema.methods) method.arrays = {attribution::map_array(2114)};
  EXPECT_GT(predicted_bytes(schema), std::int64_t{200'000'000'000});
  schema.methods[0].arrays.push_back({"pairs", {2114 * 2113 / 2, 4, 4}, attribution::NumberType::float32, {}});
  EXPECT_GT(predicted_bytes(schema), std::int64_t{400'000'000'000'000});
  schema.methods[0].arrays.back().shape = {std::int64_t{1} << 40, 1 << 30};
  EXPECT_THROW(predicted_bytes(schema), Error);
}

}  // namespace
}  // namespace shoal::store::test
