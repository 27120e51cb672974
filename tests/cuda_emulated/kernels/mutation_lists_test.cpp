// SPDX-License-Identifier: MIT
// The CUDA kernels of mutation lists, executed on the host, give the bits of the CPU kernels.
#include <gtest/gtest.h>

#include "kernels/mutation_rows.hpp"

namespace shoal::kernels {
namespace {

TEST(MutationListsOnHost, SameBits) {
  for (auto const& [nearest, farthest] : {std::pair{1, 99}, std::pair{3, 5}}) {
    test::MutationRows const rows = test::drawn_mutation_rows(70, 40, nearest, farthest, 1);
    MutationLists const lists = rows.view();
    std::mt19937 generator(5);
    std::normal_distribution<double> normal;
    for (int const columns : {1, 4}) {
      std::vector<double> single(lists.feature_count * columns);
      std::vector<double> pairs(lists.table_size * columns);
      for (double& value : single) value = normal(generator);
      for (double& value : pairs) value = normal(generator);
      RowRange const blocks{1, lists.blocks()};
      std::vector<double> cpu((lists.rows - lists.block_rows) * columns);
      std::vector<double> cuda(cpu.size());
      gather_mutations(CpuSpace{1}, lists, blocks, {single.data(), pairs.data(), columns}, cpu.data());
      gather_mutations(CudaSpace{}, lists, blocks, {single.data(), pairs.data(), columns}, cuda.data());
      EXPECT_EQ(cpu, cuda);
      std::vector<double> cuda_single = single;
      std::vector<double> cuda_pairs = pairs;
      scatter_mutations(CpuSpace{1}, lists, blocks, cpu.data(), {single.data(), pairs.data(), columns});
      scatter_mutations(CudaSpace{}, lists, blocks, cpu.data(), {cuda_single.data(), cuda_pairs.data(), columns});
      EXPECT_EQ(single, cuda_single);
      EXPECT_EQ(pairs, cuda_pairs);
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
