// SPDX-License-Identifier: MIT
#include "surrogate/ridge/feature_gram.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace shoal::surrogate {

namespace {

constexpr std::size_t codes = 256;

}  // namespace

AdditiveGram::AdditiveGram(FeatureOperator const& additive, Observations const& observations)
    : observations_(observations),
      products_(additive, observations, {.interactions = Interactions::pairwise}),
      size_(additive.parameters()) {}

// Within a site the products depend on the row's state alone: the weight of every state is enough.
void AdditiveGram::add_sites(kernels::RowRange rows, std::vector<double>& gram) const {
  auto const& sites = products_.layout().sites();
  std::vector<std::array<double, codes>> weights(sites.size());
  for (auto& site : weights) site.fill(0.0);
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const weight = observations_.weights.empty() ? 1.0 : observations_.weights[row];
    std::uint8_t const* const letters = observations_.letters.data + row * observations_.letters.stride;
    for (std::size_t site = 0; site < sites.size(); ++site) weights[site][letters[site]] += weight;
  }
  for (std::size_t number = 0; number < sites.size(); ++number) {
    Site const& site = sites[number];
    for (std::size_t state = 0; state < site.states.size(); ++state) {
      double const weight = weights[number][site.states[state]];
      double const* const functions = site.at_state(state);
      for (int a = 0; a < site.dimensions; ++a) {
        for (int b = 0; b <= a; ++b) {
          gram[(site.first_feature + a) * size_ + site.first_feature + b] += weight * functions[a] * functions[b];
        }
      }
    }
  }
}

void AdditiveGram::add_pairs(std::vector<double> const& sums, std::vector<double>& gram) const {
  auto const& sites = products_.layout().sites();
  for (PairBlock const& block : products_.layout().blocks()) {
    Site const& first = sites[block.first];
    Site const& second = sites[block.second];
    double const* sum = sums.data() + block.start;
    for (int a = 0; a < first.dimensions; ++a) {
      for (int b = 0; b < second.dimensions; ++b) {
        gram[(second.first_feature + b) * size_ + first.first_feature + a] += *sum++;
      }
    }
  }
}

std::vector<double> AdditiveGram::centred(kernels::RowRange rows, std::vector<double> const& means) const {
  std::vector<double> weights(rows.size(), 1.0);
  if (!observations_.weights.empty()) {
    std::copy_n(observations_.weights.begin() + rows.begin, rows.size(), weights.begin());
  }
  std::vector<double> sums(products_.parameters());
  products_.multiply_transposed(rows, {weights.data(), rows.size(), 1, 1}, {sums.data(), products_.parameters(), 1, 1});
  std::vector<double> gram(size_ * size_, 0.0);
  add_sites(rows, gram);
  add_pairs(sums, gram);
  double const total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::int64_t i = 0; i < size_; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) gram[i * size_ + j] -= total * means[i] * means[j];
  }
  return gram;
}

}  // namespace shoal::surrogate
