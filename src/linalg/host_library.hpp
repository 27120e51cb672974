// SPDX-License-Identifier: MIT
// The host's BLAS and LAPACK: OpenBLAS, one thread per call.
#pragma once

#include <string>

namespace shoal::linalg {

// Keeps OpenBLAS on the calling thread, for the whole process; every call of this module does it first. OpenBLAS's own
// threads would oversubscribe the cores, and their number would show in the last bits.
void use_one_host_thread();

// The kind of processor whose kernels OpenBLAS chose, for example "SkylakeX". It is part of a store's provenance,
// because last bits differ between kinds.
std::string host_library_core();

}  // namespace shoal::linalg
