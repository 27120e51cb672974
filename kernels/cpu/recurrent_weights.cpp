// SPDX-License-Identifier: MIT
#include "kernels/cpu/recurrent_weights.hpp"

#include <algorithm>
#include <vector>

namespace shoal::kernels {

namespace {

// Columns [first, first + count) of a matrix [rows, columns], turned or not.
std::vector<float> columns_of(float const* matrix, std::int64_t rows, std::int64_t columns, std::int64_t first,
                              std::int64_t count, bool turned) {
  std::vector<float> part(static_cast<std::size_t>(rows * count));
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < count; ++column) {
      part[static_cast<std::size_t>(turned ? column * rows + row : row * count + column)] =
          matrix[row * columns + first + column];
    }
  }
  return part;
}

}  // namespace

RecurrentWeights::RecurrentWeights(CpuSpace const& space, RecurrenceShape const& shape) : space_(space), shape_(shape) {
  bool const is_gru = shape.cell == RecurrentCell::gru;
  std::int64_t const units = shape.units, first = (is_gru ? 2 : gates_of(shape.cell)) * units;
  first_ = {.in_channels = units, .units = first};
  first_back_ = {.in_channels = first, .units = units};
  candidate_ = candidate_back_ = {.in_channels = units, .units = units};
  auto const place = [this](std::size_t size) {
    std::size_t const at = size_;
    size_ += (size + 15) / 16 * 16;
    return at;
  };
  place(packed_weights_size(space, first_));
  first_back_at_ = place(packed_weights_size(space, first_back_));
  if (is_gru) {
    candidate_at_ = place(packed_weights_size(space, candidate_));
    candidate_back_at_ = place(packed_weights_size(space, candidate_back_));
  }
  initial_ = place(static_cast<std::size_t>(states_of(shape.cell) * units));
}

void RecurrentWeights::pack(float const* kernel, float const* bias, float const* initial, float* packed) const {
  std::int64_t const units = shape_.units, all = gates_of(shape_.cell) * units, first = first_.units;
  std::fill_n(packed, size_, 0.0F);
  pack_weights(space_, first_, columns_of(kernel, units, all, 0, first, false).data(), bias, packed);
  pack_weights(space_, first_back_, columns_of(kernel, units, all, 0, first, true).data(), nullptr,
               packed + first_back_at_);
  if (shape_.cell == RecurrentCell::gru) {
    pack_weights(space_, candidate_, columns_of(kernel, units, all, first, units, false).data(),
                 bias == nullptr ? nullptr : bias + first, packed + candidate_at_);
    pack_weights(space_, candidate_back_, columns_of(kernel, units, all, first, units, true).data(), nullptr,
                 packed + candidate_back_at_);
  }
  if (initial != nullptr) std::copy_n(initial, states_of(shape_.cell) * units, packed + initial_);
}

void RecurrentWeights::terms(ConstValues state, float const* packed, MutableValues result) const {
  dense(space_, state, first_, packed, result);
}
void RecurrentWeights::candidate_terms(ConstValues state, float const* packed, MutableValues result) const {
  dense(space_, state, candidate_, packed + candidate_at_, result);
}
void RecurrentWeights::terms_backward(ConstValues gates, float const* packed, MutableValues result) const {
  dense(space_, gates, first_back_, packed + first_back_at_, result);
}
void RecurrentWeights::candidate_terms_backward(ConstValues terms, float const* packed, MutableValues result) const {
  dense(space_, terms, candidate_back_, packed + candidate_back_at_, result);
}

}  // namespace shoal::kernels
