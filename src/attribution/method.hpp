// SPDX-License-Identifier: MIT
// Attribution methods: a locus and a scored network in; a map, other arrays and scalars a task out.
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
  std::span<std::uint8_t const> wild_type;  // codes
  library::Library const& library;
  device::Buffer<float> const& scores;
  inference::Gradient* gradient = nullptr;  // of the scorer's tasks, where a method uses it
  std::uint64_t locus_identity = 0;         // keys backgrounds and noise
  // What scores that are relative to the library are relative to, one a task; empty: where no task is.
  std::span<inference::ScoreFrame const> frames = {};
  LibraryLetters* letters = nullptr;  // of the library, unpacked once for all surrogates; may be null
};

// One task's result: arrays in the order of Method::arrays, each of the size and type said there, and the scalars in
// the order of Method::scalar_names.
using Attribution = MethodResult;

class LibraryMethod;

class Method {
 public:
  virtual ~Method() = default;
  virtual std::string name() const = 0;
  virtual std::vector<std::string> scalar_names() const = 0;
  // The arrays of a result at a locus of `length` bases, with their axes. Notes that they lack (definition, gauge,
  // units) are the method's.
  virtual std::vector<ArraySchema> arrays(std::int64_t length) const { return {map_array(length)}; }
  // What the arrays refer to and no locus changes.
  virtual std::vector<ConstantArray> constants([[maybe_unused]] std::int64_t length) const { return {}; }
  // Definition, gauge and units, stored as attributes beside the arrays; "NAME.KEY" describes the scalar NAME.
  virtual std::map<std::string, std::string> notes() const = 0;
  // This method, where a library and its scores are all that it needs; otherwise null.
  virtual LibraryMethod const* library_method() const { return nullptr; }
  // True when it needs the mutant library and its scores.
  virtual bool uses_library() const = 0;
  // True when it needs LocusContext::gradient.
  virtual bool uses_gradient() const { return false; }
  // One Attribution a task. Errors: numeric, when the scores are not finite.
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

// The method called `name`. Errors: config, listing the known names.
std::unique_ptr<Method> make_method(std::string const& name, MethodOptions const& options);

}  // namespace shoal::attribution
