// SPDX-License-Identifier: MIT
// Which bases the value of a node depends on.
#pragma once

#include <cstdint>
#include <vector>

#include "network/network.hpp"

namespace shoal::network {

// For every node, how many bases its middle position sees: the length of the shortest run of the input that contains
// all bases from which that position is computed, within the sequence. 0 for a value that depends on no base. Layers
// that mix positions at any distance (recurrences, products of values, a reduction over positions) see all positions of
// what they read.
std::vector<std::int64_t> receptive_fields(Network const& network);

}  // namespace shoal::network
