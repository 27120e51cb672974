// SPDX-License-Identifier: MIT
// Products with few columns, whose lanes are rows, have the bits of the one chain that kernels/forward/convolution.hpp
// states.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"
#include "kernels/layer_values.hpp"

namespace shoal::kernels {
namespace {

struct Case {
  std::int64_t rows, channels, row_step, segments, segment_length, segment_step;
};

// Few columns and many; a row after the other, overlapping, apart; taps joined, dilated, of a group's channels only;
// too deep and too far for this way.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (std::int64_t const channels : {1, 2, 3, 4, 5}) {
    for (std::int64_t const rows : {1, 7, 8, 16, 31, 33, 128, 300}) {
      all.push_back({rows, channels, 6, 1, 6 * 5, 0});
      all.push_back({rows, channels, 12, 1, 6 * 5, 0});
      all.push_back({rows, channels, 6, 4, 6, 6 * 9});
      all.push_back({rows, channels, 8, 3, 2, 8});
      all.push_back({rows, channels, 8, 3, 2, 4});
      all.push_back({rows, channels, 40, 1, 33, 0});
    }
    all.push_back({64, channels, 64, 75, 64, 64});
    all.push_back({64, channels, 64, 3, 64, 64 * 256});
    all.push_back({64, channels, 16, 1, 16 * 1500, 0});
  }
  return all;
}

void expect_chains(InstructionSet set, Case const& c, Activation activation) {
  std::int64_t const depth = c.segments * c.segment_length;
  PanelShape const shape = {depth, c.channels, panel_width, 0};
  std::vector<float> packed(panels_size(shape));
  auto const matrix = test::random_floats(depth * c.channels, 1), bias = test::random_floats(c.channels, 2);
  pack_panels(shape, matrix.data(), bias.data(), packed.data());
  // Exactly as long as what is read, so that sanitizers notice a step too far.
  auto const input =
      test::random_floats((c.rows - 1) * c.row_step + (c.segments - 1) * c.segment_step + c.segment_length, 3);
  std::int64_t const row_step = c.channels + 2;
  std::vector<float> output(static_cast<std::size_t>(c.rows * row_step), -7.0F);
  vector_kernels(set).multiply({.input = input.data(),
                                .row_step = c.row_step,
                                .segments = c.segments,
                                .segment_length = c.segment_length,
                                .segment_step = c.segment_step,
                                .panels = packed.data(),
                                .output = {.data = output.data(),
                                           .rows = c.rows,
                                           .channels = c.channels,
                                           .row_step = row_step,
                                           .activation = activation}});
  for (std::int64_t t = 0; t < c.rows; ++t) {
    for (std::int64_t f = 0; f < row_step; ++f) {
      float expected = -7.0F;
      if (f < c.channels) {
        expected = bias[static_cast<std::size_t>(f)];
        for (std::int64_t i = 0; i < depth; ++i) {
          std::int64_t const from = t * c.row_step + i / c.segment_length * c.segment_step + i % c.segment_length;
          expected = std::fma(input[static_cast<std::size_t>(from)],
                              matrix[static_cast<std::size_t>(i * c.channels + f)], expected);
        }
        if (activation == Activation::relu) expected = std::max(expected, 0.0F);
      }
      ASSERT_EQ(output[static_cast<std::size_t>(t * row_step + f)], expected)
          << to_string(set) << " rows " << c.rows << " channels " << c.channels << " step " << c.row_step
          << " segments " << c.segments << " row " << t << " column " << f;
    }
  }
}

TEST(NarrowProducts, AreChainsOfFusedMultiplyAdds) {
  for (int set = 0; set <= static_cast<int>(best_instruction_set()); ++set) {
    for (Case const& c : cases()) {
      expect_chains(static_cast<InstructionSet>(set), c, Activation::linear);
      expect_chains(static_cast<InstructionSet>(set), c, Activation::relu);
    }
  }
}

// Logarithms and roots of negative numbers compare as equal.
float known(float value) {
  return std::isnan(value) ? -999.0F : value;
}

TEST(NarrowProducts, TakeEveryActivation) {
  Case const c = {50, 2, 6, 1, 30, 0};
  auto const run = [&](Activation activation, std::int64_t channels) {
    PanelShape const shape = {30, channels, panel_width, 0};
    std::vector<float> packed(panels_size(shape));
    std::vector<float> matrix(static_cast<std::size_t>(30 * channels), 0.0F);
    auto const two = test::random_floats(60, 1);
    for (std::size_t i = 0; i < 30; ++i) {
      std::copy_n(two.data() + 2 * i, 2, matrix.data() + i * static_cast<std::size_t>(channels));
    }
    pack_panels(shape, matrix.data(), nullptr, packed.data());
    auto const input = test::random_floats(400, 3);
    std::vector<float> output(static_cast<std::size_t>(c.rows * channels)), first;
    vector_kernels().multiply({.input = input.data(),
                               .row_step = c.row_step,
                               .segments = 1,
                               .segment_length = 30,
                               .segment_step = 0,
                               .panels = packed.data(),
                               .output = {.data = output.data(),
                                          .rows = c.rows,
                                          .channels = channels,
                                          .row_step = channels,
                                          .activation = activation,
                                          .alpha = 0.3F}});
    for (std::int64_t t = 0; t < c.rows; ++t) {
      for (std::int64_t f = 0; f < 2; ++f) first.push_back(known(output[static_cast<std::size_t>(t * channels + f)]));
    }
    return first;
  };
  for (int kind = 0; kind <= static_cast<int>(last_activation); ++kind) {
    EXPECT_EQ(run(static_cast<Activation>(kind), 2), run(static_cast<Activation>(kind), 20)) << kind;
  }
}

}  // namespace
}  // namespace shoal::kernels
