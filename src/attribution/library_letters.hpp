// SPDX-License-Identifier: MIT
// A locus's mutant library as surrogates read it: one letter a byte, unpacked once for all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/views.hpp"
#include "library/library.hpp"

namespace shoal::attribution {

// Not for concurrent use.
class LibraryLetters {
 public:
  explicit LibraryLetters(library::Library const& library) : library_(&library) {}

  // [mutants, length]: 0 … 3, or surrogate::missing_letter for N. Unpacked when it is asked for first.
  kernels::MatrixView<std::uint8_t const> view();

 private:
  library::Library const* library_;
  std::vector<std::uint8_t> letters_;
};

}  // namespace shoal::attribution
