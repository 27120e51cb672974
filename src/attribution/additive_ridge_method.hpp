// SPDX-License-Identifier: MIT
// "additive-ridge": the additive ridge surrogate of the mutant library (surrogate/additive_ridge.hpp).
#pragma once

#include "attribution/method.hpp"

namespace shoal::attribution {

class AdditiveRidgeMethod : public Method {
 public:
  explicit AdditiveRidgeMethod(surrogate::RidgeOptions options) : options_(std::move(options)) {}

  std::string name() const override { return "additive-ridge"; }
  std::vector<std::string> scalar_names() const override;
  std::map<std::string, std::string> notes() const override;
  bool uses_library() const override { return true; }
  // map: theta, the effect of each base in units of y.
  std::vector<Attribution> explain(LocusContext const& context) const override;

 private:
  surrogate::RidgeOptions options_;
};

}  // namespace shoal::attribution
