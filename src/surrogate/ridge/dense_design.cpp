// SPDX-License-Identifier: MIT
#include "surrogate/ridge/dense_design.hpp"

#include <algorithm>
#include <cmath>

#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

namespace {

// The state's number of a code at every position: Site::states has few entries.
std::size_t state_of(Site const& site, std::uint8_t letter) {
  return static_cast<std::size_t>(std::find(site.states.begin(), site.states.end(), letter) - site.states.begin());
}

void write_row(FeatureLayout const& layout, std::uint8_t const* letters, double scale, std::vector<double> const& means,
               std::vector<double const*>& functions, double* row) {
  auto const& sites = layout.sites();
  for (std::size_t position = 0; position < sites.size(); ++position) {
    Site const& site = sites[position];
    if (site.dimensions == 0) continue;
    functions[position] = site.at_state(state_of(site, letters[position]));
    std::copy_n(functions[position], site.dimensions, row + site.first_feature);
  }
  for (PairBlock const& block : layout.blocks()) {
    double* entry = row + block.start;
    for (int a = 0; a < sites[block.first].dimensions; ++a) {
      for (int b = 0; b < sites[block.second].dimensions; ++b) {
        *entry++ = functions[block.first][a] * functions[block.second][b];
      }
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i) row[i] = scale * (row[i] - means[i]);
}

}  // namespace

std::vector<double> centred_gram(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows,
                                 std::vector<double> const& means) {
  constexpr std::int64_t tile_rows = 512;
  std::int64_t const size = layout.parameters();
  std::vector<double> gram(size * size, 0.0);
  std::vector<double> tile(tile_rows * size);
  std::vector<double const*> functions(layout.sites().size(), nullptr);
  for (std::int64_t first = rows.begin; first < rows.end; first += tile_rows) {
    std::int64_t const last = std::min(rows.end, first + tile_rows);
    for (std::int64_t row = first; row < last; ++row) {
      double const weight = observations.weights.empty() ? 1.0 : observations.weights[row];
      write_row(layout, observations.letters.data + row * observations.letters.stride, std::sqrt(weight), means,
                functions, tile.data() + (row - first) * size);
    }
    linalg::add_gram(kernels::CpuSpace{1}, {tile.data(), last - first, size, size}, {gram.data(), size, size, size});
  }
  return gram;
}

std::vector<double> dense_penalty(FeatureLayout const& layout, Penalty penalty, int threads) {
  constexpr std::int64_t width = kernels::most_mutation_columns;
  std::int64_t const size = layout.parameters();
  std::vector<double> matrix(size * size);
  std::vector<double> units(size * width);
  std::vector<double> products(size * width);
  for (std::int64_t first = 0; first < size; first += width) {
    std::int64_t const count = std::min(width, size - first);
    std::fill(units.begin(), units.end(), 0.0);
    for (std::int64_t k = 0; k < count; ++k) units[(first + k) * width + k] = 1.0;
    layout.multiply_penalty(penalty, {units.data(), size, width, width}, {products.data(), size, width, width},
                            threads);
    for (std::int64_t i = 0; i < size; ++i)
      std::copy_n(products.data() + i * width, count, matrix.data() + i * size + first);
  }
  return matrix;
}

void divide_by_penalty(FeatureLayout const& layout, Penalty penalty, Coefficients right_sides,
                       MutableCoefficients solutions) {
  auto const& sites = layout.sites();
  auto const side = [&](std::int64_t i) { return right_sides.data[i * right_sides.stride]; };
  auto const solution = [&](std::int64_t i) -> double& { return solutions.data[i * solutions.stride]; };
  for (std::size_t number = 0; number < sites.size(); ++number) {
    Site const& site = sites[number];
    double const own = layout.additive_penalty(static_cast<std::int64_t>(number), penalty);
    for (int i = 0; i < site.dimensions; ++i) {
      solution(site.first_feature + i) = side(site.first_feature + i) / (own * site.squares[i]);
    }
  }
  for (PairBlock const& block : layout.blocks()) {
    Site const& first = sites[block.first];
    Site const& second = sites[block.second];
    for (int a = 0; a < first.dimensions; ++a) {
      for (int b = 0; b < second.dimensions; ++b) {
        std::int64_t const entry = block.start + a * second.dimensions + b;
        double const rest = side(entry) - side(first.first_feature + a) * second.origin[b] -
                            first.origin[a] * side(second.first_feature + b);
        double const value = rest / (penalty.pair * first.squares[a] * second.squares[b]);
        solution(entry) = value;
        solution(first.first_feature + a) -= value * second.origin[b];
        solution(second.first_feature + b) -= value * first.origin[a];
      }
    }
  }
}

}  // namespace shoal::surrogate
