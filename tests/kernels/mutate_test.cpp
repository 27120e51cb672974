// SPDX-License-Identifier: MIT
#include "kernels/library/mutate.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/library/mutate_row.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

// Serves uniforms given by hand.
struct ListedUniforms {
  std::vector<std::uint64_t> values;
  std::size_t used = 0;
  std::uint64_t next() { return values.at(used++); }
};

// A uniform that `bounded` maps to `value` of `bound`.
std::uint64_t uniform_for(std::uint64_t value, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<long double>(value) + 0.5L) / static_cast<long double>(bound) *
                                    0x1p64L);
}

TEST(MutateRow, ShiftsAddModuloFour) {
  for (unsigned base = 0; base < 4; ++base) {
    for (unsigned shift = 0; shift < 4; ++shift) {
      for (int field : {0, 1, 15, 31}) {
        std::uint64_t const neighbours = ~(std::uint64_t{3} << (2 * field));
        std::uint64_t const bases = neighbours | std::uint64_t{base} << (2 * field);
        std::uint64_t const expected = neighbours | std::uint64_t{(base + shift) % 4} << (2 * field);
        EXPECT_EQ(shifted_bases(bases, std::uint64_t{shift} << (2 * field)), expected);
      }
    }
  }
}

TEST(MutateRow, FloydByHand) {
  std::vector<std::int32_t> const sites{1, 5, 33, 40};
  MutantSampling sampling;
  sampling.sites = sites.data();
  sampling.site_count = 4;
  // Newcomers 1, 2, 3. First: site 1 of 0..1 shifted by 3. Second: site 1 again, so newcomer 2 instead, by 1.
  // Third: site 0 of 0..3, by 2.
  ListedUniforms uniforms{{uniform_for(3 * 1 + 2, 6), uniform_for(3 * 1 + 0, 9), uniform_for(3 * 0 + 1, 12)}};
  std::vector<std::uint64_t> shifts(2);
  draw_shifts(sampling, 3, uniforms, shifts.data());
  EXPECT_EQ(shifts[0], std::uint64_t{3} << 10 | std::uint64_t{2} << 2);
  EXPECT_EQ(shifts[1], std::uint64_t{1} << 2);
  EXPECT_EQ(uniforms.used, 3u);
}

TEST(MutateRow, IndependentSitesByHand) {
  std::vector<std::int32_t> const sites{0, 2, 3, 4, 6};
  MutantSampling sampling;
  sampling.sites = sites.data();
  sampling.site_count = 5;
  sampling.independent_sites = true;
  sampling.third = 100;
  sampling.last_changing = 299;
  ListedUniforms uniforms{{99, 100, 200, 299, 300}};
  std::uint64_t shifts = 0;
  draw_shifts(sampling, 0, uniforms, &shifts);
  EXPECT_EQ(shifts, 1u | 2u << 4 | 3u << 6 | 3u << 8);
}

TEST(MutateRow, CountIsTheNumberOfThresholdsAtMostTheUniform) {
  for (int size = 0; size < 20; ++size) {
    std::vector<std::uint64_t> thresholds;
    for (int i = 0; i < size; ++i) thresholds.push_back(10u * static_cast<unsigned>(i) + 10u);
    MutantSampling sampling;
    sampling.least_count = 7;
    sampling.count_thresholds = thresholds.data();
    sampling.threshold_count = size;
    for (std::uint64_t uniform = 0; uniform < 250; ++uniform) {
      int const expected = 7 + std::min(size, static_cast<int>(uniform / 10));
      ASSERT_EQ(changed_sites(sampling, uniform), expected) << size << " " << uniform;
    }
  }
}

class Mutate : public test::OnBackend {
 protected:
  static constexpr std::int32_t length = 249;

  // Mutants [first, first + count) of one sampling, as words.
  std::vector<std::uint64_t> mutants(device::Backend const& where, std::int64_t first, std::int64_t count) const {
    std::vector<std::int32_t> sites;
    for (std::int32_t position = 3; position < 240; ++position) sites.push_back(position);
    std::vector<std::uint64_t> const thresholds{std::uint64_t{1} << 60, std::uint64_t{1} << 62, std::uint64_t{1} << 63};
    std::vector<std::uint64_t> const bases(words_per_row(length), 0x0123456789ABCDEFu & 0x0003FFFFFFFFFFFFu);
    device::Buffer<std::int32_t> const device_sites(where, std::span<std::int32_t const>(sites));
    device::Buffer<std::uint64_t> const device_thresholds(where, std::span<std::uint64_t const>(thresholds));
    device::Buffer<std::uint64_t> const wild_type(where, std::span<std::uint64_t const>(bases));
    device::Buffer<std::uint64_t> rows(where, static_cast<std::size_t>(count) * bases.size());
    MutantSampling sampling;
    sampling.seed = 5;
    sampling.locus = 6;
    sampling.sites = device_sites.data();
    sampling.site_count = static_cast<std::int32_t>(sites.size());
    sampling.least_count = 40;
    sampling.count_thresholds = device_thresholds.data();
    sampling.threshold_count = 3;
    device::dispatch(where, [&](auto const& space) {
      random_mutants(space, sampling, wild_type.data(), first, {rows.data(), nullptr, count, length});
    });
    return rows.to_host();
  }
};

TEST_P(Mutate, AnyRangeOfRowsGivesTheSameRows) {
  std::vector<std::uint64_t> const all = mutants(backend(), 0, 300);
  std::size_t const words = words_per_row(length);
  for (auto const& [first, count] : {std::pair{0, 1}, {1, 17}, {255, 45}, {100, 0}}) {
    std::vector<std::uint64_t> const some = mutants(backend(), first, count);
    std::vector<std::uint64_t> const expected(all.begin() + static_cast<std::ptrdiff_t>(first * words),
                                              all.begin() + static_cast<std::ptrdiff_t>((first + count) * words));
    EXPECT_EQ(some, expected) << first;
  }
}

TEST_P(Mutate, ThreadsAndBackendsAgree) {
  std::vector<std::uint64_t> const rows = mutants(backend(), 0, 1000);
  for (int threads : {1, 2, 3, 8}) {
    EXPECT_EQ(mutants(*device::Backend::cpu(threads), 0, 1000), rows) << threads;
  }
}

TEST_P(Mutate, LargestMutantNumbersAreDrawn) {
  std::int64_t const last = (std::int64_t{1} << 32) - 1;
  std::vector<std::uint64_t> const rows = mutants(backend(), last - 20, 21);
  std::vector<std::uint64_t> const alone = mutants(backend(), last, 1);
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), rows.end() - static_cast<std::ptrdiff_t>(alone.size())));
}

SHOAL_ON_EVERY_BACKEND(Mutate);

}  // namespace
}  // namespace shoal::kernels
