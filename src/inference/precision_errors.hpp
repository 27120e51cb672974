// SPDX-License-Identifier: MIT
// What a reduced precision costs the network in accuracy, measured on sequences.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "kernels/library/packed.hpp"
#include "kernels/precision.hpp"
#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// One precision's scores a against the float32 scores b of one task: max |a - b| / max |b|, and the squared correlation
// of the two (NaN where either is constant).
struct PrecisionError {
  kernels::Precision precision = kernels::Precision::f32;
  std::string task = {};
  double largest = 0.0;
  double r2 = 0.0;
};

// For every precision that the backend has besides f32 and every task, in that order.
std::vector<PrecisionError> precision_errors(device::Backend const& backend,
                                             std::shared_ptr<network::Network const> const& network,
                                             std::vector<network::Task> const& tasks,
                                             kernels::PackedView const& sequences);

// The same as a table: precision, task, largest error, r2.
std::string describe_precision(std::vector<PrecisionError> const& errors, std::int64_t sequences);

}  // namespace shoal::inference
