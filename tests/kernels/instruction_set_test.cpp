// SPDX-License-Identifier: MIT
// Every instruction set that this processor has gives the same bits as plain C++.
#include "kernels/instruction_set.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"
#include "kernels/layer_values.hpp"

namespace shoal::kernels {
namespace {

std::vector<InstructionSet> newer_sets() {
  std::vector<InstructionSet> sets;
  if (best_instruction_set() != InstructionSet::generic) sets.push_back(InstructionSet::avx2);
  if (best_instruction_set() == InstructionSet::avx512) sets.push_back(InstructionSet::avx512);
  return sets;
}

// NaN equals NaN with any bits.
bool same_bits(std::vector<float> const& one, std::vector<float> const& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

std::vector<float> product(InstructionSet set, std::int64_t rows, std::int64_t channels, std::int64_t pool,
                           Activation activation, bool sum = false, bool adds_first = false) {
  PanelShape const shape = {15, channels, panel_width, 0};
  std::vector<float> packed(panels_size(shape));
  auto const matrix = test::random_floats(15 * channels, 1), bias = test::random_floats(channels, 2);
  pack_panels(shape, matrix.data(), bias.data(), packed.data());
  auto const input = test::random_floats(rows * pool * 10 + 20, 3);
  std::vector<float> output(static_cast<std::size_t>(rows * channels), -7.0F);
  auto const addend = test::random_floats(rows * channels, 4);
  vector_kernels(set).multiply({.input = input.data(),
                                .row_step = 10,
                                .segments = 3,
                                .segment_length = 5,
                                .segment_step = 7,
                                .panels = packed.data(),
                                .output = {.data = output.data(),
                                           .rows = rows,
                                           .channels = channels,
                                           .row_step = channels,
                                           .pool = pool,
                                           .activation = activation,
                                           .alpha = 0.5F,
                                           .addend = sum ? addend.data() : nullptr,
                                           .adds_first = adds_first}});
  return output;
}

TEST(InstructionSets, ProductsAndActivationsHaveTheSameBits) {
  for (InstructionSet const set : newer_sets()) {
    for (std::int64_t const rows : {1, 2, 5, 13, 14, 15, 29}) {
      for (std::int64_t const channels : {1, 7, 16, 20, 33, 64}) {
        for (std::int64_t pool = 1; pool <= max_fused_pool; ++pool) {
          for (int kind = 0; kind <= static_cast<int>(last_activation); ++kind) {
            auto const activation = static_cast<Activation>(kind);
            ASSERT_TRUE(same_bits(product(set, rows, channels, pool, activation),
                                  product(InstructionSet::generic, rows, channels, pool, activation)))
                << to_string(set) << " rows " << rows << " channels " << channels << " pool " << pool << " activation "
                << static_cast<int>(activation);
          }
        }
      }
    }
  }
}

TEST(InstructionSets, SumsAreAddedBeforeOrAfterTheActivation) {
  auto sets = newer_sets();
  sets.push_back(InstructionSet::generic);
  for (InstructionSet const set : sets) {
    for (std::int64_t const channels : {1, 7, 16, 33, 64}) {
      auto const y = product(InstructionSet::generic, 29, channels, 1, Activation::linear);
      auto const addend = test::random_floats(29 * channels, 4);
      auto const before = product(set, 29, channels, 1, Activation::relu, true, true);
      auto const after = product(set, 29, channels, 1, Activation::relu, true, false);
      for (std::size_t i = 0; i < y.size(); ++i) {
        ASSERT_EQ(before[i], std::max(y[i] + addend[i], 0.0F));
        ASSERT_EQ(after[i], std::max(y[i], 0.0F) + addend[i]);
      }
    }
  }
}

TEST(InstructionSets, LookUpsHaveTheSameBits) {
  auto const look_up = [](InstructionSet set, std::int64_t channels, std::int64_t pool) {
    PanelShape const shape = {6 * 4, channels, code_panel_width, 4};
    std::vector<float> packed(panels_size(shape));
    auto const matrix = test::random_floats(24 * channels, 1), bias = test::random_floats(channels, 2);
    pack_panels(shape, matrix.data(), bias.data(), packed.data());
    std::vector<std::uint16_t> offsets(200);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      offsets[i] = static_cast<std::uint16_t>(i * i % 5 * static_cast<std::size_t>(code_panel_width));
    }
    std::vector<float> output(static_cast<std::size_t>(11 * channels));
    vector_kernels(set).look_up({.offsets = offsets.data(),
                                 .row_step = 2,
                                 .dilation = 3,
                                 .width = 6,
                                 .panels = packed.data(),
                                 .output = {.data = output.data(),
                                            .rows = 11,
                                            .channels = channels,
                                            .row_step = channels,
                                            .pool = pool,
                                            .activation = Activation::exponential}});
    return output;
  };
  for (InstructionSet const set : newer_sets()) {
    for (std::int64_t const channels : {1, 15, 16, 40, 64, 100, 256}) {
      for (std::int64_t pool = 1; pool <= max_fused_pool; ++pool) {
        ASSERT_EQ(look_up(set, channels, pool), look_up(InstructionSet::generic, channels, pool));
      }
    }
  }
}

TEST(InstructionSets, ChannelProductsAndCombinationsHaveTheSameBits) {
  for (InstructionSet const set : newer_sets()) {
    for (std::int64_t const channels : {1, 3, 8, 16, 31, 100}) {
      auto const x = test::random_floats(40 * channels, 1), weights = test::random_floats(6 * channels, 2);
      auto const run = [&](VectorKernels const& kernels) {
        std::vector<float> y(static_cast<std::size_t>(11 * channels)), z = y;
        kernels.multiply_channels({.input = x.data(),
                                   .row_step = 2 * channels,
                                   .tap_step = 3 * channels,
                                   .width = 5,
                                   .weights = weights.data(),
                                   .output = {.data = y.data(),
                                              .rows = 11,
                                              .channels = channels,
                                              .row_step = channels,
                                              .activation = Activation::silu}});
        for (bool const one : {false, true}) {
          kernels.combine({.combination = one ? Combination::add : Combination::multiply,
                           .a = x.data(),
                           .b = y.data(),
                           .b_is_one = one,
                           .count = channels * 11,
                           .activation = one ? Activation::relu : Activation::linear,
                           .output = z.data()});
          y.insert(y.end(), z.begin(), z.end());
        }
        return y;
      };
      EXPECT_EQ(run(vector_kernels(set)), run(vector_kernels(InstructionSet::generic))) << channels;
    }
  }
}

TEST(InstructionSets, ElementwiseLoopsHaveTheSameBits) {
  for (InstructionSet const set : newer_sets()) {
    for (std::int64_t const size : {1, 3, 8, 16, 31, 100}) {
      auto const x = test::random_floats(5 * size, 1), scale = test::random_floats(size, 2),
                 shift = test::random_floats(size, 3);
      auto const run = [&](VectorKernels const& kernels) {
        std::vector<float> y(static_cast<std::size_t>(4 * size));
        kernels.pool({PoolKind::max, x.data(), 5, 5, size, y.data()});
        kernels.pool({PoolKind::average, x.data(), 5, 4, size, y.data() + size});
        kernels.scale_shift({.input = x.data(),
                             .rows = 1,
                             .channels = size,
                             .scale = scale.data(),
                             .shift = shift.data(),
                             .output = y.data() + 2 * size});
        kernels.activate(x.data(), size, Activation::softplus, 1.0F, y.data() + 3 * size);
        return y;
      };
      EXPECT_EQ(run(vector_kernels(set)), run(vector_kernels(InstructionSet::generic))) << size;
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
