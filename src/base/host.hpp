// SPDX-License-Identifier: MIT
// The machine that a process runs on.
#pragma once

#include <string>

namespace shoal {

// The machine's name, as messages and run logs give it; cut after 255 characters.
std::string host_name();

}  // namespace shoal
