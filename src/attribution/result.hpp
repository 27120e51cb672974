// SPDX-License-Identifier: MIT
// What a method gives for one task at one locus: named arrays and scalars. Made by src/attribution, kept by src/store.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace shoal::attribution {

enum class NumberType { float32, float64, int64 };

// One array of a method's result; the same for every locus and task of a scan.
struct ArraySchema {
  std::string name;                          // "map", "pairs"
  std::vector<std::int64_t> shape;           // at one locus, row-major
  NumberType type = NumberType::float32;     // float32 or float64
  std::map<std::string, std::string> notes;  // "axes" (what each axis of `shape` runs over), "units", "gauge", …

  std::int64_t size() const {
    std::int64_t count = 1;
    for (std::int64_t const extent : shape) count *= extent;
    return count;
  }
};

// The usual first array: "map", float32 [4, length], bases in A, C, G, T order.
inline ArraySchema map_array(std::int64_t length) {
  return {.name = "map",
          .shape = {4, length},
          .type = NumberType::float32,
          .notes = {{"axes", "base (A C G T), position in the locus's orientation"}}};
}

// "map_error", shaped as the map: its standard errors.
inline ArraySchema map_error_array(std::int64_t length) {
  ArraySchema errors = map_array(length);
  errors.name = "map_error";
  errors.notes["definition"] =
      "standard error of the map over new scores of the same mutants at this lambda: square root of the diagonal of "
      "sigma^2 A^-1 G A^-1 in the map's gauge, A = G + lambda M, sigma^2 = residual sum of squares / residual degrees "
      "of freedom";
  return errors;
}

// Numbers that a method's arrays refer to and that do not depend on the locus: pairs of positions, a grid of penalties.
struct ConstantArray {
  std::string name;
  std::vector<std::int64_t> shape;  // row-major, at least one axis
  std::variant<std::vector<std::int64_t>, std::vector<double>> values;
  std::map<std::string, std::string> notes;
};

// float32 or float64 as the array's schema says.
using ArrayValues = std::variant<std::vector<float>, std::vector<double>>;

struct MethodResult {
  std::vector<ArrayValues> arrays;  // in the order of the method's ArraySchemas
  std::vector<double> scalars;      // in the order of the method's scalar names

  // The first array, in float32. Errors: internal, when it is not.
  std::vector<float> const& map() const {
    expect(!arrays.empty() && std::holds_alternative<std::vector<float>>(arrays.front()),
           "a method's first array is no float32 map");
    return std::get<std::vector<float>>(arrays.front());
  }
};

}  // namespace shoal::attribution
