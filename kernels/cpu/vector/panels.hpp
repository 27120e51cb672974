// SPDX-License-Identifier: MIT
// Weights rearranged into panels for the loops of vector_kernels.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/sequence_values.hpp"

namespace shoal::kernels {

// A matrix [rows, columns] as ceil(columns / width) panels of [1 + rows, width]: the bias (zeros when null), then the
// rows, with missing columns zero. After every `group` rows a zero row is inserted; 0: nowhere.
struct PanelShape {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t width = 0;
  std::int64_t group = 0;
};

std::size_t panels_size(PanelShape const& shape);
void pack_panels(PanelShape const& shape, float const* matrix, float const* bias, float* packed);

// Writes zeros into the margins of one sequence's value.
void clear_margin(MutableValues const& values, std::int64_t sequence);

}  // namespace shoal::kernels
