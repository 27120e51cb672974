// SPDX-License-Identifier: MIT
// "deepshap": DeepLIFT's rescale rule, averaged over shuffled backgrounds.
#pragma once

#include "attribution/gradients/gradient_method.hpp"

namespace shoal::attribution {

// With the multipliers m(r) between the sequence x and a background r (inference/gradient.hpp), map(a, l) is the mean
// over the backgrounds of the sum over bases b of m(r)(b, l) (1 if b = a, else 0, minus r(b, l)): the hypothetical
// contribution of base a at l. At the sequence's own bases the map sums to f(x) minus the mean of f(r). Scalars:
// wild_type = f(x); background = the mean of f(r); completeness_error = that sum minus that difference. The gradient
// correction would change nothing: it moves all m(r)(., l) alike.
class DeepShapMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "deepshap"; }
  std::vector<std::string> scalar_names() const override { return {"wild_type", "background", "completeness_error"}; }
  std::vector<ArraySchema> arrays(std::int64_t length) const override { return {map_array(length)}; }
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

// The same with given backgrounds: at least one, codes of the sequence's length. Errors: internal, when they are
// something else; numeric.
std::vector<Attribution> deepshap(LocusContext const& context,
                                  std::vector<std::vector<std::uint8_t>> const& backgrounds);

}  // namespace shoal::attribution
