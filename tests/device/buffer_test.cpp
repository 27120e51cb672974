// SPDX-License-Identifier: MIT
#include "device/buffer.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "support/backends.hpp"

namespace shoal::device {
namespace {

using testing::Each;
using testing::ElementsAre;

using Buffers = test::OnBackend;

TEST_P(Buffers, ValuesGoThereAndBack) {
  std::vector<double> values(100003);
  std::iota(values.begin(), values.end(), 0.5);
  Buffer<double> const buffer(backend(), std::span<double const>(values));
  EXPECT_EQ(buffer.size(), values.size());
  EXPECT_EQ(buffer.bytes(), 8 * values.size());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
  EXPECT_EQ(buffer.to_host(), values);
}

TEST_P(Buffers, PartsCopyToTheFront) {
  Buffer<int> buffer(backend(), 4);
  buffer.fill_zero();
  buffer.copy_from(std::vector<int>{7, 8});
  EXPECT_THAT(buffer.to_host(), ElementsAre(7, 8, 0, 0));
  std::vector<int> front(3);
  buffer.copy_to(front);
  EXPECT_THAT(front, ElementsAre(7, 8, 0));
}

TEST_P(Buffers, TooManyValuesAreRefused) {
  Buffer<int> buffer(backend(), 2);
  std::vector<int> three(3);
  EXPECT_THROW(buffer.copy_from(three), Error);
  EXPECT_THROW(buffer.copy_to(three), Error);
}

TEST_P(Buffers, MovingTakesTheMemoryAlong) {
  Buffer<int> one(backend(), std::vector<int>{1, 2});
  int const* const memory = one.data();
  Buffer<int> other = std::move(one);
  EXPECT_EQ(other.data(), memory);
  EXPECT_EQ(one.data(), nullptr);  // NOLINT: the moved-from buffer is empty, which is what is tested
  EXPECT_EQ(one.size(), 0u);
  Buffer<int> third;
  third = std::move(other);
  EXPECT_THAT(third.to_host(), ElementsAre(1, 2));
}

TEST_P(Buffers, ReserveGrowsOnly) {
  Buffer<std::uint8_t> buffer;
  buffer.reserve(backend(), 10);
  EXPECT_EQ(buffer.size(), 10u);
  std::uint8_t const* const memory = buffer.data();
  buffer.reserve(backend(), 5);
  EXPECT_EQ(buffer.data(), memory);
  EXPECT_EQ(buffer.size(), 10u);
  buffer.reserve(backend(), 1000);
  EXPECT_EQ(buffer.size(), 1000u);
  buffer.fill_zero();
  EXPECT_THAT(buffer.to_host(), Each(0));
}

TEST_P(Buffers, EmptyBuffersAreFine) {
  Buffer<float> buffer(backend(), 0);
  buffer.fill_zero();
  EXPECT_TRUE(buffer.to_host().empty());
}

TEST_P(Buffers, TheBackendSaysWhatItIs) {
  EXPECT_EQ(backend().kind(), GetParam());
  EXPECT_FALSE(backend().device_name().empty());
  EXPECT_GT(backend().free_memory(), 0u);
  backend().synchronize();
}

SHOAL_ON_EVERY_BACKEND(Buffers);

TEST(Backend, RefusesWhatIsNotThere) {
  EXPECT_THROW(Backend::cpu(0), Error);
  EXPECT_THROW(Backend::cuda(-1), Error);
  EXPECT_THROW(Backend::cuda(1000), Error);
}

TEST(Backend, NamesItsKind) {
  EXPECT_EQ(to_string(BackendKind::cpu), "cpu");
  EXPECT_EQ(to_string(BackendKind::cuda), "cuda");
}

TEST(Backend, DispatchGivesTheSpaceOfTheBackend) {
  auto const backend = Backend::cpu(3);
  int threads = 0;
  dispatch(*backend, [&](auto const& space) {
    if constexpr (std::is_same_v<std::decay_t<decltype(space)>, kernels::CpuSpace>) threads = space.threads;
  });
  EXPECT_EQ(threads, 3);
}

}  // namespace
}  // namespace shoal::device
