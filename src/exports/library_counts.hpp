// SPDX-License-Identifier: MIT
// How often each base occurs in the mutants that a store's regressions were fitted to.
#pragma once

#include "exports/source.hpp"

namespace shoal::exports {

// A counter that makes a locus's library anew from the store's provenance and counts the letters of the rows that were
// not held out. Nothing is stored for it: a library takes a few milliseconds. Errors: input, when the provenance does
// not say how the library was made.
LetterCounter letter_counter(store::Reader const& reader);

}  // namespace shoal::exports
