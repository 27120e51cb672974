// SPDX-License-Identifier: MIT
// "ism": in-silico mutagenesis, the change of the score by every single substitution of the wild type.
#pragma once

#include "attribution/method.hpp"

namespace shoal::attribution {

class IsmMethod : public Method {
 public:
  std::string name() const override { return "ism"; }
  std::vector<std::string> scalar_names() const override { return {}; }
  std::map<std::string, std::string> notes() const override;
  bool uses_library() const override { return false; }
  // map(a, l): f(wild type with base a at l) - f(wild type), both float32, 0 at the wild type's own base and at N.
  // Errors: numeric, naming the substitution and the task of a score that is not finite.
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

}  // namespace shoal::attribution
