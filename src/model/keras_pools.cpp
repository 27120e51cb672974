// SPDX-License-Identifier: MIT
// Keras's pooling layers, of one and of two spatial axes of which one has a single element.
#include "model/keras_making.hpp"
#include "model/keras_window.hpp"

namespace shoal::model {

namespace {

template <PoolKind Kind>
std::vector<TensorView> make_pool(Making const& making) {
  KerasWindow const window = keras_pool_window(making);
  Pool made;
  made.kind = Kind;
  made.width = window.width;
  made.stride = window.stride;
  made.padding = padding_of(making.options);
  return {window.result(making, making.add(made, {window.matrix.node}))};
}

template <PoolKind Kind, std::size_t Rank>
std::vector<TensorView> make_global_pool(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  if (making.rank() != Rank) making.options.refuse("its input has no positions left");
  int const node = making.add(GlobalPool{Kind}, {making.matrix().node});
  TensorView pooled = making.value(node, true);
  if (making.options.flag({"keepdims"}, false)) pooled.axes.insert(pooled.axes.begin(), Rank - 1, TensorAxis{});
  return {pooled};
}

}  // namespace

void add_keras_pools(KerasMakers& makers) {
  makers["MaxPooling1D"] = makers["MaxPooling2D"] = make_pool<PoolKind::max>;
  makers["AveragePooling1D"] = makers["AveragePooling2D"] = make_pool<PoolKind::average>;
  makers["GlobalMaxPooling1D"] = make_global_pool<PoolKind::max, 2>;
  makers["GlobalMaxPooling2D"] = make_global_pool<PoolKind::max, 3>;
  makers["GlobalAveragePooling1D"] = make_global_pool<PoolKind::average, 2>;
  makers["GlobalAveragePooling2D"] = make_global_pool<PoolKind::average, 3>;
}

}  // namespace shoal::model
