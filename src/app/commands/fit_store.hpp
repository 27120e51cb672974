// SPDX-License-Identifier: MIT
// shoal fit --store: regressions of a scan's kept scores, into a new store.
#pragma once

#include "app/options/run_arguments.hpp"
#include "scan/refit.hpp"

namespace shoal::app {

// Starts MPI, runs the refit on all ranks and reports; the exit status. Backend and threads come from `run`. Errors
// that are found before MPI starts are thrown: config.
int run_fit_store(scan::RefitOptions options, RunArguments const& run);

}  // namespace shoal::app
