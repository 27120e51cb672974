// SPDX-License-Identifier: MIT
// The mutation lists of all rows of a surrogate's data: kernels/library/mutation_lists.hpp, on a backend.
#pragma once

#include <cstdint>
#include <vector>

#include "device/buffer.hpp"
#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

// Memory: 10 bytes per mutation and 8 per row.
class FeatureLists {
 public:
  FeatureLists(device::Backend const& backend, Observations const& observations, FeatureLayout const& layout);

  kernels::MutationLists const& view() const { return view_; }

 private:
  device::Buffer<std::uint16_t> features_;
  device::Buffer<std::int64_t> feature_starts_;
  device::Buffer<kernels::MutationVisit> visits_;
  device::Buffer<std::int64_t> visit_starts_;
  device::Buffer<std::int64_t> table_starts_;
  device::Buffer<kernels::PartnerSpan> partners_;
  kernels::MutationLists view_;
};

}  // namespace shoal::surrogate
