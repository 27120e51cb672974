// SPDX-License-Identifier: MIT
// What the methods that follow gradients have in common.
#pragma once

#include "attribution/gradient_points.hpp"
#include "attribution/method.hpp"

namespace shoal::attribution {

class GradientMethod : public Method {
 public:
  // Errors: config, for options that make no sense.
  explicit GradientMethod(GradientOptions options) : options_(options) { options_.validate(); }

  bool uses_library() const override { return false; }
  bool uses_gradient() const override { return true; }

 protected:
  GradientOptions const& options() const { return options_; }
  // Gauge, units and whether the correction is applied, beside the method's `definition`.
  std::map<std::string, std::string> notes_with(std::string definition) const {
    return {
        {"definition", std::move(definition)},
        {"gauge", "none; positions that are N are 0"},
        {"gradient_correction",
         options_.correction ? "the mean over the four bases is subtracted from every position's gradient" : "none"},
        {"units", "units of the task's score"}};
  }

 private:
  GradientOptions options_;
};

// value(a, l) times the wild type's one-hot value.
inline void keep_own_bases(std::span<std::uint8_t const> wild_type, GradientSum& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (wild_type[i % wild_type.size()] != i / wild_type.size()) values[i] = 0.0;
  }
}

}  // namespace shoal::attribution
