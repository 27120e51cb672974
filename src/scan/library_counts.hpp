// SPDX-License-Identifier: MIT
// How often each base occurs in the mutants that a store's regressions were fitted to.
#pragma once

#include "store/export_source.hpp"

namespace shoal::scan {

// Makes a locus's library again from the store's provenance and counts in its rows before the held-out ones. Nothing
// is stored for it: a library takes a few milliseconds. Errors: input, when the provenance does not tell the library.
store::LetterCounter letter_counter(store::Reader const& reader);

}  // namespace shoal::scan
