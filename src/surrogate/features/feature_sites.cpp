// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_sites.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::size_t codes = 256;

// Weight of each code at every position, over training rows; and which codes occur in any row.
struct Counts {
  std::vector<double> weight;  // [length, codes]
  std::vector<bool> occurs;    // [length, codes]
  double row_weight = 1;       // the mean over training rows
};

Counts count_letters(Observations const& data) {
  auto const length = static_cast<std::size_t>(data.length());
  Counts counts{std::vector<double>(length * codes, 0.0), std::vector<bool>(length * codes, false), 1.0};
  double total = 0;
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    std::uint8_t const* const letters = data.letters.data + row * data.letters.stride;
    bool const trains = row >= data.split.train.begin && row < data.split.train.end;
    double const weight = !trains ? 0.0 : data.weights.empty() ? 1.0 : data.weights[static_cast<std::size_t>(row)];
    total += weight;
    for (std::size_t position = 0; position < length; ++position) {
      counts.weight[position * codes + letters[position]] += weight;
      counts.occurs[position * codes + letters[position]] = true;
    }
  }
  counts.row_weight = total / static_cast<double>(data.split.train.size());
  return counts;
}

// Columns of the Householder reflection that swaps sqrt(pi) and the reference's unit vector, divided by sqrt(pi):
// orthonormal under pi and, being orthogonal to sqrt(pi), of mean 0.
std::vector<double> orthonormal_functions(std::vector<double> const& frequencies, std::size_t reference) {
  std::size_t const states = frequencies.size();
  std::size_t const dimensions = states - 1;
  double others = 0;
  for (std::size_t state = 0; state < states; ++state) others += state == reference ? 0.0 : frequencies[state];
  double const root = std::sqrt(frequencies[reference]);
  double const gap = others / (1.0 + root);  // 1 - root, without cancellation
  std::vector<double> functions(states * dimensions);
  for (std::size_t column = 0, other = 0; other < states; ++other) {
    if (other == reference) continue;
    double const side = std::sqrt(frequencies[other]);
    for (std::size_t state = 0; state < states; ++state) {
      functions[state * dimensions + column] =
          state == reference ? side / root : (state == other ? 1.0 / side : 0.0) - side / gap;
    }
    ++column;
  }
  return functions;
}

// The functional that the gauge sets to 0: mean over letters, or the value at the missing letter.
std::vector<double> origin_of(Site const& site) {
  auto const dimensions = static_cast<std::size_t>(site.dimensions);
  if (site.has_missing) {
    double const* const missing = site.at_state(site.states.size() - 1);
    return {missing, missing + dimensions};
  }
  std::vector<double> origin(dimensions, 0.0);
  for (std::size_t state = 0; state < site.states.size(); ++state) {
    for (std::size_t i = 0; i < dimensions; ++i) origin[i] += site.at_state(state)[i];
  }
  for (double& value : origin) value /= static_cast<double>(site.states.size());
  return origin;
}

// Turns the functions so that the penalty's matrix Σ over letters of (f - origin)(f - origin)^T becomes diagonal.
void diagonalise(Site& site) {
  auto const dimensions = static_cast<std::size_t>(site.dimensions);
  std::vector<double> const origin = origin_of(site);
  std::vector<double> matrix(dimensions * dimensions, 0.0);
  for (std::size_t state = 0; state < static_cast<std::size_t>(site.letters()); ++state) {
    for (std::size_t i = 0; i < dimensions; ++i) {
      for (std::size_t j = 0; j < dimensions; ++j) {
        matrix[i * dimensions + j] += (site.at_state(state)[i] - origin[i]) * (site.at_state(state)[j] - origin[j]);
      }
    }
  }
  site.squares.resize(dimensions);
  linalg::symmetric_eigen(kernels::CpuSpace{1}, {matrix.data(), site.dimensions, site.dimensions, site.dimensions},
                          site.squares.data());
  std::vector<double> turned(site.functions.size(), 0.0);
  for (std::size_t state = 0; state < site.states.size(); ++state) {
    for (std::size_t i = 0; i < dimensions; ++i) {
      for (std::size_t j = 0; j < dimensions; ++j) {
        turned[state * dimensions + i] += matrix[i * dimensions + j] * site.at_state(state)[j];
      }
    }
  }
  site.functions = std::move(turned);
  site.origin = origin_of(site);
}

void set_functions(std::vector<double> const& frequencies, Site& site) {
  site.dimensions = static_cast<int>(site.states.size()) - 1;
  if (site.dimensions == 0) return;
  site.functions = orthonormal_functions(frequencies, site.reference);
  diagonalise(site);
  for (std::size_t state = 0; state < site.states.size(); ++state) {
    if (state == site.reference) continue;
    for (int i = 0; i < site.dimensions; ++i) {
      site.differences.push_back(site.at_state(state)[i] - site.at_reference()[i]);
    }
  }
  site.transposed_differences.resize(site.differences.size());
  for (int i = 0; i < site.dimensions; ++i) {
    for (int j = 0; j < site.dimensions; ++j) {
      site.transposed_differences[i * site.dimensions + j] = site.differences[j * site.dimensions + i];
    }
  }
}

}  // namespace

std::vector<Site> find_sites(Observations const& observations) {
  Counts const counts = count_letters(observations);
  std::vector<Site> sites(static_cast<std::size_t>(observations.length()));
  std::int64_t features = 0;
  for (std::size_t position = 0; position < sites.size(); ++position) {
    Site& site = sites[position];
    std::vector<double> frequencies;
    double total = 0;
    for (std::size_t code = 0; code < codes; ++code) {
      if (!counts.occurs[position * codes + code]) continue;
      double const weight = counts.weight[position * codes + code];
      site.states.push_back(static_cast<std::uint8_t>(code));
      frequencies.push_back(weight > 0 ? weight : 0.5 * counts.row_weight);
      total += frequencies.back();
    }
    for (double& frequency : frequencies) frequency /= total;
    site.reference =
        static_cast<std::size_t>(std::max_element(frequencies.begin(), frequencies.end()) - frequencies.begin());
    site.has_missing = site.states.back() == missing_letter;
    site.first_feature = features;
    set_functions(frequencies, site);
    features += site.dimensions;
  }
  if (features > std::numeric_limits<std::uint16_t>::max()) {
    fail(ErrorCode::config,
         fmt::format(
             "a surrogate of {} positions has {} mutations; at most 65535 are supported: choose a shorter window",
             observations.length(), features));
  }
  return sites;
}

}  // namespace shoal::surrogate
