// SPDX-License-Identifier: MIT
// The shoal program without its main function.
#pragma once

namespace shoal::app {

// Runs `shoal <command> …` and returns the process's exit status.
int run_program(int argc, char** argv);

}  // namespace shoal::app
