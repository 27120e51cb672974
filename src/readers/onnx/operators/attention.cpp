// SPDX-License-Identifier: MIT
// ONNX operators that multiply two values: MatMul, and Einsum where it is a MatMul with other orders of axes.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

using Axes = std::vector<std::size_t>;

// Axes of an operand: those that both operands share with the result (heads), its own, and those that are summed over.
struct OperandAxes {
  Axes groups, own, summed;
};

std::int64_t count_of(OnnxGraph const& graph, OnnxView const& view, Axes const& axes) {
  std::int64_t count = 1;
  for (std::size_t const axis : axes) count *= graph.extent(view, axis);
  return count;
}

Axes joined(Axes first, Axes const& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// An operand as groups of matrices of `rows` and `columns`, where it lies if its axes are evenly spaced there.
kernels::MatrixSteps steps_of(OnnxGraph& graph, OnnxView& view, Axes const& groups, Axes const& rows,
                              Axes const& columns) {
  kernels::MatrixSteps const there{graph.stride(view, groups), graph.stride(view, rows), graph.stride(view, columns)};
  if (there.group >= 0 && there.row >= 0 && there.column >= 0) return there;
  view = graph.arranged(view, joined(groups, rows), columns);
  std::int64_t const width = count_of(graph, view, columns);
  return {graph.stride(view, groups), rows.empty() ? 0 : width, 1};
}

// The product, with the axes of the groups first, then the left operand's own, then the right one's.
OnnxView product(OnnxCall const& call, OnnxView left, OnnxView right, OperandAxes const& of_left,
                 OperandAxes const& of_right) {
  OnnxGraph& graph = call.graph();
  kernels::GroupedProduct made;
  made.groups = count_of(graph, left, of_left.groups);
  made.rows = count_of(graph, left, of_left.own);
  made.depth = count_of(graph, left, of_left.summed);
  made.columns = count_of(graph, right, of_right.own);
  if (made.groups != count_of(graph, right, of_right.groups) || made.depth != count_of(graph, right, of_right.summed)) {
    call.refuse("its operands' axes differ in length");
  }
  std::vector<std::int64_t> extents;
  for (std::size_t const axis : joined(of_left.groups, of_left.own)) extents.push_back(graph.extent(left, axis));
  for (std::size_t const axis : of_right.own) extents.push_back(graph.extent(right, axis));
  made.left = steps_of(graph, left, of_left.groups, of_left.own, of_left.summed);
  made.right = steps_of(graph, right, of_right.groups, of_right.summed, of_right.own);
  made.result = {made.rows * made.columns, made.columns, 1};
  network::Shape const shape{made.groups * made.rows, made.columns};
  int const node = call.add(network::MatrixProduct{made, shape}, {left.node, right.node});
  return {node, OnnxGraph::row_major(extents, shape)};
}

// The labels of one operand of an Einsum's equation, without the batch's.
std::string labels_without_batch(OnnxCall const& call, std::string const& labels, char batch, bool is_constant) {
  if (labels.empty() || labels.find('.') != std::string::npos) call.refuse("an ellipsis is not supported");
  if (!is_constant && labels.front() != batch)
    call.refuse("its batch is not the first axis of its operands and result");
  std::string const rest = !labels.empty() && labels.front() == batch ? labels.substr(1) : labels;
  std::string sorted = rest;
  std::sort(sorted.begin(), sorted.end());
  bool const repeats = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  if (repeats || rest.find(batch) != std::string::npos) call.refuse("an axis that is named twice is not supported");
  return rest;
}

// An operand without a batch axis of its own.
OnnxView einsum_operand(OnnxCall const& call, std::size_t index, std::string const& labels, std::string const& rest) {
  OnnxView view;
  if (call.is_constant(index) && rest == labels) {
    view = call.graph().add_constant("constant", call.constant(index).dims, call.floats(index), call.operation());
  } else {
    view = call.value(index);
  }
  if (view.axes.size() != rest.size()) call.refuse("its equation does not fit its operands");
  return view;
}

OperandAxes axes_of(std::string const& own, std::string const& other, std::string const& result, OnnxCall const& call) {
  OperandAxes axes;
  auto const has = [](std::string const& labels, char label) { return labels.find(label) != std::string::npos; };
  for (std::size_t i = 0; i < own.size(); ++i) {
    bool const in_other = has(other, own[i]), in_result = has(result, own[i]);
    if (!in_other && !in_result) call.refuse(fmt::format("axis {} is summed in one operand", quoted(own.substr(i, 1))));
    (in_other ? (in_result ? axes.groups : axes.summed) : axes.own).push_back(i);
  }
  return axes;
}

// `axes` in the order in which `other` has those labels.
Axes in_order_of(Axes const& axes, std::string const& own, std::string const& other) {
  Axes ordered;
  for (char const label : other) {
    for (std::size_t const axis : axes) {
      if (own[axis] == label) ordered.push_back(axis);
    }
  }
  return ordered;
}

std::vector<OnnxOperand> make_einsum(OnnxCall const& call) {
  std::string equation = call.text("equation", "");
  std::erase(equation, ' ');
  std::size_t const comma = equation.find(','), arrow = equation.find("->");
  bool const is_product = call.operand_count() == 2 && comma != std::string::npos && arrow != std::string::npos &&
                          comma < arrow && equation.find(',', comma + 1) == std::string::npos;
  if (!is_product) call.refuse(fmt::format("equation {} is no product of two operands", quoted(equation)));
  std::string const whole = equation.substr(arrow + 2);
  char const batch = whole.empty() ? '.' : whole.front();
  std::string const left_labels = equation.substr(0, comma),
                    right_labels = equation.substr(comma + 1, arrow - comma - 1);
  std::string const result = labels_without_batch(call, whole, batch, false);
  std::string const left = labels_without_batch(call, left_labels, batch, call.is_constant(0));
  std::string const right = labels_without_batch(call, right_labels, batch, call.is_constant(1));
  for (char const label : result) {
    if ((left + right).find(label) == std::string::npos) call.refuse("its result has an axis of no operand");
  }
  OperandAxes const of_left = axes_of(left, right, result, call);
  OperandAxes of_right = axes_of(right, left, result, call);
  of_right.groups = in_order_of(of_right.groups, right, left);
  of_right.summed = in_order_of(of_right.summed, right, left);
  OnnxView const made = product(call, einsum_operand(call, 0, left_labels, left),
                                einsum_operand(call, 1, right_labels, right), of_left, of_right);
  std::string labels;
  for (std::size_t const axis : joined(of_left.groups, of_left.own)) labels += left[axis];
  for (std::size_t const axis : of_right.own) labels += right[axis];
  OnnxView ordered{made.node, {}};
  for (char const label : result) ordered.axes.push_back(made.axes[labels.find(label)]);
  return {ordered};
}

}  // namespace

OnnxView product_of_values(OnnxCall const& call, OnnxView const& left, OnnxView const& right) {
  std::size_t const rank = left.axes.size();
  if (rank < 2 || right.axes.size() != rank) {
    call.refuse("its operands have different numbers of axes, or one axis beside the batch");
  }
  if (left.batch != right.batch) call.refuse("its operands' batches are different axes");
  bool const are_last = call.view_axis(-2, left) == rank - 2 && call.view_axis(-1, left) == rank - 1;
  if (!are_last) call.refuse("the batch is one of the axes that it multiplies along, which is not supported");
  OperandAxes of_left{{}, {rank - 2}, {rank - 1}}, of_right{{}, {rank - 1}, {rank - 2}};
  // Axes of the groups. If one operand has a single matrix, they are more rows or columns of the other.
  bool only_left = true, only_right = true;
  for (std::size_t axis = 0; axis + 2 < rank; ++axis) {
    only_left = only_left && right.axes[axis].empty();
    only_right = only_right && left.axes[axis].empty();
  }
  for (std::size_t axis = rank - 2; axis-- > 0;) {
    if (only_left) {
      of_left.own.insert(of_left.own.begin(), axis);
    } else if (only_right) {
      of_right.own.insert(of_right.own.begin(), axis);
    } else {
      if (call.graph().extent(left, axis) != call.graph().extent(right, axis)) {
        call.refuse("matrices of one of its operands are used several times, which is not supported");
      }
      of_left.groups.insert(of_left.groups.begin(), axis);
      of_right.groups.insert(of_right.groups.begin(), axis);
    }
  }
  OnnxView made = product(call, left, right, of_left, of_right);
  // The rows of the left operand come before the groups of the right one.
  if (!only_left && only_right) {
    std::rotate(made.axes.begin(), made.axes.begin() + 1, made.axes.end() - 1);
  }
  made.batch = left.batch;
  return made;
}

void add_attention_operators(OnnxMakers& makers) {
  makers["Einsum"] = make_einsum;
}

}  // namespace shoal::readers
