// SPDX-License-Identifier: MIT
// A network as text, and what it costs.
#pragma once

#include <cstdint>
#include <string>

#include "network/network.hpp"

namespace shoal::network {

// Trained numbers that a node holds: kernels, biases, and a scale and a shift per normalised channel (the file's
// running means and variances are folded into those).
std::int64_t parameter_count(Node const& node);

// Floating-point operations of a node for one sequence: two a multiply-add of convolutions, dense layers, products of
// values and recurrences, padding included; other layers count nothing.
double operations(Network const& network, Node const& node);

// A table of layers: name, class, what it reads, shape (positions x channels), bases that a position sees
// (receptive_fields), parameters, MFLOP; then totals.
std::string describe(Network const& network);

}  // namespace shoal::network
