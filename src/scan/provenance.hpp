// SPDX-License-Identifier: MIT
// What determines a store's numbers: written into the store, and compared exactly by --resume.
#pragma once

#include <string>
#include <vector>

#include "scan/scan_options.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// Digest of every locus's coordinates, name, skip reason and sequence, in row order. It reads all sequences, so only
// one rank calls it. Errors: input, those of reading the sequences and of LocusTable::check_letters.
std::string loci_digest(genome::LocusTable& loci);

// The provenance of a scan: version, backend and instruction set, networks, loci, library, methods and their options.
store::Provenance make_provenance(ScanOptions const& options, std::string const& digest_of_loci);

// What a refit of a store's scores was asked for, as far as it determines numbers.
struct RefitRun {
  device::BackendKind backend;
  std::vector<std::string> const& methods;
  surrogate::RidgeOptions const& ridge;
  attribution::SurrogateMethodOptions const& surrogates;
  bool keep_y;  // whether the new store has the scores too
};

// The provenance of a refit of a store with provenance `source`: what the source says about scores, loci and library,
// with the keys of its own run as "source.KEY"; the digest of its file; then this run's machine, methods and their
// options.
store::Provenance make_refit_provenance(RefitRun const& options, store::Provenance const& source,
                                        std::string const& digest_of_source);

// The library design that a store's numbers come from; with a locus it gives the locus's mutants again. Errors: input,
// when the provenance does not tell it; config, for a design that this version does not know.
library::Design design_of(store::Provenance const& provenance);

// The value of a key. Errors: input, when the key is missing.
std::string const& value_of(store::Provenance const& provenance, std::string const& key);

}  // namespace shoal::scan
