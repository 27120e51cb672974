// SPDX-License-Identifier: MIT
#include "kernels/cpu/features/pair_block.hpp"

namespace shoal::kernels {

namespace {

template <int width>
void multiply(CpuSpace const& space, FeatureMaps const& maps, double const* site_penalties, double pair_penalty,
              MatrixView<double const> coefficients, double* pulls, MatrixView<double> products) {
  site_slopes(space, maps, SitePoint::origin, coefficients, pulls);
  for (std::int64_t number = 0; number < maps.site_count; ++number) {
    FeatureSite const& site = maps.sites[number];
    double const* const squares = maps.squares(site);
    for (int i = 0; i < site.dimensions; ++i) {
      double* const pull = pulls + (site.first_feature + i) * width;
      for (int k = 0; k < width; ++k) pull[k] *= site_penalties[number] * squares[i];
      std::copy_n(pull, width, products.data + (site.first_feature + i) * products.stride);
    }
  }
#pragma omp parallel for num_threads(space.threads) schedule(static) if (space.threads > 1)
  for (std::int64_t number = 0; number < maps.block_count; ++number) {
    FeatureSite const& first = maps.sites[maps.blocks[number].first];
    FeatureSite const& second = maps.sites[maps.blocks[number].second];
    double const* const first_squares = maps.squares(first);
    double const* const second_squares = maps.squares(second);
    cpu::EntryBlock<double const> const in = cpu::block_of(coefficients, maps.blocks[number], second);
    cpu::EntryBlock<double> const out = cpu::block_of(products, maps.blocks[number], second);
    for (int a = 0; a < first.dimensions; ++a) {
      for (int b = 0; b < second.dimensions; ++b) {
        double const own = pair_penalty * first_squares[a] * second_squares[b];
        for (int k = 0; k < width; ++k) out.at(a, b)[k] = own * in.at(a, b)[k];
      }
    }
    cpu::add_outer<width>(first.dimensions, second.dimensions, pulls + first.first_feature * width, maps.origin(second),
                          maps.origin(first), pulls + second.first_feature * width, out);
  }
}

}  // namespace

void site_slopes(CpuSpace const& space, FeatureMaps const& maps, SitePoint point, MatrixView<double const> coefficients,
                 double* slopes) {
  cpu::with_width(coefficients.columns, [&](auto width) {
#pragma omp parallel for num_threads(space.threads) schedule(dynamic, 4) if (space.threads > 1)
    for (std::int64_t number = 0; number < maps.site_count; ++number) {
      cpu::set_slopes<width()>(maps, point, number, coefficients, slopes);
    }
  });
}

void multiply_penalty(CpuSpace const& space, FeatureMaps const& maps, double const* site_penalties, double pair_penalty,
                      MatrixView<double const> coefficients, FeatureScratch const& scratch,
                      MatrixView<double> products) {
  cpu::with_width(coefficients.columns, [&](auto width) {
    multiply<width()>(space, maps, site_penalties, pair_penalty, coefficients, scratch.slopes, products);
  });
}

}  // namespace shoal::kernels
