// SPDX-License-Identifier: MIT
// The machine that a process runs on, and what the process uses of it.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

// The machine's name, as messages and run logs give it; cut after 255 characters.
std::string host_name();

// Processor time of the calling thread, and of all threads of the process, ended ones too, since they began.
double thread_cpu_seconds();
double process_cpu_seconds();

// Bytes of this process in memory: now (VmRSS), and at most so far (VmHWM). 0 if the system does not say.
std::int64_t resident_bytes();
std::int64_t peak_resident_bytes();

// Bytes of memory that processes of this machine can still take without swapping. 0 if the system does not say.
std::int64_t available_bytes();

}  // namespace shoal
