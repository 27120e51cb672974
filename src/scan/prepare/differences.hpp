// SPDX-License-Identifier: MIT
// Why a store cannot be resumed, in words: which settings and which locus are not those that it was made with.
#pragma once

#include <functional>
#include <string>

#include "scan/locus/rows.hpp"
#include "store/reader.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// One line for each key whose value differs, "key: stored …, now …"; if the value is a digest, with what it stands for.
// Empty if the two are equal.
std::string differences(store::Provenance const& stored, store::Provenance const& now);

// Whether the loci are among the differences.
bool loci_differ(store::Provenance const& stored, store::Provenance const& now);

// Where the loci of this run, whose rows `now` reads, differ from the stored ones: the first row with other
// coordinates, strand, name or bases. Rows that are still pending have no bases in the store. Errors: input, of `now`
// and the store.
std::string first_different_locus(store::Reader const& stored, std::int64_t loci,
                                  std::function<LocusJob(std::int64_t row)> const& now);

}  // namespace shoal::scan
