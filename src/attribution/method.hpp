// SPDX-License-Identifier: MIT
// Attribution methods: from a locus and a scored network to a map, other arrays and scalars for every task.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "attribution/gradient_options.hpp"
#include "attribution/library_letters.hpp"
#include "attribution/pairwise_options.hpp"
#include "attribution/result.hpp"
#include "attribution/surrogate_options.hpp"
#include "inference/gradient.hpp"
#include "inference/scorer.hpp"
#include "library/library.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::attribution {

// What every method may use at one locus. `library` and `scores` [mutants, tasks] are shared by all surrogates.
struct LocusContext {
  device::Backend const& backend;
  inference::Scorer& scorer;
  std::span<std::uint8_t const> wild_type;  // codes of the bases
  library::Library const& library;
  device::Buffer<float> const& scores;
  inference::Gradient* gradient = nullptr;  // gradient of the scorer's tasks, where a method uses it
  std::uint64_t locus_identity = 0;         // keys the random numbers of backgrounds and noise
  // What relative scores are relative to, one per task; empty if no task is relative to the library.
  std::span<inference::ScoreFrame const> frames = {};
  LibraryLetters* letters = nullptr;  // the library's letters, unpacked once for all surrogates; may be null
};

// The result for one task: arrays in the order of Method::arrays, with the size and type named there, and scalars in
// the order of Method::scalar_names.
using Attribution = MethodResult;

class LibraryMethod;

class Method {
 public:
  virtual ~Method() = default;
  virtual std::string name() const = 0;
  virtual std::vector<std::string> scalar_names() const = 0;
  // The arrays of a result at a locus of `length` bases, with their axes. Where an array has no notes (definition,
  // gauge, units) of its own, those of the method hold.
  virtual std::vector<ArraySchema> arrays(std::int64_t length) const { return {map_array(length)}; }
  // Constants that the arrays refer to, the same for every locus.
  virtual std::vector<ConstantArray> constants([[maybe_unused]] std::int64_t length) const { return {}; }
  // Definition, gauge and units, stored as attributes beside the arrays; "NAME.KEY" describes the scalar NAME.
  virtual std::map<std::string, std::string> notes() const = 0;
  // This method, where a library and its scores are all that it needs; otherwise null.
  virtual LibraryMethod const* library_method() const { return nullptr; }
  // True if the method needs the mutant library and its scores.
  virtual bool uses_library() const = 0;
  // True if the method needs LocusContext::gradient.
  virtual bool uses_gradient() const { return false; }
  // Returns one Attribution per task. Errors: numeric, when a score is not finite.
  virtual std::vector<Attribution> explain(LocusContext const& context) const = 0;
};

struct MethodOptions {
  surrogate::RidgeOptions ridge;
  GradientOptions gradient = {};
  SurrogateMethodOptions surrogates = {};
  PairwiseOptions pairwise = {};
};

// The names of all methods, separated by ", ".
std::string method_names();

// Makes the method called `name`. Errors: config, listing the known names.
std::unique_ptr<Method> make_method(std::string const& name, MethodOptions const& options);

}  // namespace shoal::attribution
