// SPDX-License-Identifier: MIT
// Keras's pooling layers with one spatial axis, or with two of which one has a single element.
#include <numeric>

#include "readers/keras/layers/masks.hpp"
#include "readers/keras/layers/window.hpp"

namespace shoal::readers {

namespace {

template <network::PoolKind Kind>
std::vector<TensorView> make_pool(Making const& making) {
  KerasWindow const window = keras_pool_window(making);
  network::Pool made;
  made.kind = Kind;
  made.width = window.width;
  made.stride = window.stride;
  made.padding = padding_of(making.options);
  return {window.result(making, making.add(made, {window.matrix.node}))};
}

// The mean over the positions that a mask [1, positions] keeps.
TensorView masked_mean(Making const& making, OnnxTensor mask) {
  auto const positions = static_cast<std::int64_t>(mask.floats.size());
  float const kept = std::accumulate(mask.floats.begin(), mask.floats.end(), 0.0F);
  bool const fits =
      mask.dims == std::vector<std::int64_t>{1, positions} && positions == making.graph.extent(making.input, 0);
  if (!fits || kept == 0) making.options.refuse("its mask is not one of its input's positions, or keeps none of them");
  mask.dims.push_back(1);
  for (float& each : mask.floats) each /= kept;
  KerasOperation const operation(making);
  OnnxOperand const weighted = operation.apply("Mul", {making.input, mask}, {}, "masked");
  KerasOperation::Attributes const dropped = {{"keepdims", onnx_attribute(std::int64_t{0})}};
  return operation.finished({operation.apply("ReduceSum", {weighted, onnx_integers({1})}, dropped)}).front();
}

template <network::PoolKind Kind, std::size_t Rank>
std::vector<TensorView> make_global_pool(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  if (making.rank() != Rank) making.options.refuse("its input has no positions left");
  auto const mask = Kind == network::PoolKind::average && Rank == 2 ? constant_mask(making, {"mask"}) : std::nullopt;
  TensorView pooled = mask ? masked_mean(making, *mask)
                           : making.value(making.add(network::GlobalPool{Kind}, {making.matrix().node}), true);
  if (making.options.flag({"keepdims"}, false)) pooled.axes.insert(pooled.axes.begin(), Rank - 1, TensorAxis{});
  return {pooled};
}

}  // namespace

void add_keras_pools(KerasMakers& makers) {
  makers["MaxPooling1D"] = makers["MaxPooling2D"] = make_pool<network::PoolKind::max>;
  makers["AveragePooling1D"] = makers["AveragePooling2D"] = make_pool<network::PoolKind::average>;
  makers["GlobalMaxPooling1D"] = make_global_pool<network::PoolKind::max, 2>;
  makers["GlobalMaxPooling2D"] = make_global_pool<network::PoolKind::max, 3>;
  makers["GlobalAveragePooling1D"] = make_global_pool<network::PoolKind::average, 2>;
  makers["GlobalAveragePooling2D"] = make_global_pool<network::PoolKind::average, 3>;
}

}  // namespace shoal::readers
