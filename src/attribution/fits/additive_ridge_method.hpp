// SPDX-License-Identifier: MIT
// "additive-ridge": the additive ridge surrogate of the mutant library (surrogate/additive_ridge.hpp).
#pragma once

#include "attribution/library_method.hpp"

namespace shoal::attribution {

class AdditiveRidgeMethod : public LibraryMethod {
 public:
  explicit AdditiveRidgeMethod(surrogate::RidgeOptions options) : options_(std::move(options)) {}

  std::string name() const override { return "additive-ridge"; }
  std::vector<std::string> scalar_names() const override;
  // map: theta; with standard errors also map_error.
  std::vector<ArraySchema> arrays(std::int64_t length) const override;
  std::map<std::string, std::string> notes() const override;
  // map: theta, the effect of each base in units of y.
  std::vector<Attribution> fit(ScoredLibrary const& scored) const override;

 private:
  surrogate::RidgeOptions options_;
};

}  // namespace shoal::attribution
