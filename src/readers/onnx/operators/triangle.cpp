// SPDX-License-Identifier: MIT
// ONNX's Trilu and CumSum: products with a triangle of ones.
#include "readers/onnx/folding/constant.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// Elements on and above (upper) or on and below the diagonal that lies `shift` places to the right.
struct Triangle {
  bool upper = true;
  std::int64_t shift = 0;

  bool has(std::int64_t row, std::int64_t column) const {
    return upper ? column - row >= shift : column - row <= shift;
  }
};

Triangle triangle_of(OnnxCall const& call) {
  std::int64_t const shift = call.has(1) ? call.integers(1).at(0) : 0;
  if (shift > (std::int64_t{1} << 31) || shift < -(std::int64_t{1} << 31)) call.refuse("its diagonal is impossible");
  return {call.integer("upper", 1) != 0, shift};
}

std::vector<OnnxOperand> make_triangle(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  if (view.axes.size() < 2) call.refuse("its input has no rows and columns");
  if (call.has(1) && call.integers(1).size() != 1) call.refuse("its diagonal is no single number");
  Triangle const triangle = triangle_of(call);
  std::int64_t const rows = call.graph().extent(view, view.axes.size() - 2),
                     columns = call.graph().extent(view, view.axes.size() - 1);
  std::vector<std::int64_t> const dims = {rows, columns};
  std::vector<float> kept;
  element_count(call, dims);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) kept.push_back(triangle.has(r, c) ? 1.0F : 0.0F);
  }
  return {multiplied_by_constant(call, view, dims, kept)};
}

OnnxTensor fold_triangle(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  std::size_t const rank = made.dims.size();
  if (rank < 2) call.refuse("its input has no rows and columns");
  if (call.has(1) && call.integers(1).size() != 1) call.refuse("its diagonal is no single number");
  Triangle const triangle = triangle_of(call);
  std::int64_t const rows = made.dims[rank - 2], columns = made.dims[rank - 1];
  for (std::size_t i = 0; i < made.size(); ++i) {
    auto const at = static_cast<std::int64_t>(i);
    if (triangle.has(at / columns % rows, at % columns)) continue;
    if (made.is_float) made.floats[i] = 0.0F;
    if (!made.is_float) made.integers[i] = 0;
  }
  return made;
}

// The sums are chains of additions in the order of the elements.
std::vector<OnnxOperand> make_running_sum(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  if (call.integers(1).size() != 1) call.refuse("its axis is no single number");
  std::size_t const axis = call.view_axis(call.integers(1)[0], view);
  std::int64_t const extent = call.graph().extent(view, axis);
  if (extent > 4096) call.refuse("running sums of more than 4096 elements are not supported");
  bool const backwards = call.integer("reverse", 0) != 0;
  std::int64_t const without = call.integer("exclusive", 0) != 0 ? 1 : 0;
  Triangle const triangle{!backwards, backwards ? -without : without};
  network::Dense layer{extent, {}, {}};
  for (std::int64_t from = 0; from < extent; ++from) {
    for (std::int64_t to = 0; to < extent; ++to) layer.kernel.push_back(triangle.has(from, to) ? 1.0F : 0.0F);
  }
  OnnxView made = call.graph().as_matrix(view, axis);
  made.node = call.add(std::move(layer), {made.node});
  made.axes[axis] = {network::Axis::channels};
  made = call.graph().tidy(std::move(made));
  return {view.axes[axis] == OnnxAxis{network::Axis::positions} ? call.graph().swapped(made) : made};
}

}  // namespace

void add_triangle_operators(OnnxMakers& makers) {
  makers["Trilu"] = make_triangle;
  makers["CumSum"] = make_running_sum;
}

void add_triangle_folds(OnnxFolds& folds) {
  folds["Trilu"] = fold_triangle;
}

}  // namespace shoal::readers
