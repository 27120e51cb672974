// SPDX-License-Identifier: MIT
// Networks whose last layers have forgotten what they learnt, for the sanity check of attribution maps (Adebayo et al.,
// NeurIPS 2018, cascading randomisation).
#pragma once

#include <cstdint>
#include <memory>

#include "network/network.hpp"

namespace shoal::network {

// How many layers of a network can be randomised: convolutions, dense layers and recurrences.
std::int64_t randomisable_layers(Network const& network);

// A copy of the network in which the last `layers` of those have their weights in random order, and so have the
// normalisations that follow each of them. Every array (kernel, bias, scale, shift) is permuted within itself, so that
// the weights keep their distribution, a scale stays positive, and the copy is the same on every machine. The
// permutations depend on the seed and the layer's place; a copy with more layers has the same ones in those that it
// shares with a copy with fewer. Errors: config, for a number of layers that is not from 1 to randomisable_layers.
std::shared_ptr<Network const> randomise(Network const& network, std::int64_t layers, std::uint64_t seed);

}  // namespace shoal::network
