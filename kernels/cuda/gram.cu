// SPDX-License-Identifier: MIT
#include "kernels/library/gram.hpp"

#include "kernels/common/contrasts.hpp"
#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {

namespace {

constexpr int tile = 32;   // pairs of planes per block: tile x tile
constexpr int chunk = 32;  // words of each plane in shared memory at a time
constexpr int product_threads = 256;

// One block per packed word: threads take rows in turn. The order of a bitwise or does not matter, so nothing can vary.
__global__ void __launch_bounds__(cuda::default_threads)
    differences_kernel(PackedView library, std::int64_t rows, std::uint64_t* differences) {
  __shared__ unsigned long long shared;
  if (threadIdx.x == 0) shared = 0;
  __syncthreads();
  std::int32_t const width = words_per_row(library.length);
  std::int64_t const word = blockIdx.x;
  unsigned long long found = 0;
  for (std::int64_t row = 1 + threadIdx.x; row < rows; row += blockDim.x) {
    found |= library.words[row * width + word] ^ library.words[word];
  }
  atomicOr(&shared, found);
  __syncthreads();
  if (threadIdx.x == 0) differences[word] = shared;
}

// One thread per position and word of the plane.
__global__ void __launch_bounds__(cuda::default_threads)
    planes_kernel(PackedView library, RowRange rows, std::int32_t const* positions, std::int32_t count,
                  MatrixView<std::uint64_t> planes) {
  std::int32_t const width = words_per_row(library.length);
  for (std::int64_t item = cuda::global_thread(); item < count * planes.columns; item += cuda::global_threads()) {
    std::int64_t const block = item % planes.columns;
    std::int64_t const index = item / planes.columns;
    unsigned const reference = packed_code(library.words, positions[index]);
    std::int64_t const first = rows.begin + 64 * block;
    std::int64_t const present = rows.end - first < 64 ? rows.end - first : 64;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    for (std::int64_t row = 0; row < present; ++row) {
      unsigned const difference = packed_code(library.words + (first + row) * width, positions[index]) ^ reference;
      low |= static_cast<std::uint64_t>(difference & 1u) << row;
      high |= static_cast<std::uint64_t>(difference >> 1) << row;
    }
    std::uint64_t* const out = planes.data + 3 * index * planes.stride + block;
    out[0] = low;
    out[planes.stride] = high;
    out[2 * planes.stride] = low ^ high;
  }
}

// A block of tile x tile/4 threads counts tile x tile pairs, four per thread.
__global__ void __launch_bounds__(tile* tile / 4)
    gram_kernel(MatrixView<std::uint64_t const> planes, MatrixView<std::int32_t> gram) {
  if (blockIdx.x > blockIdx.y) return;  // above the diagonal
  __shared__ std::uint64_t first[tile][chunk + 1];
  __shared__ std::uint64_t second[tile][chunk + 1];
  std::int64_t const top = static_cast<std::int64_t>(blockIdx.y) * tile;
  std::int64_t const left = static_cast<std::int64_t>(blockIdx.x) * tile;
  std::int32_t counts[4] = {0, 0, 0, 0};
  for (std::int64_t begin = 0; begin < planes.columns; begin += chunk) {
    std::int64_t const word = begin + threadIdx.x;
    for (unsigned line = threadIdx.y; line < tile; line += blockDim.y) {
      bool const in_row = top + line < planes.rows && word < planes.columns;
      bool const in_column = left + line < planes.rows && word < planes.columns;
      first[line][threadIdx.x] = in_row ? planes.data[(top + line) * planes.stride + word] : 0;
      second[line][threadIdx.x] = in_column ? planes.data[(left + line) * planes.stride + word] : 0;
    }
    __syncthreads();
    for (int step = 0; step < chunk; ++step) {
      std::uint64_t const bits = second[threadIdx.x][step];
      for (unsigned part = 0; part < 4; ++part) counts[part] += __popcll(first[threadIdx.y + 8 * part][step] & bits);
    }
    __syncthreads();
  }
  std::int64_t const column = left + threadIdx.x;
  for (unsigned part = 0; part < 4; ++part) {
    std::int64_t const row = top + threadIdx.y + 8 * part;
    if (row < planes.rows && column <= row) gram.data[row * gram.stride + column] = counts[part];
  }
}

// One block per plane and task: threads take words in turn, then their sums meet in a tree of fixed shape.
__global__ void __launch_bounds__(product_threads)
    products_kernel(MatrixView<std::uint64_t const> planes, MatrixView<double const> values,
                    MatrixView<double> products) {
  __shared__ double sums[product_threads];
  std::int64_t const plane = blockIdx.x;
  std::int64_t const task = blockIdx.y;
  double sum = 0.0;
  for (std::int64_t word = threadIdx.x; word < planes.columns; word += product_threads) {
    for (std::uint64_t bits = planes.data[plane * planes.stride + word]; bits != 0; bits &= bits - 1) {
      std::int64_t const row = 64 * word + __ffsll(static_cast<long long>(bits)) - 1;
      sum += values.data[row * values.stride + task];
    }
  }
  sums[threadIdx.x] = sum;
  __syncthreads();
  for (unsigned half = product_threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) products.data[plane * products.stride + task] = sums[0];
}

__global__ void __launch_bounds__(cuda::default_threads)
    normal_kernel(std::int32_t const* grams, int blocks, int left_out, std::int64_t rows, double lambda,
                  MatrixView<double> normal) {
  std::int64_t const size = normal.rows;
  for (std::int64_t item = cuda::global_thread(); item < size * size; item += cuda::global_threads()) {
    std::int64_t const i = item / size;
    std::int64_t const j = item % size;
    if (j > i) continue;
    std::int64_t const together = common::blocks_total(grams, blocks, left_out, size, i, j);
    std::int64_t const first = common::blocks_total(grams, blocks, left_out, size, i, i);
    std::int64_t const second = common::blocks_total(grams, blocks, left_out, size, j, j);
    double const entry = common::centred_entry(together, first, second, rows);
    normal.data[i * normal.stride + j] = i == j ? entry + lambda : entry;
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    predict_kernel(PackedView library, RowRange rows, MatrixView<double const> effects, double const* offsets,
                   MatrixView<double> predictions) {
  std::int32_t const width = words_per_row(library.length);
  std::int64_t const columns = effects.columns;
  for (std::int64_t item = cuda::global_thread(); item < rows.size() * columns; item += cuda::global_threads()) {
    std::int64_t const row = item / columns;
    std::int64_t const column = item % columns;
    std::uint64_t const* const words = library.words + (rows.begin + row) * width;
    double value = offsets[column];
    for (std::int32_t word = 0; word < width; ++word) {
      for (std::uint64_t bits = words[word] ^ library.words[word]; bits != 0;) {
        int const offset = (__ffsll(static_cast<long long>(bits)) - 1) / 2;
        auto const difference = static_cast<std::int64_t>((bits >> (2 * offset)) & 3u);
        bits &= ~(std::uint64_t{3} << (2 * offset));
        std::int64_t const feature = 3 * (static_cast<std::int64_t>(bases_per_word) * word + offset) + difference - 1;
        value += effects.data[feature * effects.stride + column];
      }
    }
    predictions.data[row * predictions.stride + column] = value;
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    copy_kernel(MatrixView<double const> matrix, double lambda, MatrixView<double> copy) {
  for (std::int64_t i = cuda::global_thread(); i < matrix.rows * matrix.rows; i += cuda::global_threads()) {
    std::int64_t const row = i / matrix.rows;
    std::int64_t const column = i % matrix.rows;
    if (column > row) continue;
    double const entry = matrix.data[row * matrix.stride + column];
    copy.data[row * copy.stride + column] = column == row ? entry + lambda : entry;
  }
}

}  // namespace

void library_differences(CudaSpace const& space, PackedView library, std::int64_t rows, std::uint64_t* differences) {
  dim3 const grid(static_cast<unsigned>(words_per_row(library.length)));
  cuda::launch(space, "library differences", {grid, dim3(cuda::default_threads), 0}, differences_kernel, library, rows,
               differences);
}

void contrast_planes(CudaSpace const& space, PackedView library, RowRange rows, std::int32_t const* positions,
                     std::int32_t count, MatrixView<std::uint64_t> planes) {
  cuda::launch(space, "contrast planes", cuda::one_thread_each(count * planes.columns), planes_kernel, library, rows,
               positions, count, planes);
}

void contrast_gram(CudaSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<std::int32_t> gram) {
  if (planes.rows == 0) return;
  auto const tiles = static_cast<unsigned>((planes.rows + tile - 1) / tile);
  cuda::launch(space, "contrast gram", {dim3(tiles, tiles), dim3(tile, tile / 4), 0}, gram_kernel, planes, gram);
}

void contrast_products(CudaSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<double const> values,
                       MatrixView<double> products) {
  if (planes.rows == 0) return;
  dim3 const grid(static_cast<unsigned>(planes.rows), static_cast<unsigned>(products.columns));
  cuda::launch(space, "contrast products", {grid, dim3(product_threads), 0}, products_kernel, planes, values, products);
}

void normal_matrix(CudaSpace const& space, std::int32_t const* grams, int blocks, int left_out, std::int64_t rows,
                   double lambda, MatrixView<double> normal) {
  cuda::launch(space, "normal matrix", cuda::one_thread_each(normal.rows * normal.rows), normal_kernel, grams, blocks,
               left_out, rows, lambda, normal);
}

void copy_shifted(CudaSpace const& space, MatrixView<double const> matrix, double lambda, MatrixView<double> copy) {
  cuda::launch(space, "shifted copy", cuda::one_thread_each(matrix.rows * matrix.rows), copy_kernel, matrix, lambda,
               copy);
}

void predict_additive(CudaSpace const& space, PackedView library, RowRange rows, MatrixView<double const> effects,
                      double const* offsets, MatrixView<double> predictions) {
  cuda::launch(space, "additive prediction", cuda::one_thread_each(rows.size() * effects.columns), predict_kernel,
               library, rows, effects, offsets, predictions);
}

}  // namespace shoal::kernels
