// SPDX-License-Identifier: MIT
// A full disk, on a small file system in memory (needs the right to mount one).
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "base/error.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

class DiskFull : public testing::Test {
 protected:
  DiskFull() : world_(mpi::Communicator::world()), folder_(world_) {
    if (world_.rank() == 0) mounted_ = mount("none", folder_.file("").c_str(), "tmpfs", 0, "size=4m") == 0;
    usable_ = world_.any(mounted_);
  }
  ~DiskFull() override {
    world_.barrier();
    if (mounted_) umount2(folder_.file("").c_str(), MNT_DETACH);
  }

  void expect_refused(Schema const& schema, std::vector<genome::Locus> const& loci) {
    try {
      Writer::create_collective(world_, folder_.file("store.h5"), schema, {}, loci);
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::output);
      EXPECT_THAT(error.what(), HasSubstr("cannot write " + folder_.file("store.h5")));
      EXPECT_THAT(error.what(), HasSubstr("No space left on device (needs "));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_.file("")));
    world_.barrier();
  }

  mpi::Communicator world_;
  SharedFolder folder_;
  bool mounted_ = false;
  bool usable_ = false;
};

TEST_F(DiskFull, IsKnownBeforeAnyWork) {
  if (!usable_) GTEST_SKIP() << "cannot mount a small file system here";
  Schema const schema = sample_schema(100'000);
  expect_refused(schema, sample_loci_table());
}

// The prediction does not know how wide the loci's names are; the reservation does.
TEST_F(DiskFull, IsFoundByTheReservation) {
  if (!usable_) GTEST_SKIP() << "cannot mount a small file system here";
  auto loci = sample_loci_table();
  loci[0].name = std::string(400'000, 'n');
  expect_refused(sample_schema(), loci);
}

TEST_F(DiskFull, CannotHappenToAStoreThatExists) {
  if (!usable_) GTEST_SKIP() << "cannot mount a small file system here";
  std::string const path = folder_.file("store.h5");
  Writer::create_collective(world_, path, sample_schema(10'000), {}, sample_loci_table());
  if (world_.rank() == 0) {
    write_bytes(folder_.file("filler"), std::string(5'000'000, 'f'));
    EXPECT_EQ(std::filesystem::space(folder_.file("")).available, 0U);
  }
  world_.barrier();
  Writer writer = Writer::open_collective(world_, path);
  for (std::int64_t i = world_.rank(); i < sample_loci; i += world_.size()) {
    writer.write_row(sample_row(i, writer.schema()));
  }
  writer.close_collective();
  world_.barrier();
  Reader const reader(path);
  for (std::int64_t i = 0; i < sample_loci; ++i) EXPECT_TRUE(reader.verify(i));
}

}  // namespace
}  // namespace shoal::store::test
