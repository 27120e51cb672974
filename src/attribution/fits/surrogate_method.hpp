// SPDX-License-Identifier: MIT
// The surrogates of surrogate/surrogate_model.hpp as methods of a scan: "neighbour-ridge", "additive-ge", ….
#pragma once

#include "attribution/library_method.hpp"
#include "attribution/surrogate_options.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::attribution {

class SurrogateMethod : public LibraryMethod {
 public:
  // Rows are split in the library's order: the last `holdout` are test rows, those before them validate.
  SurrogateMethod(surrogate::SurrogateName name, SurrogateMethodOptions options, std::vector<double> lambdas,
                  double holdout);

  std::string name() const override { return name_.text; }
  std::vector<std::string> scalar_names() const override;
  // map [4, length]: additive effects on phi in the chosen gauge. With pairs also pairs [pairs, 4, 4] and the
  // effects on the wild type, effects [4, length] (wild_type_effects.hpp). With standard errors also map_error and
  // pairs_error, for ridges and curves of no more than most_primal_parameters features. With global epistasis, curve
  // [2, 65]: phi from the lowest to the highest of the rows that were fitted, and g(phi); sigmoids [3, sigmoids]; noise
  // [1 or 3, order + 1] (3 where it is skewed-t or chosen by the data).
  std::vector<ArraySchema> arrays(std::int64_t length) const override;
  // pair_positions [pairs, 2].
  std::vector<ConstantArray> constants(std::int64_t length) const override;
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> fit(ScoredLibrary const& scored) const override;

 private:
  bool has_curve() const { return name_.solver == surrogate::Solver::global_epistasis; }
  bool chooses_noise() const { return has_curve() && options_.surrogate.noise == surrogate::NoiseKind::automatic; }
  bool chooses_pairs() const { return name_.solver == surrogate::Solver::group_lasso; }
  bool is_sparse() const { return !has_curve() && !chooses_pairs() && name_.solver != surrogate::Solver::ridge; }
  bool has_sigmoids() const { return has_curve() && options_.surrogate.curve == surrogate::CurveKind::sigmoids; }
  bool counts_freedom() const {
    return name_.solver == surrogate::Solver::ridge || name_.solver == surrogate::Solver::lasso;
  }
  // True if standard errors were asked for and, at this length, a factorisation gives them.
  bool has_errors(std::int64_t length) const;
  // The pairs that a result holds at this length.
  std::vector<surrogate::SitePair> pairs(std::int64_t length) const;
  Attribution result_of(surrogate::SurrogateFit const& fit, std::span<std::uint8_t const> wild_type) const;

  surrogate::SurrogateName name_;
  SurrogateMethodOptions options_;
  double holdout_;
};

}  // namespace shoal::attribution
