// SPDX-License-Identifier: MIT
// What the maps of tables and the penalty share: a pair's block of a matrix of coefficients, and the slopes of sites.
#pragma once

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/features/pair_product.hpp"
#include "kernels/library/feature_maps.hpp"

namespace shoal::kernels::cpu {

// Calls f with the number of columns as a constant: 1, 2, 4 or 8.
template <class Function>
void with_width(std::int64_t columns, Function const& f) {
  switch (columns) {
    case 1:
      return f(std::integral_constant<int, 1>());
    case 2:
      return f(std::integral_constant<int, 2>());
    case 4:
      return f(std::integral_constant<int, 4>());
    default:
      return f(std::integral_constant<int, most_mutation_columns>());
  }
}

// Entries as wide as the matrix has columns.
template <class T>
EntryBlock<T> block_of(MatrixView<T> coefficients, PairBlock const& block, FeatureSite const& second) {
  return {coefficients.data + block.start * coefficients.stride, second.dimensions * coefficients.stride,
          coefficients.stride};
}

// The slopes of one site, in slopes [features, width].
template <int width>
void set_slopes(FeatureMaps const& maps, SitePoint point, std::int64_t number, MatrixView<double const> coefficients,
                double* slopes) {
  auto const functions = [&](FeatureSite const& other) {
    return point == SitePoint::reference ? maps.at_reference(other) : maps.origin(other);
  };
  FeatureSite const& site = maps.sites[number];
  double* const own = slopes + site.first_feature * width;
  for (int i = 0; i < site.dimensions; ++i) {
    std::copy_n(coefficients.data + (site.first_feature + i) * coefficients.stride, width, own + i * width);
  }
  for (std::int64_t i = maps.from[number]; i < maps.from[number + 1]; ++i) {
    FeatureSite const& second = maps.sites[maps.blocks[i].second];
    add_row_sums<width>(site.dimensions, second.dimensions, block_of(coefficients, maps.blocks[i], second),
                        functions(second), own);
  }
  for (std::int64_t i = maps.to_starts[number]; i < maps.to_starts[number + 1]; ++i) {
    PairBlock const& block = maps.blocks[maps.to[i]];
    FeatureSite const& first = maps.sites[block.first];
    add_column_sums<width>(first.dimensions, site.dimensions, block_of(coefficients, block, site), functions(first),
                           own);
  }
}

}  // namespace shoal::kernels::cpu
