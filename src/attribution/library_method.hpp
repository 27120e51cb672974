// SPDX-License-Identifier: MIT
// Methods that need only a mutant library and its scores: regressions. They can be fitted again without the
// network, to scores that a store kept.
#pragma once

#include "attribution/method.hpp"

namespace shoal::attribution {

// A library with its scores [mutants, tasks].
struct ScoredLibrary {
  device::Backend const& backend;
  std::span<std::uint8_t const> wild_type;  // codes of the bases
  library::Library const& library;
  device::Buffer<float> const& scores;
  std::int64_t tasks = 1;
  LibraryLetters* letters = nullptr;  // the library's letters, shared with other methods; may be null
};

class LibraryMethod : public Method {
 public:
  bool uses_library() const final { return true; }
  LibraryMethod const* library_method() const final { return this; }
  std::vector<Attribution> explain(LocusContext const& context) const final {
    return fit({.backend = context.backend,
                .wild_type = context.wild_type,
                .library = context.library,
                .scores = context.scores,
                .tasks = static_cast<std::int64_t>(context.scorer.tasks().size()),
                .letters = context.letters});
  }
  // Returns one Attribution per task. Errors: numeric, when a score is not finite.
  virtual std::vector<Attribution> fit(ScoredLibrary const& scored) const = 0;
};

}  // namespace shoal::attribution
