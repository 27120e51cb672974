// SPDX-License-Identifier: MIT
// The CUDA kernels of the backward pass, executed on the host, give the bits of the CPU kernels on random values.
#include <gtest/gtest.h>

#include "kernels/backward/accumulate.hpp"
#include "kernels/backward/activation_backward.hpp"
#include "kernels/backward/along_axis_backward.hpp"
#include "kernels/backward/pooling_backward.hpp"
#include "kernels/backward/readout_backward.hpp"
#include "kernels/forward/along_axis.hpp"
#include "kernels/forward/rearrange.hpp"
#include "on_host.hpp"

namespace shoal::kernels {

namespace {

// Whole numbers from 0 to 3, so that maxima have ties.
void make_ties(Values const& values, Values const& same) {
  for (std::int64_t s = 0; s < values.view().sequences; ++s) {
    for (std::int64_t i = 0; i < values.row_size(); ++i) {
      float const tied = static_cast<float>(static_cast<int>((values.row(s)[i] + 1.0F) * 2.0F));
      values.row(s)[i] = same.row(s)[i] = tied;
    }
  }
}

class BackwardPassOnHost : public OnHost {
 protected:
  // The same random values for the CPU and for CUDA.
  struct Twice {
    Values cpu, cuda;
    Twice(std::int64_t sequences, std::int64_t positions, std::int64_t channels)
        : cpu(sequences, positions, channels), cuda(sequences, positions, channels) {}
  };
  Twice random(std::int64_t sequences, std::int64_t positions, std::int64_t channels, float scale = 1.0F) {
    Twice values(sequences, positions, channels);
    fill(values.cpu, values.cuda, scale);
    return values;
  }
};

TEST_P(BackwardPassOnHost, Activations) {
  std::int64_t const sequences = integer(1, 4), positions = integer(1, 40), channels = integer(1, 30);
  Twice const x = random(sequences, positions, channels, 4.0F), r = random(sequences, positions, channels, 4.0F);
  Twice const g = random(sequences, positions, channels);
  Twice out(sequences, positions, channels);
  for (int kind = 0; kind <= static_cast<int>(last_activation); ++kind) {
    SCOPED_TRACE(kind);
    auto const activation = static_cast<Activation>(kind);
    if (activation == Activation::log || activation == Activation::square_root) continue;  // NaN below 0
    activate_backward(cpu_, x.cpu.view(), activation, 0.3F, g.cpu.view(), out.cpu.view());
    activate_backward(cuda_, x.cuda.view(), activation, 0.3F, g.cuda.view(), out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
    activate_rescale(cpu_, x.cpu.view(), r.cpu.view(), activation, 0.3F, g.cpu.view(), out.cpu.view());
    activate_rescale(cuda_, x.cuda.view(), r.cuda.view(), activation, 0.3F, g.cuda.view(), out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
  }
}

TEST_P(BackwardPassOnHost, Pooling) {
  std::int64_t const sequences = integer(1, 4), positions = integer(6, 60), channels = integer(1, 30);
  Twice const x = random(sequences, positions, channels), r = random(sequences, positions, channels);
  make_ties(x.cpu, x.cuda);
  Twice out(sequences, positions, channels);
  for (PoolKind const kind : {PoolKind::max, PoolKind::average}) {
    PoolShape shape{.kind = kind, .width = integer(1, 5), .stride = integer(1, 4)};
    shape.padding = integer(0, shape.width - 1);
    std::int64_t const windows = (positions + shape.padding - 1) / shape.stride + 1;
    Values y(sequences, windows, channels), z(sequences, windows, channels);
    pool(cpu_, x.cpu.view(), shape, y.view());
    pool(cpu_, r.cpu.view(), shape, z.view());
    Twice const g = random(sequences, windows, channels);
    pool_backward(cpu_, x.cpu.view(), y.view(), shape, g.cpu.view(), out.cpu.view());
    pool_backward(cuda_, x.cuda.view(), y.view(), shape, g.cuda.view(), out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
    if (kind == PoolKind::max) {
      max_pool_rescale(cpu_, {x.cpu.view(), y.view(), r.cpu.view(), z.view()}, shape, g.cpu.view(), out.cpu.view());
      max_pool_rescale(cuda_, {x.cuda.view(), y.view(), r.cuda.view(), z.view()}, shape, g.cuda.view(),
                       out.cuda.view());
      expect_same_bits(out.cpu, out.cuda);
    }
    Values whole(sequences, 1, channels);
    global_pool(cpu_, x.cpu.view(), kind, whole.view());
    Twice const h = random(sequences, 1, channels);
    global_pool_backward(cpu_, x.cpu.view(), whole.view(), kind, h.cpu.view(), out.cpu.view());
    global_pool_backward(cuda_, x.cuda.view(), whole.view(), kind, h.cuda.view(), out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
  }
}

TEST_P(BackwardPassOnHost, AlongAnAxis) {
  std::int64_t const sequences = integer(1, 4), positions = integer(1, 40), channels = integer(1, 30);
  Twice const x = random(sequences, positions, channels, 3.0F), g = random(sequences, positions, channels);
  Twice out(sequences, positions, channels);
  for (Axis const axis : {Axis::positions, Axis::channels}) {
    Values y(sequences, positions, channels);
    softmax(cpu_, x.cpu.view(), axis, y.view());
    softmax_backward(cpu_, y.view(), axis, g.cpu.view(), out.cpu.view());
    softmax_backward(cuda_, y.view(), axis, g.cuda.view(), out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
    bool const rows = axis == Axis::positions;
    Values one(sequences, rows ? 1 : positions, rows ? channels : 1);
    Twice const h = random(sequences, rows ? 1 : positions, rows ? channels : 1);
    for (Reduction const kind : {Reduction::mean, Reduction::sum, Reduction::max, Reduction::log_sum_exp}) {
      reduce(cpu_, x.cpu.view(), kind, axis, one.view());
      reduce_backward(cpu_, x.cpu.view(), one.view(), kind, axis, h.cpu.view(), out.cpu.view());
      reduce_backward(cuda_, x.cuda.view(), one.view(), kind, axis, h.cuda.view(), out.cuda.view());
      expect_same_bits(out.cpu, out.cuda);
    }
  }
  std::vector<float> const scale = floats(channels);
  layer_norm_backward(cpu_, x.cpu.view(), scale.data(), 0.01F, g.cpu.view(), out.cpu.view());
  layer_norm_backward(cuda_, x.cuda.view(), scale.data(), 0.01F, g.cuda.view(), out.cuda.view());
  expect_same_bits(out.cpu, out.cuda);
}

TEST_P(BackwardPassOnHost, Readouts) {
  std::int64_t const sequences = integer(1, 4), positions = integer(4, 20), channels = integer(3, 12);
  Twice const x = random(sequences, positions, channels, 3.0F);
  make_ties(x.cpu, x.cuda);
  Twice out = random(sequences, positions, channels);
  std::vector<float> const weights = floats(positions * channels);
  for (ReadoutKind const kind :
       {ReadoutKind::sum, ReadoutKind::mean, ReadoutKind::max, ReadoutKind::softmax, ReadoutKind::softmax_tracks,
        ReadoutKind::centred, ReadoutKind::centred_joint, ReadoutKind::weighted}) {
    ReadoutShape const part{kind, 1, positions - 2, 1, channels - 1, integer(0, 1) == 1, weights.data()};
    read_out_backward(cpu_, x.cpu.view(), part, 0.7, out.cpu.view());
    read_out_backward(cuda_, x.cuda.view(), part, 0.7, out.cuda.view());
    expect_same_bits(out.cpu, out.cuda);
  }
}

TEST_P(BackwardPassOnHost, SumsOfStridedElements) {
  std::int64_t const sequences = integer(1, 4), positions = integer(2, 20), channels = integer(2, 12);
  Twice const x = random(sequences, positions, channels), by = random(sequences, positions, channels);
  Twice out(sequences, positions, channels);
  kernels::fill(cpu_, 0.5F, out.cpu.view());
  kernels::fill(cuda_, 0.5F, out.cuda.view());
  Accumulation what;  // every row gets the products' sum over the rows
  what.positions = positions;
  what.channels = channels;
  what.target = {0, channels, 1};
  what.source = what.factor = {0, 0, 1};
  what.summed_positions = positions;
  what.source_sum = what.factor_sum = {0, channels, 0};
  what.scale = 0.3F;
  accumulate(cpu_, x.cpu.view(), by.cpu.view(), what, out.cpu.view());
  accumulate(cuda_, x.cuda.view(), by.cuda.view(), what, out.cuda.view());
  expect_same_bits(out.cpu, out.cuda);
  std::vector<float> const flat = floats(sequences * positions * channels);
  load_values(cpu_, flat.data(), out.cpu.view());
  load_values(cuda_, flat.data(), out.cuda.view());
  expect_same_bits(out.cpu, out.cuda);
  std::vector<float> maps(flat.size()), same(flat.size());
  store_maps(cpu_, out.cpu.view(), maps.data(), positions * channels);
  store_maps(cuda_, out.cuda.view(), same.data(), positions * channels);
  EXPECT_EQ(maps, same);
  EXPECT_EQ(maps[1], out.cpu.row(0)[channels]);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BackwardPassOnHost, testing::Range(1U, 13U));

}  // namespace

}  // namespace shoal::kernels
