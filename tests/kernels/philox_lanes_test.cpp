// SPDX-License-Identifier: MIT
#include "kernels/cpu/philox_lanes.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "kernels/instruction_set.hpp"
#include "kernels/philox.hpp"

namespace shoal::kernels {
namespace {

// The versions that this processor can run.
std::vector<std::pair<char const*, FillLanes>> versions() {
  std::vector<std::pair<char const*, FillLanes>> found{{"generic", fill_lanes_generic}};
#if defined(__x86_64__)
  if (best_instruction_set() != InstructionSet::generic) found.emplace_back("avx2", fill_lanes_avx2);
  if (best_instruction_set() == InstructionSet::avx512) found.emplace_back("avx512", fill_lanes_avx512);
#endif
  return found;
}

TEST(PhiloxLanes, EveryVersionGivesTheBitsOfPhilox) {
  LaneCounter const counters[] = {
      {0, 0, 0, 0, 0, 1},
      {0x0123456789ABCDEF, 0xFEDCBA9876543210, 77, 0, 5, 1},
      {0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000, 0xFFFFFFF9, 1, 0xFFFFFFFF, 0},
      {1, 0x00000000FFFFFFFF, 3, 0x90000000, 0xFFFFFFF0, 0x80000003},
  };
  for (auto const& [name, fill] : versions()) {
    for (LaneCounter const& counter : counters) {
      LaneUniforms uniforms;
      fill(counter, uniforms);
      for (std::uint32_t lane = 0; lane < philox_lanes; ++lane) {
        UniformPair const pair = philox(counter.seed, counter.stream, counter.item + lane * counter.item_step,
                                        counter.draw + lane * counter.draw_step);
        EXPECT_EQ(uniforms.values[2 * lane], pair.first) << name << " " << lane;
        EXPECT_EQ(uniforms.values[2 * lane + 1], pair.second) << name << " " << lane;
      }
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
