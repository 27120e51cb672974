// SPDX-License-Identifier: MIT
// kernels/library/feature_maps.hpp of a surrogate, on a backend.
#pragma once

#include <span>

#include "device/buffer.hpp"
#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

class BackendMaps {
 public:
  // `lists`, in the memory of the backend, has the numbers of the pair table. All arguments must outlive this object.
  BackendMaps(device::Backend const& backend, FeatureLayout const& layout, kernels::MutationLists const& lists)
      : sites_(backend, std::span(layout.arrays().sites)),
        blocks_(backend, std::span(layout.arrays().blocks)),
        from_(backend, std::span(layout.arrays().from)),
        to_(backend, std::span(layout.arrays().to)),
        to_starts_(backend, std::span(layout.arrays().to_starts)),
        numbers_(backend, std::span(layout.arrays().numbers)),
        view_(layout.maps()) {
    view_.sites = sites_.data();
    view_.blocks = blocks_.data();
    view_.from = from_.data();
    view_.to = to_.data();
    view_.to_starts = to_starts_.data();
    view_.numbers = numbers_.data();
    view_.table_starts = lists.table_starts;
    view_.partners = lists.partners;
  }

  kernels::FeatureMaps const& view() const { return view_; }

 private:
  device::Buffer<kernels::FeatureSite> sites_;
  device::Buffer<PairBlock> blocks_;
  device::Buffer<std::int64_t> from_;
  device::Buffer<std::int64_t> to_;
  device::Buffer<std::int64_t> to_starts_;
  device::Buffer<double> numbers_;
  kernels::FeatureMaps view_;
};

}  // namespace shoal::surrogate
