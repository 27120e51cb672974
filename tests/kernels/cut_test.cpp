// SPDX-License-Identifier: MIT
#include "kernels/forward/cut.hpp"

#include <gtest/gtest.h>

#include "device/buffer.hpp"
#include "kernels/cut_rows.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using CuttingRows = test::OnBackend;

TEST_P(CuttingRows, GivesThePositionsAndZeroBehindThem) {
  test::CutRows const rows;
  device::Buffer<std::uint64_t> const words(backend(), std::span<std::uint64_t const>(rows.words));
  for (auto const& [first, length] : test::cuts) {
    device::Buffer<std::uint64_t> part(backend(), rows.expected(first, length).size());
    device::dispatch(backend(), [&, from = first, bases = length](auto const& space) {
      cut_rows(space, {words.data(), nullptr, rows.rows, rows.length}, from, {part.data(), nullptr, rows.rows, bases});
    });
    EXPECT_EQ(part.to_host(), rows.expected(first, length)) << first << " " << length;
  }
}

SHOAL_ON_EVERY_BACKEND(CuttingRows);

}  // namespace
}  // namespace shoal::kernels
