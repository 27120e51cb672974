// SPDX-License-Identifier: MIT
// Convolution straight from packed base codes: a gather of kernel rows, no product.
#include <algorithm>

#include "kernels/common/activation.hpp"
#include "kernels/common/maximum.hpp"
#include "kernels/cuda/columns.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/forward/convolution.hpp"

namespace shoal::kernels {

namespace {

using cuda::rows_a_base;

constexpr int thread_rows = 4;  // rows of y that one thread holds, a multiple of every pool that is fused
constexpr int block_threads = 256;
constexpr std::size_t shared_limit = 96 * 1024;  // two blocks per multiprocessor from the A100 on

// One launch. A block holds the weights of `tile` filters and goes through (sequence, span of rows) items.
struct CodeConvolution {
  PackedView sequences;
  MutableValues output;
  Epilogue epilogue;
  float const* packed = nullptr;  // [1 + width * rows_a_base, padded filters]: the bias, then the weights
  std::int32_t padded = 0;        // filters, a multiple of 4
  std::int32_t tile = 0;          // filters of a block: 32, 64 or 128
  std::int32_t width = 1;
  std::int32_t stride = 1;
  std::int32_t dilation = 1;
  std::int32_t padding = 0;
  std::int32_t rows = 0;       // rows of y per sequence: output.positions * pool
  std::int32_t span_rows = 0;  // rows of y per item
  std::int32_t span_bases = 0;
  std::int32_t spans = 0;  // items per sequence
  bool fours = false;      // stores_fours(output)
};

// The five weights of tap k are `tile` floats apart; `f` is the first of this thread's four filters.
__device__ void copy_weights(CodeConvolution const& work, std::int32_t first_filter, float* weights) {
  auto const size = work.width * rows_a_base * work.tile;
  for (auto i = static_cast<std::int32_t>(threadIdx.x); i < size; i += block_threads) {
    std::int32_t const row = i / work.tile;
    std::int32_t const f = first_filter + i - row * work.tile;
    weights[i] = f < work.padded ? work.packed[static_cast<std::int64_t>(1 + row) * work.padded + f] : 0.0F;
  }
}

// Codes of the bases that a span of rows reads.
__device__ void copy_codes(CodeConvolution const& work, std::int64_t sequence, std::int32_t first_row,
                           std::int32_t* span) {
  std::uint64_t const* const row = work.sequences.words + sequence * words_per_row(work.sequences.length);
  std::int32_t const start = first_row * work.stride - work.padding;
  for (auto i = static_cast<std::int32_t>(threadIdx.x); i < work.span_bases; i += block_threads) {
    std::int32_t const p = start + i;
    bool const known = p >= 0 && p < work.sequences.length &&
                       (work.sequences.unknown == nullptr || !mask_bit(work.sequences.unknown, p));
    span[i] = known ? static_cast<std::int32_t>(packed_code(row, p)) : code_n;
  }
}

// Sums of thread_rows rows of y from row `first` of the span on, four filters each. `taps` is [width, codes, pitch].
__device__ void gather(CodeConvolution const& work, float const* taps, std::int32_t pitch, float const* bias,
                       std::int32_t const* span, std::int32_t first, float (&sums)[thread_rows][4]) {
#pragma unroll
  for (int r = 0; r < thread_rows; ++r) {
#pragma unroll
    for (int j = 0; j < 4; ++j) sums[r][j] = bias[j];
  }
  std::int32_t const* base = span + first * work.stride;
#pragma unroll 2
  for (std::int32_t k = 0; k < work.width; ++k) {
#pragma unroll
    for (int r = 0; r < thread_rows; ++r) {
      float4 const weights = *reinterpret_cast<float4 const*>(taps + base[r * work.stride] * pitch);
      sums[r][0] += weights.x;
      sums[r][1] += weights.y;
      sums[r][2] += weights.z;
      sums[r][3] += weights.w;
    }
    base += work.dilation;
    taps += rows_a_base * pitch;
  }
}

// Pools, activates and stores the rows [row, row + thread_rows) of y, filters f … f + 3.
__device__ void store_rows(CodeConvolution const& work, std::int64_t sequence, std::int32_t row, std::int32_t f,
                           float (&sums)[thread_rows][4]) {
  auto const filters = static_cast<std::int32_t>(work.output.channels);
  auto const pool = static_cast<int>(work.epilogue.pool);
#pragma unroll
  for (int r = 0; r < thread_rows; ++r) {
    if (r % pool != 0 || row + r >= work.rows) continue;
    std::int64_t const u = (row + r) / pool;
    alignas(16) float four[4];
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      float y = sums[r][j];
      if (pool > 1) y = larger(y, sums[(r + 1) % thread_rows][j]);
      if (pool > 2) y = larger(larger(y, sums[(r + 2) % thread_rows][j]), sums[(r + 3) % thread_rows][j]);
      four[j] = activated<ScalarMath>(work.epilogue.activation, work.epilogue.alpha, y);
    }
    float* const to = work.output.data + sequence * work.output.stride + u * filters;
    cuda::store_columns(four, f, filters, work.fours, to);
  }
}

// `staged`: weights in shared memory; otherwise they are too many and come from global memory.
template <bool staged>
__global__ void __launch_bounds__(block_threads) convolve_codes_kernel(CodeConvolution work) {
  auto* const weights = cuda::dynamic_shared_memory<float>();
  auto const first_filter = static_cast<std::int32_t>(blockIdx.y) * work.tile;
  auto* const span = reinterpret_cast<std::int32_t*>(weights + (staged ? work.width * rows_a_base * work.tile : 0));
  if (staged) copy_weights(work, first_filter, weights);

  std::int32_t const threads_a_row = work.tile / 4;
  auto const thread = static_cast<std::int32_t>(threadIdx.x);
  std::int32_t const column = thread % threads_a_row * 4;
  std::int32_t const f = first_filter + column;
  bool const has_filters = f < work.padded;
  alignas(16) float bias[4] = {};
  if (has_filters) cuda::copy_four(work.packed + f, bias);

  std::int64_t const items = work.sequences.mutants * work.spans;
  for (std::int64_t item = blockIdx.x; item < items; item += gridDim.x) {
    std::int64_t const sequence = item / work.spans;
    std::int32_t const first_row = static_cast<std::int32_t>(item - sequence * work.spans) * work.span_rows;
    __syncthreads();
    copy_codes(work, sequence, first_row, span);
    __syncthreads();
    std::int32_t const row_step = block_threads / threads_a_row * thread_rows;
    for (std::int32_t row = thread / threads_a_row * thread_rows; row < work.span_rows; row += row_step) {
      if (!has_filters || first_row + row >= work.rows) continue;
      float sums[thread_rows][4];
      if constexpr (staged) {
        gather(work, weights + column, work.tile, bias, span, row, sums);
      } else {
        gather(work, work.packed + work.padded + f, work.padded, bias, span, row, sums);
      }
      store_rows(work, sequence, first_row + row, f, sums);
    }
  }
}

std::size_t weight_bytes(CodeConvolution const& work) {
  return sizeof(float) * static_cast<std::size_t>(work.width) * rows_a_base * static_cast<std::size_t>(work.tile);
}

// Cuts a sequence's rows into spans whose codes fit into 16 KiB of shared memory.
void choose_spans(CodeConvolution& work) {
  std::int64_t const reach = static_cast<std::int64_t>(work.width - 1) * work.dilation + 1;
  std::int64_t const fitting = (4096 - reach) / work.stride / thread_rows * thread_rows;
  std::int64_t const whole = (work.rows + thread_rows - 1) / thread_rows * thread_rows;
  std::int64_t const rows = std::max<std::int64_t>(thread_rows, std::min({fitting, whole, std::int64_t{512}}));
  std::int64_t const bases = (rows - 1) * work.stride + reach;
  expect(bases * 4 < static_cast<std::int64_t>(shared_limit),
         "the first convolution's stride or dilation is too large for the CUDA kernels: use --backend cpu");
  work.span_rows = static_cast<std::int32_t>(rows);
  work.span_bases = static_cast<std::int32_t>(bases);
  work.spans = static_cast<std::int32_t>((work.rows + rows - 1) / rows);
}

}  // namespace

void convolve_codes(CudaSpace const& space, PackedView sequences, ConvolutionShape const& shape,
                    float const* packed_filters, Epilogue const& epilogue, MutableValues output) {
  if (sequences.mutants == 0 || output.positions == 0) return;
  CodeConvolution work;
  work.sequences = sequences;
  work.output = output;
  work.epilogue = epilogue;
  work.packed = packed_filters;
  work.padded = static_cast<std::int32_t>(cuda::packed_columns(shape.filters));
  work.tile = shape.filters <= 32 ? 32 : shape.filters <= 64 ? 64 : 128;
  work.width = static_cast<std::int32_t>(shape.width);
  work.stride = static_cast<std::int32_t>(shape.stride);
  work.dilation = static_cast<std::int32_t>(shape.dilation);
  work.padding = static_cast<std::int32_t>(shape.padding);
  work.fours = cuda::stores_fours(output);
  work.rows = static_cast<std::int32_t>(output.positions * epilogue.pool);
  choose_spans(work);
  auto const span_bytes = sizeof(std::int32_t) * static_cast<std::size_t>(work.span_bases);
  while (work.tile > 32 && weight_bytes(work) + span_bytes > shared_limit) work.tile /= 2;
  bool const staged = weight_bytes(work) + span_bytes <= shared_limit;

  cuda::LaunchShape launch_shape;
  std::int64_t const wanted = std::min<std::int64_t>(sequences.mutants * work.spans, 4 * cuda::multiprocessors(space));
  launch_shape.grid = dim3(static_cast<unsigned>(wanted), cuda::blocks_for(work.padded, work.tile));
  launch_shape.block = dim3(block_threads);
  launch_shape.shared_bytes = span_bytes + (staged ? weight_bytes(work) : 0);
  cuda::launch(space, "convolve_codes", launch_shape,
               staged ? convolve_codes_kernel<true> : convolve_codes_kernel<false>, work);
}

}  // namespace shoal::kernels
