// SPDX-License-Identifier: MIT
// "saliency", "gradient-x-input" and "smoothgrad": gradients at the sequence itself and near it.
#pragma once

#include "attribution/gradients/gradient_method.hpp"

namespace shoal::attribution {

// map(a, l) = d f / d x(a, l) at the wild type.
class SaliencyMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "saliency"; }
  std::vector<std::string> scalar_names() const override { return {}; }
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

// The same times x: 0 except at the wild type's own bases.
class GradientTimesInputMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "gradient-x-input"; }
  std::vector<std::string> scalar_names() const override { return {}; }
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

// map = the mean gradient over noise_samples points x + e, where every element of e is normal with mean 0 and standard
// deviation noise_sigma, except 0 at N (Smilkov et al., 2017). The scalar mean_score is the mean of f over the points.
class SmoothGradMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "smoothgrad"; }
  std::vector<std::string> scalar_names() const override { return {"mean_score"}; }
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

}  // namespace shoal::attribution
