// SPDX-License-Identifier: MIT
#include "kernels/backward/accumulate.hpp"

#include "kernels/common/accumulate.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct AccumulateElement {
  ConstValues source;
  ConstValues factor;
  Accumulation what;
  MutableValues target;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const p = i / what.channels;
    std::int64_t const c = i - p * what.channels;
    float const* const by = factor.data == nullptr ? nullptr : factor.data + sequence * factor.stride;
    target.data[sequence * target.stride + element_at(what.target, p, c)] +=
        accumulated(what, source.data + sequence * source.stride, by, p, c);
  }
};

struct LoadElement {
  float const* values;
  MutableValues target;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    target.data[sequence * target.stride + i] = values[sequence * target.positions * target.channels + i];
  }
};

struct StoreElement {
  ConstValues values;
  float* maps;
  std::int64_t stride;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const c = i / values.positions;
    std::int64_t const p = i - c * values.positions;
    maps[sequence * stride + i] = values.data[sequence * values.stride + p * values.channels + c];
  }
};

}  // namespace

void accumulate(CudaSpace const& space, ConstValues source, ConstValues factor, Accumulation const& what,
                MutableValues target) {
  cuda::each_element(space, "accumulate", target.sequences, what.positions * what.channels,
                     AccumulateElement{source, factor, what, target});
}

void load_values(CudaSpace const& space, float const* values, MutableValues target) {
  cuda::each_element(space, "load_values", target.sequences, target.positions * target.channels,
                     LoadElement{values, target});
}

void store_maps(CudaSpace const& space, ConstValues values, float* maps, std::int64_t stride) {
  cuda::each_element(space, "store_maps", values.sequences, values.positions * values.channels,
                     StoreElement{values, maps, stride});
}

}  // namespace shoal::kernels
