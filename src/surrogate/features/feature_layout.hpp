// SPDX-License-Identifier: MIT
// Where the coefficients of a surrogate lie, and what kernels/library/feature_maps.hpp must know to go between them and
// tables of mutations.
//
// Coefficients: the sites' functions, site by site, then for every pair of sites that both have functions, in the order
// of pairs(), the products of their functions, [first's dimensions, second's dimensions]. A matrix of several
// right-hand sides has them as columns.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/library/feature_maps.hpp"
#include "surrogate/data/penalty.hpp"
#include "surrogate/features/feature_sites.hpp"

namespace shoal::surrogate {

using Coefficients = kernels::MatrixView<double const>;
using MutableCoefficients = kernels::MatrixView<double>;

using kernels::PairBlock;

// The arrays of kernels::FeatureMaps on the host.
struct MapArrays {
  std::vector<kernels::FeatureSite> sites;
  std::vector<PairBlock> blocks;
  std::vector<std::int64_t> from;
  std::vector<std::int64_t> to;
  std::vector<std::int64_t> to_starts;
  std::vector<double> numbers;
  std::vector<std::int64_t> table_starts;
  std::vector<kernels::PartnerSpan> partners;
};

class FeatureLayout {
 public:
  // `pairs` ascending, each once; those with a site of one state have no coefficients.
  FeatureLayout(std::vector<Site> sites, std::vector<SitePair> pairs);

  std::vector<Site> const& sites() const { return sites_; }
  std::vector<SitePair> const& pairs() const { return pairs_; }
  std::vector<PairBlock> const& blocks() const { return arrays_.blocks; }
  MapArrays const& arrays() const { return arrays_; }
  // The maps in the host's memory.
  kernels::FeatureMaps maps() const;
  std::int64_t parameters() const { return parameters_; }
  std::int64_t features() const { return features_; }
  // The ragged pair table: kernels/library/mutation_lists.hpp.
  std::int64_t table_size() const { return table_size_; }
  // Some entries of the table belong to no pair; they must be 0 before a gathering.
  bool table_has_gaps() const { return table_size_ != parameters_ - features_; }
  std::vector<std::int64_t> const& table_starts() const { return arrays_.table_starts; }
  std::vector<kernels::PartnerSpan> const& partners() const { return arrays_.partners; }

  // Effective additive penalty at a site: what is left when its effect is shared with the pairs that can carry it.
  double additive_penalty(std::int64_t site, Penalty penalty) const;
  std::vector<double> additive_penalties(Penalty penalty) const;  // [sites]
  // The diagonal of the penalty's matrix [parameters], and the matrix times 1, 2, 4 or 8 columns.
  std::vector<double> penalty_diagonal(Penalty penalty) const;
  void multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products, int threads) const;
  // phi as one-hot parameters in the ridge's own gauge.
  Parameters parameters_of(double constant, Coefficients coefficients, std::int64_t column, Penalty penalty,
                           int alphabet) const;

 private:
  void link_blocks();
  void collect_numbers();
  void number_tables();
  void count_sharing();
  void fill_pairs(Coefficients coefficients, std::vector<double> const& effects, Penalty penalty,
                  Parameters& found) const;

  std::vector<Site> sites_;
  std::vector<SitePair> pairs_;
  MapArrays arrays_;
  std::vector<double> sharing_;  // [sites]: Σ over partners without the missing letter of 1 / letters
  std::int64_t parameters_ = 0;
  std::int64_t features_ = 0;
  std::int64_t table_size_ = 0;
};

}  // namespace shoal::surrogate
