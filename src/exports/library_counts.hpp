// SPDX-License-Identifier: MIT
// How often each base occurs in the mutants that a store's regressions were fitted to.
#pragma once

#include "exports/source.hpp"
#include "store/reader.hpp"

namespace shoal::exports {

// Makes a locus's library again from the store's provenance and counts letters in its rows before the held-out ones.
// Nothing is stored for it: a library takes a few milliseconds. Errors: input, when the provenance does not tell the
// library.
LetterCounter letter_counter(store::Reader const& reader);

}  // namespace shoal::exports
