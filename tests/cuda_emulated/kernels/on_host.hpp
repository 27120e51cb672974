// SPDX-License-Identifier: MIT
// Values for the CPU's and for CUDA's kernels, and their comparison bit by bit. Both are in the host's memory, which
// the emulated GPU reads as well, and every launch is done at once: these tests are about indices, not about memory and
// order.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// Before the first call of CUDA, which reads the settings.
inline bool const has_settings =
    setenv("SHOAL_EMULATED_GPUS", "1", 1) == 0 && setenv("SHOAL_EMULATED_STREAMS", "eager", 1) == 0;

inline constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// Values in memory with margins; a sequence may take more memory than its positions.
class Values {
 public:
  Values(std::int64_t sequences, std::int64_t positions, std::int64_t channels, std::int64_t margin = 0,
         std::int64_t slack = 0)
      : stride_((positions + 2 * margin) * channels + slack),
        memory_(static_cast<std::size_t>(sequences * stride_), not_a_number),
        view_{memory_.data() + margin * channels, sequences, positions, channels, stride_, margin} {}

  MutableValues view() const { return view_; }
  float* row(std::int64_t sequence) const { return view_.data + sequence * view_.stride; }
  std::int64_t row_size() const { return view_.positions * view_.channels; }
  void fill_with(float value) { std::fill(memory_.begin(), memory_.end(), value); }

 private:
  std::int64_t stride_;
  std::vector<float> memory_;
  MutableValues view_;
};

// The parameter seeds the random numbers.
class OnHost : public testing::TestWithParam<unsigned> {
 protected:
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(generator_);
  }
  std::vector<float> floats(std::int64_t count, float scale = 1.0F) {
    std::uniform_real_distribution<float> distribution(-scale, scale);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = distribution(generator_);
    return values;
  }
  // The same numbers twice: with zero margins for the CPU, and among NaN for CUDA.
  void fill(Values& for_cpu, Values& for_cuda, float scale = 1.0F) {
    for_cpu.fill_with(0.0F);
    for (std::int64_t s = 0; s < for_cpu.view().sequences; ++s) {
      std::vector<float> const values = floats(for_cpu.row_size(), scale);
      std::copy(values.begin(), values.end(), for_cpu.row(s));
      std::copy(values.begin(), values.end(), for_cuda.row(s));
    }
  }
  Activation activation() { return static_cast<Activation>(integer(0, static_cast<int>(Activation::silu))); }

  static void expect_same_bits(Values const& one, Values const& other) {
    for (std::int64_t s = 0; s < one.view().sequences; ++s) {
      for (std::int64_t i = 0; i < one.row_size(); ++i) {
        float const a = one.row(s)[i];
        float const b = other.row(s)[i];
        // The sign of a zero depends on whether a zero that is not there was added.
        bool const same = std::memcmp(&a, &b, sizeof a) == 0 || (a == 0.0F && b == 0.0F);
        ASSERT_TRUE(same) << "sequence " << s << ", element " << i << ": CPU " << a << ", CUDA " << b;
      }
    }
  }

  CpuSpace cpu_;
  CudaSpace cuda_;

 private:
  std::mt19937 generator_{GetParam()};
};

}  // namespace shoal::kernels
