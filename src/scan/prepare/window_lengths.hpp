// SPDX-License-Identifier: MIT
// Networks of different input lengths in one scan: loci have the longest window, and shorter networks read the part of
// it around the same anchor (genome/window_part.hpp).
#pragma once

#include "scan/scan_options.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// The bases that the network with the longest input reads.
std::int64_t longest_input(std::vector<NamedNetwork> const& networks);

// Errors: input, when `window`, the length of the loci, is not what the longest network reads; config, when networks
// differ in length and options name positions that are then not one network's (--pairwise-window, --pair-windows), or
// where no mutant of the library differs in what a network reads.
void check_lengths(ScanOptions const& options, attribution::MethodSet const& methods, std::int64_t window);

// What a refit of a store can check. Errors: config, likewise.
void check_lengths(attribution::SurrogateMethodOptions const& surrogates, store::Schema const& schema);

}  // namespace shoal::scan
