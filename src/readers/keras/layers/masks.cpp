// SPDX-License-Identifier: MIT
#include "readers/keras/layers/masks.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace shoal::readers {

namespace {

// A mask of [batch, heads, rows, others] or of the last of these axes; the three axes of attention are [batch, rows,
// others].
void widen(OnnxTensor& mask) {
  if (mask.dims.size() == 3) mask.dims.insert(mask.dims.begin() + 1, 1);
  while (mask.dims.size() < 4) mask.dims.insert(mask.dims.begin(), 1);
}

void multiply_by_mask(Making const& making, OnnxTensor mask, std::int64_t const (&extents)[4],
                      std::vector<float>& kept) {
  widen(mask);
  bool fits = mask.dims.size() == 4;
  for (std::size_t i = 0; fits && i < 4; ++i) fits = mask.dims[i] == 1 || mask.dims[i] == extents[i];
  if (!fits) making.options.refuse("its attention_mask does not fit its scores, or is one for each sequence");
  std::int64_t steps[4], step = 1;
  for (std::size_t i = 4; i-- > 0;) {
    steps[i] = mask.dims[i] == 1 ? 0 : step;
    step *= mask.dims[i];
  }
  std::size_t next = 0;
  for (std::int64_t head = 0; head < extents[1]; ++head) {
    for (std::int64_t row = 0; row < extents[2]; ++row) {
      for (std::int64_t other = 0; other < extents[3]; ++other) {
        kept[next++] *= mask.floats[static_cast<std::size_t>(head * steps[1] + row * steps[2] + other * steps[3])];
      }
    }
  }
}

// Refuses a mask that leaves nothing along one of its axes, which is counted from the last axis, 0.
void require_something(Making const& making, OnnxTensor const& mask, std::size_t from_last) {
  std::size_t const rank = mask.dims.size();
  std::int64_t length = 1, step = 1;
  if (from_last < rank) {
    length = mask.dims[rank - 1 - from_last];
    for (std::size_t i = rank - from_last; i < rank; ++i) step *= mask.dims[i];
  }
  auto const size = static_cast<std::int64_t>(mask.floats.size());
  for (std::int64_t first = 0; first < size; ++first) {
    if (first / step % length != 0) continue;
    float kept = 0;
    for (std::int64_t i = 0; i < length; ++i) kept += mask.floats[static_cast<std::size_t>(first + i * step)];
    if (kept == 0) making.options.refuse("its mask leaves nothing of an axis");
  }
}

}  // namespace

TensorView masked_input(Making const& making, std::size_t axis) {
  auto mask = constant_mask(making, {"mask"});
  if (!mask) return making.input;
  require_something(making, *mask, making.rank() - 1 - axis);
  for (float& each : mask->floats) each = each == 0 ? masked_score : 0.0F;
  KerasOperation const operation(making);
  return operation.finished({operation.apply("Add", {making.input, *mask}, {}, "masked")}).front();
}

std::optional<OnnxTensor> constant_mask(Making const& making, Spellings names) {
  KerasValue const* given = making.layer.call.find(names);
  if (given == nullptr) return std::nullopt;
  OnnxOperand const mask = KerasOperation(making).operand(*given);
  auto const* tensor = std::get_if<OnnxTensor>(&mask);
  if (tensor == nullptr) making.options.refuse("its mask is computed by a layer, and only constant ones are supported");
  bool const is_sound =
      std::all_of(tensor->floats.begin(), tensor->floats.end(), [](float each) { return each == 0 || each == 1; });
  if (!is_sound) making.options.refuse("its mask holds other numbers than 0 and 1");
  return *tensor;
}

int masked_scores(Making const& making, int scores, std::int64_t heads, std::int64_t rows, std::int64_t others) {
  auto const mask = constant_mask(making, {"attention_mask"});
  bool const causal = making.layer.call.flag({"use_causal_mask"}, false) || making.options.flag({"causal"}, false);
  if (!mask && !causal) return scores;
  std::vector<float> kept(static_cast<std::size_t>(heads * rows * others), 1.0F);
  if (mask) multiply_by_mask(making, *mask, {1, heads, rows, others}, kept);
  for (std::size_t i = 0; i < kept.size(); i += static_cast<std::size_t>(others)) {
    auto const row = static_cast<std::int64_t>(i) / others % rows;
    auto const begin = kept.begin() + static_cast<std::ptrdiff_t>(i), end = begin + others;
    if (causal && row + 1 < others) std::fill(begin + row + 1, end, 0.0F);
    if (std::find(begin, end, 1.0F) == end) {
      making.options.refuse(fmt::format("its mask leaves position {} nothing to attend to", row));
    }
    for (auto each = begin; each != end; ++each) *each = *each == 0 ? masked_score : 0.0F;
  }
  int const constant = making.add(network::Constant{{heads * rows, others}, std::move(kept)}, {}, "mask");
  return making.add(network::Add{}, {scores, constant}, "masked");
}

}  // namespace shoal::readers
