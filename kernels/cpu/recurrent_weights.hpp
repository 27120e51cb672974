// SPDX-License-Identifier: MIT
// A recurrence's weights as products of the dense kernel, with one row per sequence.
#pragma once

#include "kernels/forward/dense.hpp"
#include "kernels/forward/recurrence.hpp"

namespace shoal::kernels {

// The gates whose recurrent terms read the state itself, and a GRU's candidate, whose product stands alone.
class RecurrentWeights {
 public:
  RecurrentWeights(CpuSpace const& space, RecurrenceShape const& shape);

  std::size_t size() const { return size_; }
  void pack(float const* kernel, float const* bias, float const* initial, float* packed) const;

  // For rows of one position: from the state [units] to the recurrent terms of the first gates, or of a GRU's
  // candidate.
  void terms(ConstValues state, float const* packed, MutableValues result) const;
  void candidate_terms(ConstValues state, float const* packed, MutableValues result) const;
  // The transposed products, for the way back.
  void terms_backward(ConstValues gates, float const* packed, MutableValues result) const;
  void candidate_terms_backward(ConstValues terms, float const* packed, MutableValues result) const;
  // First states [states * units].
  float const* initial(float const* packed) const { return packed + initial_; }

 private:
  CpuSpace space_;
  RecurrenceShape shape_;
  DenseShape first_, candidate_, first_back_, candidate_back_;
  std::size_t candidate_at_ = 0, first_back_at_ = 0, candidate_back_at_ = 0, initial_ = 0, size_ = 0;
};

}  // namespace shoal::kernels
