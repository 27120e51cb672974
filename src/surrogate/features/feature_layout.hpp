// SPDX-License-Identifier: MIT
// Where the coefficients of a surrogate lie, and the maps between them and the tables of
// kernels/library/mutation_lists.hpp: local to a site or a pair, exact, O(parameters).
//
// Coefficients: the sites' functions, site by site, then for every pair of sites that both have functions, in the order
// of pairs(), the products of their functions, [first's dimensions, second's dimensions]. A matrix of several
// right-hand sides has them as columns.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/library/mutation_lists.hpp"
#include "surrogate/data/penalty.hpp"
#include "surrogate/features/feature_sites.hpp"

namespace shoal::surrogate {

using Coefficients = kernels::MatrixView<double const>;
using MutableCoefficients = kernels::MatrixView<double>;

// A pair of sites with functions.
struct PairBlock {
  std::int32_t first = 0;
  std::int32_t second = 0;
  std::int64_t start = 0;  // where its coefficients begin
};

class FeatureLayout {
 public:
  // `pairs` ascending, each once; those with a site of one state have no coefficients.
  FeatureLayout(std::vector<Site> sites, std::vector<SitePair> pairs);

  std::vector<Site> const& sites() const { return sites_; }
  std::vector<SitePair> const& pairs() const { return pairs_; }
  std::vector<PairBlock> const& blocks() const { return blocks_; }
  std::int64_t parameters() const { return parameters_; }
  std::int64_t features() const { return features_; }
  // Blocks in which a site is the first (a range of blocks()), and in which it is the second (their numbers).
  kernels::RowRange blocks_from(std::int64_t site) const { return {from_[site], from_[site + 1]}; }
  std::vector<std::int64_t> const& blocks_to(std::int64_t site) const { return to_[site]; }

  // The ragged pair table: kernels/library/mutation_lists.hpp.
  std::int64_t table_size() const { return table_size_; }
  // Some entries of the table belong to no pair; they must be 0 before a gathering.
  bool table_has_gaps() const { return table_size_ != parameters_ - features_; }
  std::vector<std::int64_t> const& table_starts() const { return table_starts_; }
  std::vector<kernels::PartnerSpan> const& partners() const { return partners_; }

  // Tables such that for every row phi = `constant` [columns] + its gathered mutations. There are as many columns as
  // tables have.
  void to_tables(Coefficients coefficients, kernels::MutationTables const& tables, double* constant, int threads) const;
  // The transposed map, from scattered tables and the sums of all values [columns].
  void from_tables(kernels::MutationTables const& tables, double const* constant, MutableCoefficients coefficients,
                   int threads) const;

  // Effective additive penalty at a site: what is left when its effect is shared with the pairs that can carry it.
  double additive_penalty(std::int64_t site, Penalty penalty) const;
  // The diagonal of the penalty's matrix [parameters], and the matrix times 1, 2, 4 or 8 columns.
  std::vector<double> penalty_diagonal(Penalty penalty) const;
  void multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products, int threads) const;
  // phi as one-hot parameters in the ridge's own gauge.
  Parameters parameters_of(double constant, Coefficients coefficients, std::int64_t column, Penalty penalty,
                           int alphabet) const;

 private:
  void number_tables();
  void count_sharing();
  void fill_pairs(Coefficients coefficients, std::vector<double> const& effects, Penalty penalty,
                  Parameters& found) const;

  std::vector<Site> sites_;
  std::vector<SitePair> pairs_;
  std::vector<PairBlock> blocks_;
  std::vector<std::int64_t> from_;
  std::vector<std::vector<std::int64_t>> to_;
  std::vector<std::int64_t> table_starts_;
  std::vector<kernels::PartnerSpan> partners_;
  std::vector<double> sharing_;  // [sites]: Σ over partners without the missing letter of 1 / letters
  std::int64_t parameters_ = 0;
  std::int64_t features_ = 0;
  std::int64_t table_size_ = 0;
};

}  // namespace shoal::surrogate
