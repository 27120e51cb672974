// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "scan/fill_store.hpp"

namespace shoal::scan {
namespace {

TEST(DeviceChoice, OneDeviceARankInTurn) {
  for (int rank = 0; rank < 4; ++rank) EXPECT_EQ(device_of_local_rank(rank, 4), rank);
  EXPECT_EQ(device_of_local_rank(5, 4), 1);
  // With SLURM a rank sees only the device that it was given.
  for (int rank = 0; rank < 4; ++rank) EXPECT_EQ(device_of_local_rank(rank, 1), 0);
  EXPECT_EQ(device_of_local_rank(3, 0), 0);
}

TEST(DeviceChoice, TheCpuHasOne) {
  EXPECT_EQ(device_of(mpi::Communicator(), device::BackendKind::cpu).number, 0);
  EXPECT_EQ(device_of(mpi::Communicator(), device::BackendKind::cpu).ranks, 1);
}

}  // namespace
}  // namespace shoal::scan
