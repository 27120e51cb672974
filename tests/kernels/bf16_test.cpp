// SPDX-License-Identifier: MIT
// Products of bfloat16 operands: every instruction set against a scalar version of the order of summation, bit by
// bit, and against double precision.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/common/bfloat16.hpp"
#include "kernels/cpu/bf16/bf16_layers.hpp"
#include "kernels/cpu/vector/lanes_generic.hpp"
#include "kernels/layer_values.hpp"
// The tile walk is written for the Lanes above; its tile instructions are replaced by loops here.
#include "kernels/cpu/bf16/amx_tiles.hpp"
#include "kernels/cpu/bf16/bf16_split.hpp"
#include "support/sanitized.hpp"

namespace shoal::kernels {
namespace {

// The eight tile registers, as Intel's manual defines their instructions.
struct EmulatedTiles {
  struct Use {
    Use() {
      EXPECT_FALSE(configured);
      configured = true;
    }
    ~Use() { configured = false; }
  };
  inline static bool configured = false;
  inline static std::uint32_t tiles[8][16][16];

  template <int tile>
  static void load(void const* from, std::int64_t bytes) {
    EXPECT_TRUE(configured);
    for (int row = 0; row < 16; ++row) {
      std::memcpy(tiles[tile][row], static_cast<char const*>(from) + row * bytes, sizeof tiles[tile][row]);
    }
  }
  template <int tile>
  static void store(float* to, std::int64_t bytes) {
    for (int row = 0; row < 16; ++row) {
      std::memcpy(reinterpret_cast<char*>(to) + row * bytes, tiles[tile][row], sizeof tiles[tile][row]);
    }
  }
  template <int sum, int a, int b>
  static void add_product() {
    for (int row = 0; row < 16; ++row) {
      for (int column = 0; column < 16; ++column) {
        float even = 0.0F, odd = 0.0F;
        for (int k = 0; k < 16; ++k) {
          std::uint32_t const x = tiles[a][row][k], w = tiles[b][k][column];
          even = std::fma(float_of(x << 16), float_of(w << 16), even);
          odd = std::fma(float_of(x & 0xFFFF0000U), float_of(w & 0xFFFF0000U), odd);
        }
        tiles[sum][row][column] = bits_of(float_of(tiles[sum][row][column]) + (even + odd));
      }
    }
  }
};

Bf16Kernels const emulated_amx_kernels = {Bf16Set::amx_bf16, tile_depth, block_rows, split,
                                          multiply_in_tiles<EmulatedTiles>};

std::vector<Bf16Kernels> every_set() {
  std::vector<Bf16Kernels> all = {emulated_amx_kernels};
  for (Bf16Set const set :
       {Bf16Set::generic, Bf16Set::avx2, Bf16Set::avx512, Bf16Set::avx512_bf16, Bf16Set::amx_bf16}) {
    if (has_bf16_set(set)) all.push_back(bf16_kernels(set));
  }
  return all;
}

struct Case {
  std::int64_t rows = 1;  // after pooling
  Bf16PanelShape shape;
  std::int64_t stride = 1, dilation = 1, pool = 1;
  Activation activation = Activation::linear;
  bool sum = false, adds_first = false;

  std::int64_t products() const { return rows * pool; }
  std::int64_t read() const { return (products() - 1) * stride + (shape.taps - 1) * dilation + 1; }
};

struct Numbers {
  std::vector<float> x, kernel, bias, addend;
  explicit Numbers(Case const& c, unsigned seed = 1)
      : x(test::random_floats(c.read() * c.shape.channels, seed)),
        kernel(test::random_floats(c.shape.taps * c.shape.channels * c.shape.columns, seed + 1)),
        bias(test::random_floats(c.shape.columns, seed + 2)),
        addend(test::random_floats(c.rows * c.shape.columns, seed + 3)) {}
};

std::vector<float> product(Bf16Kernels const& kernels, Case const& c, Numbers const& numbers) {
  std::vector<float> packed(bf16_panels_size(kernels, c.shape));
  pack_bf16_panels(kernels, c.shape, numbers.kernel.data(), numbers.bias.data(), packed.data());
  std::vector<float> y(static_cast<std::size_t>(c.rows * c.shape.columns), -7.0F);
  multiply_bf16(kernels, {numbers.x.data(), c.shape.channels, c.stride, c.dilation}, c.shape, packed.data(),
                {.data = y.data(),
                 .rows = c.rows,
                 .channels = c.shape.columns,
                 .row_step = c.shape.columns,
                 .pool = c.pool,
                 .activation = c.activation,
                 .alpha = 0.5F,
                 .addend = c.sum ? numbers.addend.data() : nullptr,
                 .adds_first = c.adds_first});
  return y;
}

// The chain of bf16_kernels.hpp, one element: `part` reads an operand's high (0) or low (1) part.
template <class X, class W>
float chain(Bf16Kernels const& kernels, Case const& c, float bias, X const& x, W const& w) {
  int const terms = c.shape.precision == Precision::bf16x3 ? 3 : 1;
  constexpr int parts[3][2] = {{0, 0}, {0, 1}, {1, 0}};
  std::int64_t const block = kernels.depth_block;
  float sum = bias;
  for (std::int64_t k = 0; k < c.shape.taps; ++k) {
    for (std::int64_t first = 0; first < c.shape.channels; first += block) {
      for (int term = 0; term < terms; ++term) {
        float even = 0.0F, odd = 0.0F;
        for (std::int64_t i = first; i < first + block; i += 2) {
          float const x_even = x(k, i, parts[term][0]), x_odd = x(k, i + 1, parts[term][0]);
          float const w_even = w(k, i, parts[term][1]), w_odd = w(k, i + 1, parts[term][1]);
          if (block == 2) sum = std::fma(x_even, w_even, std::fma(x_odd, w_odd, sum));
          even = std::fma(x_even, w_even, even);
          odd = std::fma(x_odd, w_odd, odd);
        }
        if (block > 2) sum += even + odd;
      }
    }
  }
  return sum;
}

float part_of(float value, int part) {
  SplitFloat const both = split_float(value);
  return from_bfloat16(part == 0 ? both.high : both.low);
}

std::vector<float> expected_product(Bf16Kernels const& kernels, Case const& c, Numbers const& numbers) {
  Bf16PanelShape const& shape = c.shape;
  std::vector<float> y;
  for (std::int64_t row = 0; row < c.rows; ++row) {
    for (std::int64_t f = 0; f < shape.columns; ++f) {
      float most = -INFINITY;
      for (std::int64_t t = row * c.pool; t < (row + 1) * c.pool; ++t) {
        auto const x = [&](std::int64_t k, std::int64_t i, int part) {
          if (i >= shape.channels) return 0.0F;
          auto const at = static_cast<std::size_t>((t * c.stride + k * c.dilation) * shape.channels + i);
          return part_of(numbers.x[at], part);
        };
        auto const w = [&](std::int64_t k, std::int64_t i, int part) {
          if (i >= shape.channels) return 0.0F;
          auto const at = static_cast<std::size_t>((k * shape.channels + i) * shape.columns + f);
          return part_of(numbers.kernel[at], part);
        };
        most = std::max(most, chain(kernels, c, numbers.bias[static_cast<std::size_t>(f)], x, w));
      }
      float const addend = c.sum ? numbers.addend[y.size()] : 0.0F;
      if (c.adds_first) most += addend;
      if (c.activation == Activation::relu) most = std::max(most, 0.0F);
      y.push_back(c.sum && !c.adds_first ? most + addend : most);
    }
  }
  return y;
}

TEST(Bfloat16, RoundsToNearestEven) {
  EXPECT_EQ(to_bfloat16(1.0F), 0x3F80);
  EXPECT_EQ(to_bfloat16(1.0F + 0x1p-8F), 0x3F80);             // halfway, down to even
  EXPECT_EQ(to_bfloat16(1.0F + 0x3p-8F), 0x3F82);             // halfway, up to even
  EXPECT_EQ(to_bfloat16(1.0F + 0x1p-8F + 0x1p-20F), 0x3F81);  // above halfway
  EXPECT_EQ(to_bfloat16(-2.0F), 0xC000);
  EXPECT_EQ(to_bfloat16(3.4e38F), 0x7F80);  // past the largest: infinity
  EXPECT_EQ(to_bfloat16(-1e-40F), 0x8000);  // denormal
  EXPECT_EQ(to_bfloat16(0x1p-126F), 0x0080);
  EXPECT_TRUE(std::isnan(from_bfloat16(to_bfloat16(NAN))));
}

TEST(Bfloat16, ASplitFloatLacksLessThanTwoToTheMinusSixteen) {
  for (float const x : test::random_floats(10'000, 3)) {
    SplitFloat const both = split_float(x);
    EXPECT_LE(std::abs(x - from_bfloat16(both.high) - from_bfloat16(both.low)), std::abs(x) * 0x1p-16F);
  }
}

TEST(Bf16Kernels, EverySetSplitsRowsAlike) {
  std::vector<float> x = test::random_floats(3 * 37, 5);
  float const special[] = {1e-40F,   -1e-39F,   0x1p-126F, -0.0F,          3.4e38F,
                           INFINITY, -INFINITY, NAN,       1.0F + 0x1p-8F, 0x1.01p-126F};
  std::copy(std::begin(special), std::end(special), x.begin() + 30);
  for (Bf16Kernels const& kernels : every_set()) {
    std::vector<std::uint16_t> high(3 * 40, 9), low(3 * 40, 9);
    kernels.split({x.data(), 3, 37, 37, 40, high.data(), low.data()});
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t c = 0; c < 40; ++c) {
        SplitFloat const expected = c < 37 ? split_float(x[37 * row + c]) : SplitFloat{0, 0};
        ASSERT_EQ(high[40 * row + c], expected.high) << "row " << row << ", channel " << c;
        bool const is_nan = std::isnan(from_bfloat16(expected.low)) && std::isnan(from_bfloat16(low[40 * row + c]));
        ASSERT_TRUE(is_nan || low[40 * row + c] == expected.low) << "row " << row << ", channel " << c;
      }
    }
  }
}

// Under the sanitizers, which look at accesses and not at sums, fewer rows, columns and pools: all of them take minutes
// there.
using Sizes = std::vector<std::int64_t>;
Sizes const rows_tried = test::is_sanitized ? Sizes{1, 17, 29} : Sizes{1, 5, 14, 16, 17, 29, 33};
Sizes const columns_tried = test::is_sanitized ? Sizes{7, 33, 64} : Sizes{1, 7, 16, 20, 33, 64};
constexpr std::int64_t pool_step = test::is_sanitized ? 3 : 1;

TEST(Bf16Kernels, EveryTileHasTheStatedOrder) {
  for (Bf16Kernels const& kernels : every_set()) {
    for (Precision const precision : {Precision::bf16, Precision::bf16x3}) {
      for (std::int64_t const rows : rows_tried) {
        for (std::int64_t const columns : columns_tried) {
          for (std::int64_t pool = 1; pool <= max_fused_pool; pool += pool_step) {
            Case const c = {.rows = rows,
                            .shape = {3, 5, columns, precision},
                            .pool = pool,
                            .activation = pool % 2 == 0 ? Activation::relu : Activation::linear};
            Numbers const numbers(c);
            ASSERT_EQ(product(kernels, c, numbers), expected_product(kernels, c, numbers))
                << "set " << static_cast<int>(kernels.set) << ", " << to_string(precision) << ", rows " << rows
                << ", columns " << columns << ", pool " << pool;
          }
        }
      }
    }
  }
}

TEST(Bf16Kernels, EveryGeometryHasTheStatedOrder) {
  for (Bf16Kernels const& kernels : every_set()) {
    for (Precision const precision : {Precision::bf16, Precision::bf16x3}) {
      for (std::int64_t const channels : {1, 2, 31, 32, 33, 70}) {
        for (std::int64_t const dilation : {1, 3}) {
          for (std::int64_t const stride : {1, 2}) {
            Case c = {.rows = 19, .shape = {4, channels, 37, precision}, .stride = stride, .dilation = dilation};
            Numbers const numbers(c, static_cast<unsigned>(channels));
            ASSERT_EQ(product(kernels, c, numbers), expected_product(kernels, c, numbers))
                << "set " << static_cast<int>(kernels.set) << ", channels " << channels;
            c.sum = true;
            c.activation = Activation::relu;
            c.adds_first = stride == 1;
            ASSERT_EQ(product(kernels, c, numbers), expected_product(kernels, c, numbers));
          }
        }
      }
    }
  }
}

TEST(Bf16Kernels, VectorSetsAgreeOnTinyNumbers) {
  for (Precision const precision : {Precision::bf16, Precision::bf16x3}) {
    Case const c = {.rows = 30, .shape = {2, 6, 40, precision}};
    Numbers numbers(c);
    for (std::size_t i = 0; i < numbers.x.size(); ++i) numbers.x[i] *= std::ldexp(1.0F, -60 - static_cast<int>(i % 70));
    for (float& w : numbers.kernel) w *= 0x1p-60F;
    for (float& b : numbers.bias) b *= 0x1p-127F;
    auto const generic = product(bf16_kernels(Bf16Set::generic), c, numbers);
    EXPECT_TRUE(std::any_of(generic.begin(), generic.end(), [](float y) { return y == 0.0F; }));
    for (float const y : generic) EXPECT_FALSE(std::fpclassify(y) == FP_SUBNORMAL);
    for (Bf16Kernels const& kernels : every_set()) {
      if (kernels.set == Bf16Set::amx_bf16) continue;
      EXPECT_EQ(product(kernels, c, numbers), generic) << static_cast<int>(kernels.set);
    }
  }
}

TEST(Bf16Kernels, SmallIntegersAreExact) {
  for (Bf16Kernels const& kernels : every_set()) {
    for (Precision const precision : {Precision::bf16, Precision::bf16x3}) {
      Case const c = {.rows = 50, .shape = {5, 60, 40, precision}};
      Numbers numbers(c);
      for (auto* values : {&numbers.x, &numbers.kernel, &numbers.bias}) {
        for (float& value : *values) value = std::round(8.0F * value);
      }
      auto const y = product(kernels, c, numbers);
      for (std::int64_t t = 0; t < c.rows; ++t) {
        for (std::int64_t f = 0; f < 40; ++f) {
          auto sum = static_cast<double>(numbers.bias[static_cast<std::size_t>(f)]);
          for (std::int64_t i = 0; i < 300; ++i) {
            sum += static_cast<double>(numbers.x[static_cast<std::size_t>(t * 60 + i)]) *
                   static_cast<double>(numbers.kernel[static_cast<std::size_t>(i * 40 + f)]);
          }
          ASSERT_EQ(static_cast<double>(y[static_cast<std::size_t>(t * 40 + f)]), sum);
        }
      }
    }
  }
}

// The error of an element relative to the sum of its products' magnitudes: 2^-8 for two operands rounded to eight
// bits, 2^-15 for split ones (their low parts rounded, low times low left out), and a few float32 roundings.
TEST(Bf16Kernels, ErrorsAgainstDoublePrecisionAreWithinTheBounds) {
  for (Bf16Kernels const& kernels : every_set()) {
    for (Precision const precision : {Precision::bf16, Precision::bf16x3}) {
      Case const c = {.rows = 40, .shape = {3, 64, 48, precision}};
      Numbers const numbers(c, 11);
      auto const y = product(kernels, c, numbers);
      double worst = 0.0;
      for (std::int64_t t = 0; t < c.rows; ++t) {
        for (std::int64_t f = 0; f < 48; ++f) {
          auto sum = static_cast<double>(numbers.bias[static_cast<std::size_t>(f)]);
          double magnitude = std::abs(sum);
          for (std::int64_t i = 0; i < 192; ++i) {
            double const term = static_cast<double>(numbers.x[static_cast<std::size_t>(t * 64 + i)]) *
                                static_cast<double>(numbers.kernel[static_cast<std::size_t>(i * 48 + f)]);
            sum += term;
            magnitude += std::abs(term);
          }
          worst =
              std::max(worst, std::abs(static_cast<double>(y[static_cast<std::size_t>(t * 48 + f)]) - sum) / magnitude);
        }
      }
      EXPECT_LT(worst, precision == Precision::bf16 ? 0x1p-8 : 0x1p-15);
      EXPECT_GT(worst, precision == Precision::bf16 ? 0x1p-14 : 0x1p-24) << "more exact than it can be";
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
