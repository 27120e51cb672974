// SPDX-License-Identifier: MIT
#include "kernels/library/gram.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "kernels/common/contrasts.hpp"

namespace shoal::kernels {

namespace {

// Transposes 64 x 64 bits in place: bit b of word r becomes bit r of word b (recursive swap of quadrants).
void transpose_bits(std::array<std::uint64_t, 64>& tile) {
  std::uint64_t mask = 0x00000000FFFFFFFFULL;
  for (unsigned width = 32; width != 0; width /= 2, mask ^= mask << width) {
    for (unsigned row = 0; row < 64; row = (row + width + 1) & ~width) {
      std::uint64_t const swapped = ((tile[row] >> width) ^ tile[row + width]) & mask;
      tile[row] ^= swapped << width;
      tile[row + width] ^= swapped;
    }
  }
}

// The planes of one block of 64 rows, for the positions of one packed word.
void write_planes(std::array<std::uint64_t, 64> const& bits, std::int32_t offset, std::int64_t first_plane,
                  std::int64_t block, MatrixView<std::uint64_t> planes) {
  std::uint64_t const low = bits[static_cast<std::size_t>(2 * offset)];
  std::uint64_t const high = bits[static_cast<std::size_t>(2 * offset + 1)];
  std::uint64_t* const out = planes.data + first_plane * planes.stride + block;
  out[0] = low;
  out[planes.stride] = high;
  out[2 * planes.stride] = low ^ high;
}

}  // namespace

void library_differences(CpuSpace const&, PackedView library, std::int64_t rows, std::uint64_t* differences) {
  std::int32_t const width = words_per_row(library.length);
  std::fill(differences, differences + width, std::uint64_t{0});
  for (std::int64_t row = 1; row < rows; ++row) {
    for (std::int32_t word = 0; word < width; ++word) {
      differences[word] |= library.words[row * width + word] ^ library.words[word];
    }
  }
}

void contrast_planes(CpuSpace const& space, PackedView library, RowRange rows, std::int32_t const* positions,
                     std::int32_t count, MatrixView<std::uint64_t> planes) {
  std::int32_t const width = words_per_row(library.length);
  std::int64_t const blocks = words_per_plane(rows.size());
#pragma omp parallel for num_threads(space.threads) schedule(static)
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int64_t const first_row = rows.begin + 64 * block;
    auto const present = static_cast<std::size_t>(std::min<std::int64_t>(64, rows.end - first_row));
    std::int32_t next = 0;
    while (next < count) {
      std::int32_t const word = positions[next] / bases_per_word;
      std::array<std::uint64_t, 64> tile{};
      for (std::size_t row = 0; row < present; ++row) {
        tile[row] = library.words[(first_row + static_cast<std::int64_t>(row)) * width + word] ^ library.words[word];
      }
      transpose_bits(tile);
      for (; next < count && positions[next] / bases_per_word == word; ++next) {
        write_planes(tile, positions[next] % bases_per_word, 3 * std::int64_t{next}, block, planes);
      }
    }
  }
}

void contrast_products(CpuSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<double const> values,
                       MatrixView<double> products) {
#pragma omp parallel for num_threads(space.threads) schedule(static)
  for (std::int64_t plane = 0; plane < planes.rows; ++plane) {
    double* const sums = products.data + plane * products.stride;
    std::fill(sums, sums + products.columns, 0.0);
    for (std::int64_t word = 0; word < planes.columns; ++word) {
      for (std::uint64_t bits = planes.data[plane * planes.stride + word]; bits != 0; bits &= bits - 1) {
        double const* const row = values.data + (64 * word + std::countr_zero(bits)) * values.stride;
        for (std::int64_t task = 0; task < products.columns; ++task) sums[task] += row[task];
      }
    }
  }
}

void normal_matrix(CpuSpace const&, std::int32_t const* grams, int blocks, int left_out, std::int64_t rows,
                   double lambda, MatrixView<double> normal) {
  std::int64_t const size = normal.rows;
  std::vector<std::int64_t> sums(static_cast<std::size_t>(size));
  std::vector<std::int32_t> together(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) {
    sums[static_cast<std::size_t>(i)] = common::blocks_total(grams, blocks, left_out, size, i, i);
  }
  for (std::int64_t i = 0; i < size; ++i) {
    std::fill(together.begin(), together.end(), 0);
    for (int block = 0; block < blocks; ++block) {
      if (block == left_out) continue;
      std::int32_t const* const counts = grams + (block * size + i) * size;
      for (std::int64_t j = 0; j <= i; ++j) together[static_cast<std::size_t>(j)] += counts[j];
    }
    double* const out = normal.data + i * normal.stride;
    for (std::int64_t j = 0; j <= i; ++j) {
      out[j] = common::centred_entry(together[static_cast<std::size_t>(j)], sums[static_cast<std::size_t>(i)],
                                     sums[static_cast<std::size_t>(j)], rows);
    }
    out[i] += lambda;
  }
}

void copy_shifted(CpuSpace const&, MatrixView<double const> matrix, double lambda, MatrixView<double> copy) {
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    double const* const from = matrix.data + row * matrix.stride;
    double* const to = copy.data + row * copy.stride;
    std::copy(from, from + row + 1, to);
    to[row] += lambda;
  }
}

void predict_additive(CpuSpace const& space, PackedView library, RowRange rows, MatrixView<double const> effects,
                      double const* offsets, MatrixView<double> predictions) {
  std::int32_t const width = words_per_row(library.length);
#pragma omp parallel for num_threads(space.threads) schedule(static)
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    std::uint64_t const* const words = library.words + (rows.begin + row) * width;
    double* const out = predictions.data + row * predictions.stride;
    std::copy(offsets, offsets + effects.columns, out);
    for (std::int32_t word = 0; word < width; ++word) {
      for (std::uint64_t bits = words[word] ^ library.words[word]; bits != 0;) {
        int const offset = std::countr_zero(bits) / 2;
        auto const difference = static_cast<std::int64_t>((bits >> (2 * offset)) & 3u);
        bits &= ~(std::uint64_t{3} << (2 * offset));
        std::int64_t const feature = 3 * (std::int64_t{bases_per_word} * word + offset) + difference - 1;
        double const* const effect = effects.data + feature * effects.stride;
        for (std::int64_t column = 0; column < effects.columns; ++column) out[column] += effect[column];
      }
    }
  }
}

}  // namespace shoal::kernels
