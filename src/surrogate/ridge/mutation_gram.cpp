// SPDX-License-Identifier: MIT
#include "surrogate/ridge/mutation_gram.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace shoal::surrogate {

namespace {

constexpr std::int64_t width = kernels::most_mutation_columns;

// The features of rows: numbers in the tables, singles before pairs.
class RowFeatures {
 public:
  RowFeatures(FeatureLayout const& layout, Observations const& observations)
      : layout_(layout), observations_(observations) {
    for (Site const& site : layout.sites()) {
      std::array<std::int32_t, 256> numbers;
      numbers.fill(-1);
      auto next = static_cast<std::int32_t>(site.first_feature);
      for (std::size_t state = 0; state < site.states.size(); ++state) {
        if (state != site.reference) numbers[site.states[state]] = next++;
      }
      numbers_.push_back(numbers);
    }
  }

  std::int64_t rows() const { return observations_.rows(); }
  double weight(std::int64_t row) const { return observations_.weights.empty() ? 1.0 : observations_.weights[row]; }

  // Ascending.
  void list(std::int64_t row, std::vector<std::int64_t>& features) const {
    features.clear();
    std::uint8_t const* const letters = observations_.letters.data + row * observations_.letters.stride;
    for (std::size_t site = 0; site < numbers_.size(); ++site) {
      std::int32_t const number = numbers_[site][letters[site]];
      if (number >= 0) features.push_back(number);
    }
    std::size_t const singles = features.size();
    for (std::size_t first = 0; first < singles; ++first) {
      auto const [begin, end] = layout_.partners()[features[first]];
      std::int64_t const start = layout_.features() + layout_.table_starts()[features[first]];
      for (std::size_t second = first + 1; second < singles; ++second) {
        if (features[second] >= begin && features[second] < end) features.push_back(start + features[second]);
      }
    }
  }

 private:
  FeatureLayout const& layout_;
  Observations const& observations_;
  std::vector<std::array<std::int32_t, 256>> numbers_;
};

// Rows of the matrix are shared out among the threads, so that each adds in the order of the rows of the data.
void add_rows(RowFeatures const& source, kernels::RowRange rows, std::int64_t size, int threads,
              std::vector<double>& gram) {
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
  for (int part = 0; part < threads; ++part) {
    std::vector<std::int64_t> features;
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      double const weight = source.weight(row);
      source.list(row, features);
      for (std::size_t i = 0; i < features.size(); ++i) {
        if (features[i] % threads != part) continue;
        double* const sums = gram.data() + features[i] * size;
        for (std::size_t j = 0; j <= i; ++j) sums[features[j]] += weight;
      }
    }
  }
}

// Takes total means means^T away and copies the lower triangle to the upper.
void centre(RowFeatures const& source, kernels::RowRange rows, std::int64_t size, int threads,
            std::vector<double>& gram) {
  double total = 0;
  std::vector<double> sums(size, 0.0);
  std::vector<std::int64_t> features;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    total += source.weight(row);
    source.list(row, features);
    for (std::int64_t const feature : features) sums[feature] += source.weight(row);
  }
#pragma omp parallel for num_threads(threads) schedule(dynamic, 64) if (threads > 1)
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) gram[i * size + j] -= sums[i] / total * sums[j];
  }
  constexpr std::int64_t tile = 64;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
  for (std::int64_t first = 0; first < size; first += tile) {
    for (std::int64_t column = 0; column <= first; column += tile) {
      for (std::int64_t i = first; i < std::min(size, first + tile); ++i) {
        for (std::int64_t j = column; j < std::min(i, column + tile); ++j) gram[j * size + i] = gram[i * size + j];
      }
    }
  }
}

// `to` [parameters, width] = D^T `from` [features of the tables, width].
void from_tables(FeatureLayout const& layout, std::vector<double>& from, std::vector<double>& to) {
  std::array<double, width> const zeros{};
  kernels::MutationTables const tables{from.data(), from.data() + layout.features() * width, width};
  std::vector<double> sides(static_cast<std::size_t>(layout.features() * width));
  kernels::read_tables(kernels::CpuSpace{1}, layout.maps(), tables, zeros.data(), {sides.data(), nullptr},
                       {to.data(), layout.parameters(), width, width});
}

// gram = D^T gram D, some columns after the other and then some rows.
void change_basis(FeatureLayout const& layout, int threads, std::vector<double>& gram) {
  std::int64_t const size = layout.parameters();
#pragma omp parallel num_threads(threads) if (threads > 1)
  {
    std::vector<double> from(size * width, 0.0);
    std::vector<double> to(size * width);
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t column = 0; column < size; column += width) {
      std::int64_t const count = std::min(width, size - column);
      for (std::int64_t i = 0; i < size; ++i) std::copy_n(gram.data() + i * size + column, count, &from[i * width]);
      from_tables(layout, from, to);
      for (std::int64_t i = 0; i < size; ++i) std::copy_n(&to[i * width], count, gram.data() + i * size + column);
    }
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t row = 0; row < size; row += width) {
      std::int64_t const count = std::min(width, size - row);
      for (std::int64_t k = 0; k < count; ++k) {
        for (std::int64_t j = 0; j < size; ++j) from[j * width + k] = gram[(row + k) * size + j];
      }
      from_tables(layout, from, to);
      for (std::int64_t k = 0; k < count; ++k) {
        for (std::int64_t j = 0; j < size; ++j) gram[(row + k) * size + j] = to[j * width + k];
      }
    }
  }
}

}  // namespace

RowWork row_work(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows) {
  constexpr std::int64_t sample = 1000;
  RowFeatures const source(layout, observations);
  std::int64_t const count = std::min(sample, rows.size());
  std::vector<std::int64_t> features;
  RowWork work;
  for (std::int64_t number = 0; number < count; ++number) {
    source.list(rows.begin + number * rows.size() / count, features);
    auto const size = static_cast<double>(features.size());
    work.features += size / static_cast<double>(count);
    work.additions += 0.5 * size * size / static_cast<double>(count);
  }
  return work;
}

std::vector<double> mutation_gram(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows,
                                  int threads) {
  std::int64_t const size = layout.parameters();
  RowFeatures const source(layout, observations);
  std::vector<double> gram(size * size, 0.0);
  add_rows(source, rows, size, threads, gram);
  centre(source, rows, size, threads, gram);
  change_basis(layout, threads, gram);
  return gram;
}

}  // namespace shoal::surrogate
