// SPDX-License-Identifier: MIT
// What determines the scores of networks on one machine, under the keys that every file of Shoal has for it.
#pragma once

#include <vector>

#include "scan/scan_options.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// Adds Shoal's version, the backend with its GPU and libraries where it is CUDA, the processor's instruction set, and
// the library of linear algebra.
void add_machine(device::BackendKind backend, store::Provenance& provenance);

// What a command scores sequences with.
struct Scoring {
  device::BackendKind backend;
  kernels::Precision precision;
  std::vector<NamedNetwork> const& networks;
  network::TaskSelection const& tasks;
};

// Adds the machine, the precision, each network with its tasks and the part of the window that it reads, and how its
// heads become scores. A network that reads less than the longest one reads the centre of the window.
void add_scoring(Scoring const& scoring, store::Provenance& provenance);

}  // namespace shoal::scan
