// SPDX-License-Identifier: MIT
// How many threads a rank has: what was asked for, what SLURM gave it, or its share of the cores.
#pragma once

#include <sched.h>

#include <cstddef>
#include <span>
#include <string>

namespace shoal::app {

// Cores that rank number `rank` of a node may count as its own: a core that several ranks are bound to is shared evenly
// among them, so that ranks without binding divide the node's cores. `masks`: the cores that each rank of the node is
// bound to. At least 1.
int core_share(std::span<cpu_set_t const> masks, std::size_t rank);

// Threads of that rank: `asked` if it is above 0; else `slurm` (SLURM_CPUS_PER_TASK; empty or no number: not given),
// but no more than the cores that the rank is bound to; else its share of the cores.
int rank_threads(int asked, std::string const& slurm, std::span<cpu_set_t const> masks, std::size_t rank);

}  // namespace shoal::app
