// SPDX-License-Identifier: MIT
#include "kernels/library/feature_maps.hpp"

#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {

namespace {

constexpr unsigned lanes = 32;

// A warp takes a pair of sites, and a lane every so many of its entries and columns.
struct PairItem {
  PairBlock block;
  FeatureSite first;
  FeatureSite second;
  unsigned lane;

  __device__ PairItem(FeatureMaps const& maps, std::int64_t item)
      : block(maps.blocks[item / lanes]),
        first(maps.sites[block.first]),
        second(maps.sites[block.second]),
        lane(static_cast<unsigned>(item % lanes)) {}

  // Calls f(a, b, column) for this lane's part.
  template <class Function>
  __device__ void each(int columns, Function const& f) const {
    int const entries = first.dimensions * second.dimensions * columns;
    for (int entry = static_cast<int>(lane); entry < entries; entry += static_cast<int>(lanes)) {
      int const place = entry / columns;
      f(place / second.dimensions, place % second.dimensions, entry % columns);
    }
  }
  // Where entry (a, b) stands among all coefficients.
  __device__ std::int64_t coefficient(int a, int b) const { return block.start + a * second.dimensions + b; }
  // Where it stands in the pair table.
  __device__ std::int64_t table(FeatureMaps const& maps, int a, int b) const {
    PartnerSpan const span = maps.partners[first.first_feature];
    return maps.table_starts[first.first_feature] + second.first_feature + a * std::int64_t{span.end - span.begin} + b;
  }
};

// Calls f(item) for every pair that this thread has a part of.
template <class Function>
__device__ void each_pair(FeatureMaps const& maps, Function const& f) {
  std::int64_t const items = maps.block_count * lanes;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) f(PairItem(maps, item));
}

// Calls f(site's number, site, function, column) for this thread's part: a warp takes a site.
template <class Function>
__device__ void each_function(FeatureMaps const& maps, std::int64_t columns, Function const& f) {
  std::int64_t const items = maps.site_count * lanes;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const number = item / lanes;
    FeatureSite const site = maps.sites[number];
    for (std::int64_t entry = item % lanes; entry < site.dimensions * columns; entry += lanes) {
      f(number, site, static_cast<int>(entry / columns), static_cast<int>(entry % columns));
    }
  }
}

__device__ double const* functions_of(FeatureMaps const& maps, SitePoint point, FeatureSite const& site) {
  return point == SitePoint::reference ? maps.at_reference(site) : maps.origin(site);
}

__global__ void __launch_bounds__(cuda::default_threads)
    slopes_kernel(FeatureMaps maps, SitePoint point, MatrixView<double const> coefficients, double* slopes) {
  each_function(maps, coefficients.columns, [&](std::int64_t number, FeatureSite const& site, int i, int column) {
    auto const at = [&](std::int64_t place) { return coefficients.data[place * coefficients.stride + column]; };
    double sum = at(site.first_feature + i);
    for (std::int64_t block = maps.from[number]; block < maps.from[number + 1]; ++block) {
      FeatureSite const second = maps.sites[maps.blocks[block].second];
      double const* const weights = functions_of(maps, point, second);
      std::int64_t const start = maps.blocks[block].start + i * second.dimensions;
      for (int b = 0; b < second.dimensions; ++b) sum += weights[b] * at(start + b);
    }
    for (std::int64_t place = maps.to_starts[number]; place < maps.to_starts[number + 1]; ++place) {
      PairBlock const block = maps.blocks[maps.to[place]];
      FeatureSite const first = maps.sites[block.first];
      double const* const weights = functions_of(maps, point, first);
      for (int a = 0; a < first.dimensions; ++a) sum += weights[a] * at(block.start + a * site.dimensions + i);
    }
    slopes[(site.first_feature + i) * coefficients.columns + column] = sum;
  });
}

__global__ void __launch_bounds__(cuda::default_threads)
    write_single_kernel(FeatureMaps maps, double const* slopes, MutationTables tables) {
  each_function(maps, tables.columns, [&](std::int64_t, FeatureSite const& site, int state, int column) {
    double const* const differences = maps.differences(site) + state * site.dimensions;
    double sum = 0.0;
    for (int i = 0; i < site.dimensions; ++i) {
      sum += differences[i] * slopes[(site.first_feature + i) * tables.columns + column];
    }
    tables.single[(site.first_feature + state) * tables.columns + column] = sum;
  });
}

// One thread per column: the same chain as on the CPU.
__global__ void __launch_bounds__(lanes)
    reference_kernel(FeatureMaps maps, MatrixView<double const> coefficients, double const* slopes, double* constant) {
  auto const column = static_cast<std::int64_t>(threadIdx.x);
  if (column >= coefficients.columns) return;
  double sum = 0.0;
  for (std::int64_t number = 0; number < maps.site_count; ++number) {
    FeatureSite const site = maps.sites[number];
    for (int i = 0; i < site.dimensions; ++i) {
      std::int64_t const feature = site.first_feature + i;
      double const half = 0.5 * maps.at_reference(site)[i];
      sum += half * coefficients.data[feature * coefficients.stride + column];
      sum += half * slopes[feature * coefficients.columns + column];
    }
  }
  constant[column] = sum;
}

// halves = the first site's matrix times every pair's block, of coefficients.
__global__ void __launch_bounds__(cuda::default_threads)
    coefficient_halves_kernel(FeatureMaps maps, MatrixView<double const> coefficients, double* halves) {
  int const columns = static_cast<int>(coefficients.columns);
  each_pair(maps, [&](PairItem const& pair) {
    double const* const left = maps.differences(pair.first);
    pair.each(columns, [&](int i, int b, int column) {
      double sum = 0.0;
      for (int a = 0; a < pair.first.dimensions; ++a) {
        sum += left[i * pair.first.dimensions + a] *
               coefficients.data[pair.coefficient(a, b) * coefficients.stride + column];
      }
      halves[(pair.coefficient(i, b) - maps.features) * columns + column] = sum;
    });
  });
}

// The same of a pair table's block.
__global__ void __launch_bounds__(cuda::default_threads)
    table_halves_kernel(FeatureMaps maps, MutationTables tables, double* halves) {
  each_pair(maps, [&](PairItem const& pair) {
    double const* const left = maps.transposed_differences(pair.first);
    pair.each(tables.columns, [&](int i, int b, int column) {
      double sum = 0.0;
      for (int a = 0; a < pair.first.dimensions; ++a) {
        sum += left[i * pair.first.dimensions + a] * tables.pairs[pair.table(maps, a, b) * tables.columns + column];
      }
      halves[(pair.coefficient(i, b) - maps.features) * tables.columns + column] = sum;
    });
  });
}

// Entry (i, j) of a half times the second site's matrix, transposed.
__device__ double whole(FeatureMaps const& maps, PairItem const& pair, double const* right, double const* halves,
                        int columns, int i, int j, int column) {
  double sum = 0.0;
  for (int b = 0; b < pair.second.dimensions; ++b) {
    sum += right[j * pair.second.dimensions + b] * halves[(pair.coefficient(i, b) - maps.features) * columns + column];
  }
  return sum;
}

__global__ void __launch_bounds__(cuda::default_threads)
    write_pairs_kernel(FeatureMaps maps, double const* halves, MutationTables tables) {
  each_pair(maps, [&](PairItem const& pair) {
    pair.each(tables.columns, [&](int i, int j, int column) {
      tables.pairs[pair.table(maps, i, j) * tables.columns + column] =
          whole(maps, pair, maps.differences(pair.second), halves, tables.columns, i, j, column);
    });
  });
}

__global__ void __launch_bounds__(cuda::default_threads)
    read_single_kernel(FeatureMaps maps, MutationTables tables, double const* constant, double* sides,
                       MatrixView<double> coefficients) {
  each_function(maps, tables.columns, [&](std::int64_t, FeatureSite const& site, int i, int column) {
    double const* const differences = maps.differences(site);
    double side = 0.0;
    for (int state = 0; state < site.dimensions; ++state) {
      side += differences[state * site.dimensions + i] *
              tables.single[(site.first_feature + state) * tables.columns + column];
    }
    sides[(site.first_feature + i) * tables.columns + column] = side;
    coefficients.data[(site.first_feature + i) * coefficients.stride + column] =
        side + maps.at_reference(site)[i] * constant[column];
  });
}

__global__ void __launch_bounds__(cuda::default_threads)
    read_pairs_kernel(FeatureMaps maps, double const* sides, double const* halves, MatrixView<double> coefficients) {
  int const columns = static_cast<int>(coefficients.columns);
  each_pair(maps, [&](PairItem const& pair) {
    pair.each(columns, [&](int i, int j, int column) {
      double sum = whole(maps, pair, maps.transposed_differences(pair.second), halves, columns, i, j, column);
      // The first site's coefficient is D^T g + f g0 already.
      sum += maps.at_reference(pair.second)[j] *
             coefficients.data[(pair.first.first_feature + i) * coefficients.stride + column];
      sum += maps.at_reference(pair.first)[i] * sides[(pair.second.first_feature + j) * columns + column];
      coefficients.data[pair.coefficient(i, j) * coefficients.stride + column] = sum;
    });
  });
}

__global__ void __launch_bounds__(cuda::default_threads)
    pull_kernel(FeatureMaps maps, double const* site_penalties, double* pulls, MatrixView<double> products) {
  each_function(maps, products.columns, [&](std::int64_t number, FeatureSite const& site, int i, int column) {
    double& pull = pulls[(site.first_feature + i) * products.columns + column];
    pull *= site_penalties[number] * maps.squares(site)[i];
    products.data[(site.first_feature + i) * products.stride + column] = pull;
  });
}

__global__ void __launch_bounds__(cuda::default_threads)
    penalty_kernel(FeatureMaps maps, double pair_penalty, double const* pulls, MatrixView<double const> coefficients,
                   MatrixView<double> products) {
  int const columns = static_cast<int>(products.columns);
  each_pair(maps, [&](PairItem const& pair) {
    pair.each(columns, [&](int a, int b, int column) {
      std::int64_t const place = pair.coefficient(a, b);
      double const own = pair_penalty * maps.squares(pair.first)[a] * maps.squares(pair.second)[b];
      double sum = own * coefficients.data[place * coefficients.stride + column];
      sum += maps.origin(pair.second)[b] * pulls[(pair.first.first_feature + a) * columns + column];
      sum += maps.origin(pair.first)[a] * pulls[(pair.second.first_feature + b) * columns + column];
      products.data[place * products.stride + column] = sum;
    });
  });
}

// A warp per site, and per pair.
cuda::LaunchShape over_sites(FeatureMaps const& maps) {
  return cuda::one_thread_each(maps.site_count * lanes, lanes);
}
cuda::LaunchShape over_pairs(FeatureMaps const& maps) {
  return cuda::one_thread_each(maps.block_count * lanes);
}

}  // namespace

void site_slopes(CudaSpace const& space, FeatureMaps const& maps, SitePoint point,
                 MatrixView<double const> coefficients, double* slopes) {
  if (maps.features == 0) return;
  cuda::launch(space, "slopes of sites", over_sites(maps), slopes_kernel, maps, point, coefficients, slopes);
}

void write_tables(CudaSpace const& space, FeatureMaps const& maps, MatrixView<double const> coefficients,
                  FeatureScratch const& scratch, MutationTables const& tables, double* constant) {
  site_slopes(space, maps, SitePoint::reference, coefficients, scratch.slopes);
  cuda::launch(space, "effects of a reference", {dim3(1), dim3(lanes), 0}, reference_kernel, maps, coefficients,
               scratch.slopes, constant);
  if (maps.features == 0) return;
  cuda::launch(space, "table of mutations", over_sites(maps), write_single_kernel, maps, scratch.slopes, tables);
  if (maps.block_count == 0) return;
  cuda::launch(space, "halves of pairs", over_pairs(maps), coefficient_halves_kernel, maps, coefficients,
               scratch.halves);
  cuda::launch(space, "table of pairs", over_pairs(maps), write_pairs_kernel, maps, scratch.halves, tables);
}

void read_tables(CudaSpace const& space, FeatureMaps const& maps, MutationTables const& tables, double const* constant,
                 FeatureScratch const& scratch, MatrixView<double> coefficients) {
  if (maps.features == 0) return;
  cuda::launch(space, "mutations of a table", over_sites(maps), read_single_kernel, maps, tables, constant,
               scratch.slopes, coefficients);
  if (maps.block_count == 0) return;
  cuda::launch(space, "halves of a table", over_pairs(maps), table_halves_kernel, maps, tables, scratch.halves);
  cuda::launch(space, "pairs of a table", over_pairs(maps), read_pairs_kernel, maps, scratch.slopes, scratch.halves,
               coefficients);
}

void multiply_penalty(CudaSpace const& space, FeatureMaps const& maps, double const* site_penalties,
                      double pair_penalty, MatrixView<double const> coefficients, FeatureScratch const& scratch,
                      MatrixView<double> products) {
  if (maps.features == 0) return;
  site_slopes(space, maps, SitePoint::origin, coefficients, scratch.slopes);
  cuda::launch(space, "pull of a penalty", over_sites(maps), pull_kernel, maps, site_penalties, scratch.slopes,
               products);
  if (maps.block_count == 0) return;
  cuda::launch(space, "penalty of pairs", over_pairs(maps), penalty_kernel, maps, pair_penalty, scratch.slopes,
               coefficients, products);
}

}  // namespace shoal::kernels
