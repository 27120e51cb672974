// SPDX-License-Identifier: MIT
// A locus's mutant library as surrogates read it: one byte per letter, unpacked once for all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/views.hpp"
#include "library/library.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::attribution {

// Not for concurrent use.
class LibraryLetters {
 public:
  explicit LibraryLetters(library::Library const& library) : library_(&library) {}

  // [mutants, length]: 0 … 3, or surrogate::missing_letter for N. Unpacked when it is asked for the first time.
  kernels::MatrixView<std::uint8_t const> view();
  // What the surrogates of one scan compute with; they all have one split and one choice of pairs.
  surrogate::FeatureOperators& feature_operators() { return operators_; }

 private:
  library::Library const* library_;
  std::vector<std::uint8_t> letters_;
  surrogate::FeatureOperators operators_;
};

}  // namespace shoal::attribution
