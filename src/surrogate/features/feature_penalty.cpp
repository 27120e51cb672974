// SPDX-License-Identifier: MIT
// The ridge penalty in the coordinates of FeatureLayout. With o a site's origin and v = u + Σ over pairs U o', the
// penalty is Σ over sites of c_l |(f - o) v|² + lambda_pair Σ over pairs |(f - o) U (f' - o')^T|², sums over letters;
// the functions are turned so that (f - o)^T (f - o) is diagonal (Site::squares).
#include <algorithm>
#include <cmath>

#include "surrogate/features/feature_layout.hpp"
#include "surrogate/features/pair_product.hpp"

namespace shoal::surrogate {

namespace {

// One column of coefficients, as entries of width 1.
template <class T>
EntryBlock<T> block_of(kernels::MatrixView<T> coefficients, PairBlock const& block, Site const& second) {
  return {coefficients.data + block.start * coefficients.stride, second.dimensions * coefficients.stride,
          coefficients.stride};
}

// v of every site, [features, width].
template <int width>
std::vector<double> centred_slopes(FeatureLayout const& layout, Coefficients coefficients, int threads) {
  std::vector<double> slopes(layout.features() * width);
  auto const& sites = layout.sites();
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4) if (threads > 1)
  for (std::int64_t number = 0; number < static_cast<std::int64_t>(sites.size()); ++number) {
    Site const& site = sites[number];
    double* const own = slopes.data() + site.first_feature * width;
    for (int i = 0; i < site.dimensions; ++i) {
      std::copy_n(coefficients.data + (site.first_feature + i) * coefficients.stride, width, own + i * width);
    }
    kernels::RowRange const from = layout.blocks_from(number);
    for (std::int64_t block = from.begin; block < from.end; ++block) {
      Site const& second = sites[layout.blocks()[block].second];
      add_row_sums<width>(site.dimensions, second.dimensions, block_of(coefficients, layout.blocks()[block], second),
                          second.origin.data(), own);
    }
    for (std::int64_t const block : layout.blocks_to(number)) {
      Site const& first = sites[layout.blocks()[block].first];
      add_column_sums<width>(first.dimensions, site.dimensions, block_of(coefficients, layout.blocks()[block], site),
                             first.origin.data(), own);
    }
  }
  return slopes;
}

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

std::vector<double> FeatureLayout::penalty_diagonal(Penalty penalty) const {
  std::vector<double> diagonal(parameters_);
  for (std::size_t number = 0; number < sites_.size(); ++number) {
    Site const& site = sites_[number];
    double const own = additive_penalty(number, penalty);
    for (int i = 0; i < site.dimensions; ++i) diagonal[site.first_feature + i] = own * site.squares[i];
  }
  for (PairBlock const& block : blocks_) {
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

namespace {

template <int width>
void multiply(FeatureLayout const& layout, Penalty penalty, Coefficients coefficients, MutableCoefficients products,
              int threads) {
  std::vector<double> pulls = centred_slopes<width>(layout, coefficients, threads);
  auto const& sites = layout.sites();
  auto const& blocks = layout.blocks();
  for (std::size_t number = 0; number < sites.size(); ++number) {
    Site const& site = sites[number];
    double const own = layout.additive_penalty(number, penalty);
    for (int i = 0; i < site.dimensions; ++i) {
      double* const pull = pulls.data() + (site.first_feature + i) * width;
      for (int k = 0; k < width; ++k) pull[k] *= own * site.squares[i];
      std::copy_n(pull, width, products.data + (site.first_feature + i) * products.stride);
    }
  }
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t number = 0; number < static_cast<std::int64_t>(blocks.size()); ++number) {
    Site const& first = sites[blocks[number].first];
    Site const& second = sites[blocks[number].second];
    EntryBlock<double const> const in = block_of(coefficients, blocks[number], second);
    EntryBlock<double> const out = block_of(products, blocks[number], second);
    for (int a = 0; a < first.dimensions; ++a) {
      for (int b = 0; b < second.dimensions; ++b) {
        double const own = penalty.pair * first.squares[a] * second.squares[b];
        for (int k = 0; k < width; ++k) out.at(a, b)[k] = own * in.at(a, b)[k];
      }
    }
    add_outer<width>(first.dimensions, second.dimensions, pulls.data() + first.first_feature * width,
                     second.origin.data(), first.origin.data(), pulls.data() + second.first_feature * width, out);
  }
}

}  // namespace

void FeatureLayout::multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products,
                                     int threads) const {
  switch (coefficients.columns) {
    case 1:
      return multiply<1>(*this, penalty, coefficients, products, threads);
    case 2:
      return multiply<2>(*this, penalty, coefficients, products, threads);
    case 4:
      return multiply<4>(*this, penalty, coefficients, products, threads);
    default:
      return multiply<kernels::most_mutation_columns>(*this, penalty, coefficients, products, threads);
  }
}

Parameters FeatureLayout::parameters_of(double constant, Coefficients coefficients, std::int64_t column,
                                        Penalty penalty, int alphabet) const {
  Coefficients const one{coefficients.data + column, coefficients.rows, 1, coefficients.stride};
  std::vector<double> const slopes = centred_slopes<1>(*this, one, 1);
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
                                  ? coefficients.data + blocks_[block++].start * coefficients.stride
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
