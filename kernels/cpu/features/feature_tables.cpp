// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "kernels/cpu/features/pair_block.hpp"

namespace shoal::kernels {

namespace {

using cpu::add_entry;
using cpu::block_of;
using cpu::EntryBlock;

constexpr int dna_dimensions = 3;

template <int width>
class Maps {
 public:
  Maps(FeatureMaps const& maps, MutationTables const& tables, int threads)
      : maps_(maps), tables_(tables), threads_(threads) {}

  void write(MatrixView<double const> coefficients, double* slopes, double* constant) const {
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
    {
      std::vector<double> scratch;
#pragma omp for schedule(dynamic, 4)
      for (std::int64_t number = 0; number < maps_.site_count; ++number) {
        FeatureSite const& site = maps_.sites[number];
        cpu::set_slopes<width>(maps_, SitePoint::reference, number, coefficients, slopes);
        write_single(site, slopes + site.first_feature * width);
        write_pairs(number, coefficients, scratch);
      }
    }
    add_reference(coefficients, slopes, constant);
  }

  void read(double const* constant, double* sides, MatrixView<double> coefficients) const {
    std::fill(sides, sides + maps_.features * width, 0.0);
    for (std::int64_t site = 0; site < maps_.site_count; ++site) {
      add_single(maps_.sites[site], sides, coefficients, constant);
    }
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
    {
      std::vector<double> scratch;
#pragma omp for schedule(dynamic, 4)
      for (std::int64_t site = 0; site < maps_.site_count; ++site) {
        read_pairs(site, sides, constant, coefficients, scratch);
      }
    }
  }

 private:
  EntryBlock<double> table_of(FeatureSite const& first, FeatureSite const& second) const {
    std::int64_t const start = maps_.table_starts[first.first_feature];
    PartnerSpan const span = maps_.partners[first.first_feature];
    return {tables_.pairs + (start + second.first_feature) * width, std::int64_t{span.end - span.begin} * width, width};
  }

  void write_single(FeatureSite const& site, double const* slopes) const {
    double const* const differences = maps_.differences(site);
    for (int state = 0; state < site.dimensions; ++state) {
      double* const entry = tables_.single + (site.first_feature + state) * width;
      std::fill(entry, entry + width, 0.0);
      for (int i = 0; i < site.dimensions; ++i) {
        add_entry<width>(differences[state * site.dimensions + i], slopes + i * width, entry);
      }
    }
  }

  void write_pairs(std::int64_t number, MatrixView<double const> coefficients, std::vector<double>& scratch) const {
    FeatureSite const& first = maps_.sites[number];
    for (std::int64_t i = maps_.from[number]; i < maps_.from[number + 1]; ++i) {
      FeatureSite const& second = maps_.sites[maps_.blocks[i].second];
      sides_product(first, second, maps_.differences(first), block_of(coefficients, maps_.blocks[i], second),
                    maps_.differences(second), table_of(first, second), scratch);
    }
  }

  // phi of the reference row: Σ f u + Σ f U f' = Σ f (slopes + u) / 2, as the slopes hold every pair twice.
  void add_reference(MatrixView<double const> coefficients, double const* slopes, double* constant) const {
    std::fill(constant, constant + width, 0.0);
    for (std::int64_t number = 0; number < maps_.site_count; ++number) {
      FeatureSite const& site = maps_.sites[number];
      for (int i = 0; i < site.dimensions; ++i) {
        std::int64_t const feature = site.first_feature + i;
        double const half = 0.5 * maps_.at_reference(site)[i];
        add_entry<width>(half, coefficients.data + feature * coefficients.stride, constant);
        add_entry<width>(half, slopes + feature * width, constant);
      }
    }
  }

  void add_single(FeatureSite const& site, double* sides, MatrixView<double> coefficients,
                  double const* constant) const {
    double const* const differences = maps_.differences(site);
    for (int i = 0; i < site.dimensions; ++i) {
      double* const side = sides + (site.first_feature + i) * width;
      for (int state = 0; state < site.dimensions; ++state) {
        add_entry<width>(differences[state * site.dimensions + i],
                         tables_.single + (site.first_feature + state) * width, side);
      }
      double* const out = coefficients.data + (site.first_feature + i) * coefficients.stride;
      std::copy(side, side + width, out);
      add_entry<width>(maps_.at_reference(site)[i], constant, out);
    }
  }

  void read_pairs(std::int64_t number, double const* sides, double const* constant, MatrixView<double> coefficients,
                  std::vector<double>& scratch) const {
    FeatureSite const& first = maps_.sites[number];
    // D^T g + f g0 of the first site: what stands before f'^T.
    std::vector<double> left(static_cast<std::size_t>(first.dimensions * width));
    for (int i = 0; i < first.dimensions; ++i) {
      std::copy_n(sides + (first.first_feature + i) * width, width, left.data() + i * width);
      add_entry<width>(maps_.at_reference(first)[i], constant, left.data() + i * width);
    }
    for (std::int64_t i = maps_.from[number]; i < maps_.from[number + 1]; ++i) {
      FeatureSite const& second = maps_.sites[maps_.blocks[i].second];
      EntryBlock<double> const table = table_of(first, second);
      EntryBlock<double> const out = block_of(coefficients, maps_.blocks[i], second);
      sides_product(first, second, maps_.transposed_differences(first), {table.data, table.row_stride, table.stride},
                    maps_.transposed_differences(second), out, scratch);
      cpu::add_outer<width>(first.dimensions, second.dimensions, left.data(), maps_.at_reference(second),
                            maps_.at_reference(first), sides + second.first_feature * width, out);
    }
  }

  static void sides_product(FeatureSite const& first, FeatureSite const& second, double const* left,
                            EntryBlock<double const> in, double const* right, EntryBlock<double> out,
                            std::vector<double>& scratch) {
    if (first.dimensions == dna_dimensions && second.dimensions == dna_dimensions) {
      cpu::multiply_sides<dna_dimensions, width>(dna_dimensions, dna_dimensions, left, in, right, out, scratch);
    } else {
      cpu::multiply_sides<0, width>(first.dimensions, second.dimensions, left, in, right, out, scratch);
    }
  }

  FeatureMaps const& maps_;
  MutationTables tables_;
  int threads_;
};

}  // namespace

void write_tables(CpuSpace const& space, FeatureMaps const& maps, MatrixView<double const> coefficients,
                  FeatureScratch const& scratch, MutationTables const& tables, double* constant) {
  cpu::with_width(tables.columns, [&](auto width) {
    Maps<width()>(maps, tables, space.threads).write(coefficients, scratch.slopes, constant);
  });
}

void read_tables(CpuSpace const& space, FeatureMaps const& maps, MutationTables const& tables, double const* constant,
                 FeatureScratch const& scratch, MatrixView<double> coefficients) {
  cpu::with_width(tables.columns, [&](auto width) {
    Maps<width()>(maps, tables, space.threads).read(constant, scratch.slopes, coefficients);
  });
}

}  // namespace shoal::kernels
