// SPDX-License-Identifier: MIT
// The ridge penalty in the coordinates of FeatureLayout: kernels/library/feature_maps.hpp.
#include <algorithm>
#include <cmath>

#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

namespace {

// lambda_pair / lambda_additive; 1 without any penalty.
double ratio_of(Penalty penalty) {
  if (penalty.additive == 0 && penalty.pair == 0) return 1.0;
  return penalty.pair / penalty.additive;
}

// The share of a site's effect that stays in its additive parameters.
double additive_share(double sharing, Penalty penalty) {
  double const ratio = ratio_of(penalty);
  return sharing == 0 || std::isinf(ratio) ? 1.0 : ratio / (ratio + sharing);
}

}  // namespace

double FeatureLayout::additive_penalty(std::int64_t site, Penalty penalty) const {
  return penalty.additive * additive_share(sharing_[site], penalty);
}

std::vector<double> FeatureLayout::additive_penalties(Penalty penalty) const {
  std::vector<double> penalties;
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    penalties.push_back(additive_penalty(static_cast<std::int64_t>(site), penalty));
  }
  return penalties;
}

std::vector<double> FeatureLayout::penalty_diagonal(Penalty penalty) const {
  std::vector<double> diagonal(parameters_);
  for (std::size_t number = 0; number < sites_.size(); ++number) {
    Site const& site = sites_[number];
    double const own = additive_penalty(number, penalty);
    for (int i = 0; i < site.dimensions; ++i) diagonal[site.first_feature + i] = own * site.squares[i];
  }
  for (PairBlock const& block : arrays_.blocks) {
    Site const& first = sites_[block.first];
    Site const& second = sites_[block.second];
    double const* const first_own = diagonal.data() + first.first_feature;
    double const* const second_own = diagonal.data() + second.first_feature;
    double* entry = diagonal.data() + block.start;
    for (int a = 0; a < first.dimensions; ++a) {
      for (int b = 0; b < second.dimensions; ++b) {
        *entry++ = penalty.pair * first.squares[a] * second.squares[b] +
                   first_own[a] * second.origin[b] * second.origin[b] +
                   first.origin[a] * first.origin[a] * second_own[b];
      }
    }
  }
  return diagonal;
}

void FeatureLayout::multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products,
                                     int threads) const {
  std::vector<double> slopes(static_cast<std::size_t>(features_ * coefficients.columns));
  kernels::multiply_penalty(kernels::CpuSpace{threads}, maps(), additive_penalties(penalty).data(), penalty.pair,
                            coefficients, {slopes.data(), nullptr}, products);
}

Parameters FeatureLayout::parameters_of(double constant, Coefficients coefficients, std::int64_t column,
                                        Penalty penalty, int alphabet) const {
  Coefficients const one{coefficients.data + column, coefficients.rows, 1, coefficients.stride};
  std::vector<double> slopes(static_cast<std::size_t>(features_));
  kernels::site_slopes(kernels::CpuSpace{1}, maps(), kernels::SitePoint::origin, one, slopes.data());
  auto const length = static_cast<std::int64_t>(sites_.size());
  std::int64_t const square = std::int64_t{alphabet} * alphabet;
  Parameters found{length,   alphabet,
                   constant, std::vector<double>(length * alphabet, 0.0),
                   pairs_,   std::vector<double>(static_cast<std::int64_t>(pairs_.size()) * square, 0.0)};
  std::vector<double> effects(length * alphabet, 0.0);  // effects of sites, before they are shared with pairs
  for (std::int64_t number = 0; number < length; ++number) {
    Site const& site = sites_[number];
    double const share = additive_share(sharing_[number], penalty);
    for (int i = 0; i < site.dimensions; ++i) {
      // Σ o u + Σ o U o' = Σ o (v + u) / 2, as the slopes hold every pair twice.
      std::int64_t const feature = site.first_feature + i;
      found.constant += 0.5 * site.origin[i] * (slopes[feature] + one.data[feature * one.stride]);
      for (std::int64_t state = 0; state < site.letters(); ++state) {
        effects[number * alphabet + site.states[state]] += (site.at_state(state)[i] - site.origin[i]) * slopes[feature];
      }
    }
    for (int letter = 0; letter < alphabet; ++letter) {
      found.additive[number * alphabet + letter] = share * effects[number * alphabet + letter];
    }
  }
  fill_pairs(one, effects, penalty, found);
  return found;
}

void FeatureLayout::fill_pairs(Coefficients coefficients, std::vector<double> const& effects, Penalty penalty,
                               Parameters& found) const {
  // What a partner with one letter takes of a site's effect; a partner with more letters takes 1 / letters of it.
  auto const part = [&](std::int64_t site, Site const& partner) {
    if (partner.has_missing || sharing_[site] == 0) return 0.0;
    return (1.0 - additive_share(sharing_[site], penalty)) / sharing_[site] / static_cast<double>(partner.letters());
  };
  std::int64_t const alphabet = found.alphabet;
  std::int64_t block = 0;
  for (std::size_t number = 0; number < pairs_.size(); ++number) {
    SitePair const pair = pairs_[number];
    Site const& first = sites_[pair.first];
    Site const& second = sites_[pair.second];
    double const of_first = part(pair.first, second);
    double const of_second = part(pair.second, first);
    double const* const own = first.dimensions * second.dimensions > 0
                                  ? coefficients.data + arrays_.blocks[block++].start * coefficients.stride
                                  : nullptr;
    for (std::int64_t s = 0; s < first.letters(); ++s) {
      for (std::int64_t t = 0; t < second.letters(); ++t) {
        double value = of_first * effects[pair.first * alphabet + first.states[s]] +
                       of_second * effects[pair.second * alphabet + second.states[t]];
        for (int a = 0; a < first.dimensions; ++a) {
          double const left = first.at_state(s)[a] - first.origin[a];
          for (int b = 0; b < second.dimensions; ++b) {
            value += left * (second.at_state(t)[b] - second.origin[b]) *
                     own[(a * second.dimensions + b) * coefficients.stride];
          }
        }
        found.pair_effects[static_cast<std::int64_t>(number) * alphabet * alphabet + first.states[s] * alphabet +
                           second.states[t]] = value;
      }
    }
  }
}

}  // namespace shoal::surrogate
