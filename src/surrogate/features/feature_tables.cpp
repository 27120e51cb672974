// SPDX-License-Identifier: MIT
// The maps of FeatureLayout between coefficients and tables. With D [d, d] the differences of a site's functions from
// their values f at the reference, phi of a row is that of the reference, plus D (u + Σ over pairs U f') for every
// mutation, plus D U D'^T for every two.
#include <algorithm>

#include "surrogate/features/feature_layout.hpp"
#include "surrogate/features/pair_product.hpp"

namespace shoal::surrogate {

namespace {

using kernels::MutationTables;

constexpr int dna_dimensions = 3;

template <int width>
class Maps {
 public:
  Maps(FeatureLayout const& layout, MutationTables const& tables, int threads)
      : layout_(layout), sites_(layout.sites()), tables_(tables), threads_(threads) {}

  void to_tables(Coefficients coefficients, double* constant) const {
    auto const count = static_cast<std::int64_t>(sites_.size());
    std::vector<double> slopes(layout_.features() * width);
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
    {
      std::vector<double> scratch;
#pragma omp for schedule(dynamic, 4)
      for (std::int64_t site = 0; site < count; ++site) {
        set_slopes(site, coefficients, slopes.data() + sites_[site].first_feature * width);
        write_single(sites_[site], slopes.data() + sites_[site].first_feature * width);
        write_pairs(site, coefficients, scratch);
      }
    }
    add_reference(coefficients, slopes, constant);
  }

  void from_tables(double const* constant, MutableCoefficients coefficients) const {
    auto const count = static_cast<std::int64_t>(sites_.size());
    std::vector<double> sides(layout_.features() * width, 0.0);
    for (std::int64_t site = 0; site < count; ++site) add_single(sites_[site], sides, coefficients, constant);
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
    {
      std::vector<double> scratch;
#pragma omp for schedule(dynamic, 4)
      for (std::int64_t site = 0; site < count; ++site) read_pairs(site, sides, constant, coefficients, scratch);
    }
  }

 private:
  template <class T>
  static EntryBlock<T> block_of(kernels::MatrixView<T> coefficients, PairBlock const& block, Site const& second) {
    return {coefficients.data + block.start * coefficients.stride, second.dimensions * coefficients.stride,
            coefficients.stride};
  }
  EntryBlock<double> table_of(Site const& first, Site const& second) const {
    std::int64_t const start = layout_.table_starts()[first.first_feature];
    std::int64_t const length =
        layout_.partners()[first.first_feature].end - layout_.partners()[first.first_feature].begin;
    return {tables_.pairs + (start + second.first_feature) * width, length * width, width};
  }

  // u + Σ over the site's pairs of U f' at the other site's reference.
  void set_slopes(std::int64_t number, Coefficients coefficients, double* slopes) const {
    Site const& site = sites_[number];
    for (int i = 0; i < site.dimensions; ++i) {
      double const* const own = coefficients.data + (site.first_feature + i) * coefficients.stride;
      std::copy(own, own + width, slopes + i * width);
    }
    kernels::RowRange const from = layout_.blocks_from(number);
    for (std::int64_t i = from.begin; i < from.end; ++i) {
      Site const& second = sites_[layout_.blocks()[i].second];
      add_row_sums<width>(site.dimensions, second.dimensions, block_of(coefficients, layout_.blocks()[i], second),
                          second.at_reference(), slopes);
    }
    for (std::int64_t const i : layout_.blocks_to(number)) {
      Site const& first = sites_[layout_.blocks()[i].first];
      add_column_sums<width>(first.dimensions, site.dimensions, block_of(coefficients, layout_.blocks()[i], site),
                             first.at_reference(), slopes);
    }
  }

  void write_single(Site const& site, double const* slopes) const {
    for (int state = 0; state < site.dimensions; ++state) {
      double* const entry = tables_.single + (site.first_feature + state) * width;
      std::fill(entry, entry + width, 0.0);
      for (int i = 0; i < site.dimensions; ++i)
        add_entry<width>(site.differences[state * site.dimensions + i], slopes + i * width, entry);
    }
  }

  void write_pairs(std::int64_t number, Coefficients coefficients, std::vector<double>& scratch) const {
    Site const& first = sites_[number];
    kernels::RowRange const from = layout_.blocks_from(number);
    for (std::int64_t i = from.begin; i < from.end; ++i) {
      Site const& second = sites_[layout_.blocks()[i].second];
      sides_product(first, second, first.differences, block_of(coefficients, layout_.blocks()[i], second),
                    second.differences, table_of(first, second), scratch);
    }
  }

  // phi of the reference row: Σ f u + Σ f U f' = Σ f (slopes + u) / 2, as the slopes hold every pair twice.
  void add_reference(Coefficients coefficients, std::vector<double> const& slopes, double* constant) const {
    std::fill(constant, constant + width, 0.0);
    for (Site const& site : sites_) {
      for (int i = 0; i < site.dimensions; ++i) {
        std::int64_t const feature = site.first_feature + i;
        add_entry<width>(0.5 * site.at_reference()[i], coefficients.data + feature * coefficients.stride, constant);
        add_entry<width>(0.5 * site.at_reference()[i], slopes.data() + feature * width, constant);
      }
    }
  }

  void add_single(Site const& site, std::vector<double>& sides, MutableCoefficients coefficients,
                  double const* constant) const {
    for (int i = 0; i < site.dimensions; ++i) {
      double* const side = sides.data() + (site.first_feature + i) * width;
      for (int state = 0; state < site.dimensions; ++state)
        add_entry<width>(site.differences[state * site.dimensions + i],
                         tables_.single + (site.first_feature + state) * width, side);
      double* const out = coefficients.data + (site.first_feature + i) * coefficients.stride;
      std::copy(side, side + width, out);
      add_entry<width>(site.at_reference()[i], constant, out);
    }
  }

  void read_pairs(std::int64_t number, std::vector<double> const& sides, double const* constant,
                  MutableCoefficients coefficients, std::vector<double>& scratch) const {
    Site const& first = sites_[number];
    // D^T g + f g0 of the first site: what stands before f'^T.
    std::vector<double> left(first.dimensions * width);
    for (int i = 0; i < first.dimensions; ++i) {
      std::copy_n(sides.data() + (first.first_feature + i) * width, width, left.data() + i * width);
      add_entry<width>(first.at_reference()[i], constant, left.data() + i * width);
    }
    kernels::RowRange const from = layout_.blocks_from(number);
    for (std::int64_t i = from.begin; i < from.end; ++i) {
      Site const& second = sites_[layout_.blocks()[i].second];
      EntryBlock<double> const table = table_of(first, second);
      EntryBlock<double> const out = block_of(coefficients, layout_.blocks()[i], second);
      sides_product(first, second, first.transposed_differences, {table.data, table.row_stride, table.stride},
                    second.transposed_differences, out, scratch);
      add_outer<width>(first.dimensions, second.dimensions, left.data(), second.at_reference(), first.at_reference(),
                       sides.data() + second.first_feature * width, out);
    }
  }

  static void sides_product(Site const& first, Site const& second, std::vector<double> const& left,
                            EntryBlock<double const> in, std::vector<double> const& right, EntryBlock<double> out,
                            std::vector<double>& scratch) {
    if (first.dimensions == dna_dimensions && second.dimensions == dna_dimensions) {
      multiply_sides<dna_dimensions, width>(dna_dimensions, dna_dimensions, left.data(), in, right.data(), out,
                                            scratch);
    } else {
      multiply_sides<0, width>(first.dimensions, second.dimensions, left.data(), in, right.data(), out, scratch);
    }
  }

  FeatureLayout const& layout_;
  std::vector<Site> const& sites_;
  MutationTables tables_;
  int threads_;
};

// Calls f with a Maps of the tables' number of columns.
template <class Function>
void with_width(FeatureLayout const& layout, MutationTables const& tables, int threads, Function const& f) {
  switch (tables.columns) {
    case 1:
      return f(Maps<1>(layout, tables, threads));
    case 2:
      return f(Maps<2>(layout, tables, threads));
    case 4:
      return f(Maps<4>(layout, tables, threads));
    default:
      return f(Maps<kernels::most_mutation_columns>(layout, tables, threads));
  }
}

}  // namespace

void FeatureLayout::to_tables(Coefficients coefficients, MutationTables const& tables, double* constant,
                              int threads) const {
  with_width(*this, tables, threads, [&](auto const& maps) { maps.to_tables(coefficients, constant); });
}

void FeatureLayout::from_tables(MutationTables const& tables, double const* constant, MutableCoefficients coefficients,
                                int threads) const {
  with_width(*this, tables, threads, [&](auto const& maps) { maps.from_tables(constant, coefficients); });
}

}  // namespace shoal::surrogate
