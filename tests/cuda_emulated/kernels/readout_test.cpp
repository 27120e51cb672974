// SPDX-License-Identifier: MIT
// The CUDA kernels that read profiles out and reorient sequences, executed on the host, give the bits of the CPU.
#include "kernels/forward/readout.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "kernels/forward/reorient.hpp"

namespace shoal::kernels {
namespace {

class ReadoutOnHost : public testing::TestWithParam<unsigned> {
 protected:
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(generator_);
  }
  std::mt19937_64 generator_{GetParam()};
};

TEST_P(ReadoutOnHost, Profiles) {
  std::int64_t const sequences = integer(1, 90), positions = integer(1, 60), channels = integer(1, 9);
  std::int64_t const stride = positions * channels + integer(0, 20);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(sequences * stride));
  for (float& value : values) value = 3.0F * normal(generator_);
  ConstValues const input{values.data(), sequences, positions, channels, stride, 0};
  for (ReadoutKind const kind :
       {ReadoutKind::sum, ReadoutKind::mean, ReadoutKind::max, ReadoutKind::softmax, ReadoutKind::softmax_tracks,
        ReadoutKind::profile, ReadoutKind::centred, ReadoutKind::centred_joint, ReadoutKind::weighted}) {
    ReadoutShape shape{.kind = kind, .weights = values.data()};
    shape.first_position = integer(0, positions - 1);
    shape.positions = integer(1, positions - shape.first_position);
    shape.first_track = integer(0, channels - 1);
    shape.tracks = integer(1, channels - shape.first_track);
    shape.mirrored = integer(0, 1) == 1;
    std::int64_t const columns = shape.columns() + 2;
    std::vector<float> on_cpu(static_cast<std::size_t>(sequences * columns), 0.5F), on_cuda = on_cpu;
    for (bool const accumulate : {false, true}) {
      read_out(CpuSpace{2}, input, shape, 1.0 / 3.0, accumulate, on_cpu.data() + 1, columns);
      read_out(CudaSpace{}, input, shape, 1.0 / 3.0, accumulate, on_cuda.data() + 1, columns);
      EXPECT_EQ(on_cpu, on_cuda) << static_cast<int>(kind);
    }
    EXPECT_EQ(on_cpu.front(), 0.5F);
  }
}

TEST_P(ReadoutOnHost, Sequences) {
  std::int64_t const mutants = integer(1, 50);
  auto const length = static_cast<std::int32_t>(integer(1, 150));
  auto const words = static_cast<std::size_t>(words_per_row(length)),
             mask = static_cast<std::size_t>((length + 63) / 64);
  std::vector<std::uint64_t> codes(static_cast<std::size_t>(mutants) * words), unknown(mask);
  for (std::int32_t p = 0; p < length; ++p) {
    bool const is_unknown = integer(0, 9) == 0;
    if (is_unknown) unknown[static_cast<std::size_t>(p / 64)] |= std::uint64_t{1} << (p % 64);
    for (std::int64_t m = 0; m < mutants; ++m) {
      set_packed_code(&codes[static_cast<std::size_t>(m) * words], p,
                      is_unknown ? 0u : static_cast<unsigned>(integer(0, 3)));
    }
  }
  for (bool const reverse : {false, true}) {
    Orientation const orientation{reverse, static_cast<std::int32_t>(integer(-length - 2, length + 2))};
    std::vector<std::uint64_t> cpu_codes(codes.size(), 7), cuda_codes(codes.size(), 9), cpu_mask(mask, 7),
        cuda_mask(mask, 9);
    PackedView const input{codes.data(), unknown.data(), mutants, length};
    reorient(CpuSpace{2}, input, orientation, {cpu_codes.data(), nullptr, mutants, length}, cpu_mask.data());
    reorient(CudaSpace{}, input, orientation, {cuda_codes.data(), nullptr, mutants, length}, cuda_mask.data());
    EXPECT_EQ(cpu_codes, cuda_codes);
    EXPECT_EQ(cpu_mask, cuda_mask);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReadoutOnHost, testing::Range(0U, 12U));

}  // namespace
}  // namespace shoal::kernels
