// SPDX-License-Identifier: MIT
// What the methods that follow gradients have in common.
#pragma once

#include "attribution/gradients/gradient_points.hpp"
#include "attribution/method.hpp"

namespace shoal::attribution {

class GradientMethod : public Method {
 public:
  // Errors: config, for options that have no meaning.
  explicit GradientMethod(GradientOptions options) : options_(options) { options_.validate(); }

  bool uses_library() const override { return false; }
  bool uses_gradient() const override { return true; }
  // The map and, if it is corrected, "map_raw": the same with the gradients as they are.
  std::vector<ArraySchema> arrays(std::int64_t length) const override {
    std::vector<ArraySchema> arrays = {map_array(length)};
    if (!options_.correction) return arrays;
    arrays.push_back(map_array(length));
    arrays.back().name = "map_raw";
    arrays.back().notes["definition"] = "the map without the gradient correction";
    arrays.back().notes["gradient_correction"] = "none";
    return arrays;
  }

 protected:
  GradientOptions const& options() const { return options_; }
  // Gauge, units and whether the correction is applied, beside the method's `definition`.
  std::map<std::string, std::string> notes_with(std::string definition) const {
    return {
        {"definition", std::move(definition)},
        {"gauge", "none; positions that are N are 0"},
        {"gradient_correction",
         options_.correction ? "the mean over the four bases is subtracted from every position's gradient; map_raw is "
                               "the map without it"
                             : "none"},
        {"units", "units of the task's score"}};
  }

 private:
  GradientOptions options_;
};

// The arrays of GradientMethod::arrays; `corrected` is read if the map is corrected (`corrects`).
inline std::vector<ArrayValues> finished_arrays(bool corrects, GradientSum const& raw, GradientSum const& corrected,
                                                std::span<std::uint8_t const> wild_type) {
  if (!corrects) return {finished_map(raw, wild_type)};
  return {finished_map(corrected, wild_type), finished_map(raw, wild_type)};
}

// Returns value(a, l) times the wild type's one-hot value.
inline void keep_own_bases(std::span<std::uint8_t const> wild_type, GradientSum& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (wild_type[i % wild_type.size()] != i / wild_type.size()) values[i] = 0.0;
  }
}

}  // namespace shoal::attribution
