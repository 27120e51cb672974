// SPDX-License-Identifier: MIT
// The CUDA kernel that cuts rows, executed on the host.
#include "kernels/forward/cut.hpp"

#include <gtest/gtest.h>

#include "kernels/cut_rows.hpp"

namespace shoal::kernels {
namespace {

TEST(CutOnHost, SameBits) {
  test::CutRows const rows;
  for (auto const& [first, length] : test::cuts) {
    std::vector<std::uint64_t> const expected = rows.expected(first, length);
    std::vector<std::uint64_t> part(expected.size(), ~std::uint64_t{0});
    cut_rows(CudaSpace{}, rows.view(), first, {part.data(), nullptr, rows.rows, length});
    EXPECT_EQ(part, expected) << first << " " << length;
  }
}

}  // namespace
}  // namespace shoal::kernels
