// SPDX-License-Identifier: MIT
// ONNX's Reshape: which axis of the result holds the batch, and which factors of one sequence's values lie before and
// after the batch in that axis.
#include <algorithm>
#include <optional>

#include "readers/onnx/graph/axes.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

using Dims = std::vector<std::int64_t>;

// How many elements of one sequence change more slowly and faster than the batch: positions are before the batch in
// [positions, batch, channels].
struct Sides {
  std::int64_t before = 1, behind = 1;
};

// The axis `index` of the result is `before` * batch * `behind`.
struct Merged {
  std::size_t index = 0;
  std::int64_t before = 1, behind = 1;
};

Sides sides_of(OnnxGraph const& graph, OnnxView const& view) {
  Sides sides;
  for (std::size_t i = 0; i < view.axes.size(); ++i) {
    (i < view.batch.axis ? sides.before : sides.behind) *= graph.extent(view, i);
  }
  return sides;
}

// The product of known extents; nothing if one is open or the product is more than `most`.
std::optional<std::int64_t> product_of(Dims::const_iterator first, Dims::const_iterator last, std::int64_t most) {
  std::int64_t product = 1;
  for (; first != last; ++first) {
    if (*first < 1 || *first > most / product) return std::nullopt;
    product *= *first;
  }
  return product;
}

// The batch in axis `index`, if the axes on both sides of it fit.
std::optional<Merged> merged_at(std::size_t index, Dims const& dims, Sides const& sides) {
  auto const at = dims.begin() + static_cast<std::ptrdiff_t>(index);
  auto const left = product_of(dims.begin(), at, sides.before), right = product_of(at + 1, dims.end(), sides.behind);
  if (!left || !right || sides.before % *left != 0 || sides.behind % *right != 0) return std::nullopt;
  return Merged{index, sides.before / *left, sides.behind / *right};
}

// An open extent takes what the others leave of `size`; false if they leave none.
bool close(Dims::iterator first, Dims::iterator last, std::int64_t size) {
  auto const open = std::find(first, last, -1);
  if (open == last) return true;
  *open = 1;
  auto const known = product_of(first, last, size);
  if (!known || size % *known != 0) return false;
  *open = size / *known;
  return true;
}

// A file exported for one size of batch holds it as a number in its shapes: the batch is in its own axis, or else in
// the first axis, except the last, that can hold it.
std::optional<Merged> merged_in_numbers(Dims const& dims, Sides const& sides) {
  std::optional<Merged> first;
  for (std::size_t i = 0; i + 1 < dims.size() || i == 0; ++i) {
    auto const found = merged_at(i, dims, sides);
    if (!found || dims[i] % (found->before * found->behind) != 0) continue;
    if (found->before * found->behind == 1) return found;
    if (!first || (first->before > 1 && found->before == 1)) first = found;
  }
  return first;
}

// Finds where the batch goes. Open extents of `dims` beside it are filled in.
std::optional<Merged> place_batch(Dims& dims, std::size_t old_index, Sides const& sides) {
  auto const marked = std::find_if(dims.begin(), dims.end(), is_batch_multiple);
  if (marked != dims.end()) {
    std::int64_t const share = *marked / batch_size_marker, size = sides.before * sides.behind;
    if (share < 1 || size % share != 0) return std::nullopt;
    *marked = 1;
    if (!close(dims.begin(), dims.end(), size / share)) return std::nullopt;
    auto const found = merged_at(static_cast<std::size_t>(marked - dims.begin()), dims, sides);
    return found && found->before * found->behind == share ? found : std::nullopt;
  }
  // It stays where it was, whatever number stands there.
  if (old_index < dims.size() && dims[old_index] != -1) {
    auto const at = dims.begin() + static_cast<std::ptrdiff_t>(old_index);
    if (product_of(dims.begin(), at, sides.before) == sides.before) {
      Dims closed = dims;
      auto const behind = closed.begin() + static_cast<std::ptrdiff_t>(old_index) + 1;
      auto const found = close(behind, closed.end(), sides.behind) ? merged_at(old_index, closed, sides) : std::nullopt;
      bool const is_merged = found && found->behind > 1;
      if (found && (!is_merged || (old_index + 1 < dims.size() && dims[old_index] % found->behind == 0))) {
        dims = closed;
        return found;
      }
    }
  }
  auto const open = std::find(dims.begin(), dims.end(), -1);
  if (open != dims.end()) return merged_at(static_cast<std::size_t>(open - dims.begin()), dims, sides);
  return merged_in_numbers(dims, sides);
}

std::vector<OnnxOperand> make_reshape(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  Dims dims = call.integers(1);
  Dims const old = file_dims(call.graph(), view);
  if (dims.empty() || dims.size() > 8) call.refuse("its shape is impossible");
  bool const keeps_zeros = call.integer("allowzero", 0) != 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && !keeps_zeros && i < old.size()) dims[i] = old[i];
  }
  auto const old_index =
      static_cast<std::size_t>(std::find_if(old.begin(), old.end(), is_batch_multiple) - old.begin());
  auto const merged = place_batch(dims, old_index, sides_of(call.graph(), view));
  if (!merged) call.refuse("its shape does not fit its input, or moves the batch axis");
  Dims wanted;
  BatchPlace place;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i != merged->index) {
      wanted.push_back(dims[i]);
      continue;
    }
    place = {wanted.size(), merged->before > 1 ? 1U : 0U, merged->behind > 1 ? 1U : 0U};
    place.axis += place.before;
    if (place.before > 0) wanted.push_back(merged->before);
    if (place.behind > 0) wanted.push_back(merged->behind);
  }
  OnnxView made = call.graph().reshaped(view, wanted);
  made.batch = place;
  return {made};
}

}  // namespace

void add_reshape_operator(OnnxMakers& makers) {
  makers["Reshape"] = make_reshape;
}

}  // namespace shoal::readers
