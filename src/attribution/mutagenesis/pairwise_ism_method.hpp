// SPDX-License-Identifier: MIT
// "pairwise-ism": every double substitution within a window, as epistasis and as a dependency map.
#pragma once

#include "attribution/method.hpp"

namespace shoal::attribution {

// With f(i,a; j,b) the score of the wild type with base a at i and base b at j, the window's W positions and its
// P = W (W - 1) / 2 pairs i < j (constant "positions" [P, 2]: (0,1), (0,2), … of the window, as positions of the
// locus):
//   map [4, length]: f(i,a) - f, within the window, 0 outside;
//   pairs [P, 4, 4]: epistasis(i,a; j,b) = f(i,a; j,b) - f(i,a) - f(j,b) + f, 0 where a or b is the wild type's base;
//   dependency [W, W]: the largest |epistasis| of the two positions' nine double substitutions, 0 on the diagonal.
// Float32, from float32 scores whose differences are taken in double precision; 0 at positions that are N. A score is
// the same as if its mutant were scored alone; where the change reaches a part of the network only, just that is run.
class PairwiseIsmMethod : public Method {
 public:
  explicit PairwiseIsmMethod(PairwiseOptions options) : options_(options) {}

  std::string name() const override { return "pairwise-ism"; }
  std::vector<std::string> scalar_names() const override { return {"largest_epistasis"}; }
  std::vector<ArraySchema> arrays(std::int64_t length) const override;
  std::vector<ConstantArray> constants(std::int64_t length) const override;
  std::map<std::string, std::string> notes() const override;
  bool uses_library() const override { return false; }
  // scalar largest_epistasis: the largest entry of the dependency map. Errors: numeric, naming the mutant and the task
  // of a score that is not finite.
  std::vector<Attribution> explain(LocusContext const& context) const override;

 private:
  PairwiseOptions options_;
};

}  // namespace shoal::attribution
