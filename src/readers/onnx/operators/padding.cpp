// SPDX-License-Identifier: MIT
// ONNX's Pad and Tile: axes lengthened by a number, or by elements that they have.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// An axis is lengthened by at most so many copies of its elements: no network needs more, and a file of a few kilobytes
// that asks for more must not take minutes.
constexpr std::int64_t most_places = std::int64_t{1} << 20;

struct Padded {
  std::int64_t left = 0, right = 0;
};

// Places of an axis's elements once it is lengthened: mirrored about its ends without repeating them (reflect), with
// the ends repeated (edge), or as a ring (wrap).
std::vector<std::int64_t> padded_places(OnnxCall const& call, std::string const& mode, Padded pads,
                                        std::int64_t extent) {
  bool const reflects = mode == "reflect";
  if (reflects && std::max(pads.left, pads.right) >= extent) call.refuse("it mirrors more than its input has");
  if (std::max(pads.left, pads.right) > most_places) call.refuse("it adds too many elements");
  std::vector<std::int64_t> places;
  for (std::int64_t t = -pads.left; t < extent + pads.right; ++t) {
    std::int64_t place = std::clamp<std::int64_t>(t, 0, extent - 1);
    if (reflects) place = t < 0 ? -t : (t < extent ? t : 2 * (extent - 1) - t);
    if (mode == "wrap") place = (t % extent + extent) % extent;
    places.push_back(place);
  }
  return places;
}

struct PadOptions {
  std::string mode;
  float value = 0.0F;
};

OnnxView padded(OnnxCall const& call, OnnxView view, std::size_t axis, Padded pads, PadOptions const& options,
                std::string const& part) {
  std::int64_t const extent = call.graph().extent(view, axis);
  if (pads.left < 0 || pads.right < 0) {
    std::int64_t const start = std::max<std::int64_t>(-pads.left, 0),
                       end = extent + std::min<std::int64_t>(pads.right, 0);
    if (start >= end || start >= extent) call.refuse("it cuts everything away");
    view = sliced(call, view, axis, {.start = start, .count = end - start, .step = 1}, part + "cut");
  }
  Padded const added{std::max<std::int64_t>(pads.left, 0), std::max<std::int64_t>(pads.right, 0)};
  if (added.left == 0 && added.right == 0) return view;
  if (options.mode != "constant") {
    std::int64_t const left = call.graph().extent(view, axis);
    return gathered(call, view, axis, padded_places(call, options.mode, added, left));
  }
  if (view.axes[axis] != OnnxAxis{network::Axis::positions}) view = call.graph().as_rows(view, axis);
  view = call.add_same(network::Pad{added.left, added.right, options.value}, view, part);
  view.axes[axis] = {network::Axis::positions};
  return view;
}

std::vector<OnnxOperand> make_pad(OnnxCall const& call) {
  OnnxView view = call.any_view(0);
  std::vector<std::int64_t> const pads = call.opset() >= 11 ? call.integers(1) : call.integers("pads");
  std::vector<std::int64_t> axes;
  if (call.has(3)) axes = call.integers(3);
  std::size_t const rank = view.axes.size() + 1 - view.batch.before - view.batch.behind;
  std::size_t const count = axes.empty() ? rank : axes.size();
  for (std::size_t i = axes.size(); i < count; ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (pads.size() != 2 * count) call.refuse("its numbers of elements do not fit its axes");
  PadOptions options{call.text("mode", "constant")};
  if (call.opset() < 11) {
    options.value = call.real("value", 0.0F);
  } else if (call.has(2) && call.constant(2).size() == 1) {
    options.value = call.floats(2)[0];
  }
  bool const is_known =
      options.mode == "constant" || options.mode == "reflect" || options.mode == "edge" || options.mode == "wrap";
  if (!is_known) call.refuse(fmt::format("mode {} is not supported", shoal::quoted(options.mode)));
  for (std::size_t i = 0; i < count; ++i) {
    Padded const one{pads[i], pads[count + i]};
    if (one.left == 0 && one.right == 0) continue;
    std::size_t const axis = call.view_axis(axes[i], view);
    view = padded(call, view, axis, one, options, count > 1 ? fmt::format("{}", i) : "");
  }
  return {view};
}

// An axis of one element is spread by a product with ones; a longer one is joined with itself.
std::vector<OnnxOperand> make_tile(OnnxCall const& call) {
  OnnxView view = call.view(0);
  std::vector<std::int64_t> const& repeats = call.integers(1);
  std::size_t const rank = view.axes.size() + 1;
  if (repeats.size() != rank) call.refuse("its numbers of copies do not fit its axes");
  bool const keeps_batch = repeats[0] == 1 || repeats[0] == batch_size_marker;
  if (!keeps_batch) call.refuse("it repeats the batch");
  for (std::size_t i = 1; i < rank; ++i) {
    std::int64_t const copies = repeats[i], extent = call.graph().extent(view, i - 1);
    if (copies == 1) continue;
    if (copies < 1 || copies > most_places / extent) call.refuse("its number of copies is impossible");
    if (extent == 1) {
      // Alone in the positions, which the constant lengthens.
      network::Shape const shape = call.graph().node(view.node).shape;
      if (shape.positions > 1 && shape.channels > 1) view = call.graph().as_rows(view, i - 1);
      std::vector<std::int64_t> dims(rank, 1);
      dims[i] = copies;
      view = multiplied_by_constant(call, view, dims, std::vector<float>(static_cast<std::size_t>(copies), 1.0F));
      continue;
    }
    std::vector<std::int64_t> places;
    for (std::int64_t place = 0; place < copies * extent; ++place) places.push_back(place % extent);
    view = gathered(call, view, i - 1, std::move(places));
  }
  return {view};
}

}  // namespace

void add_padding_operators(OnnxMakers& makers) {
  makers["Pad"] = make_pad;
  makers["Tile"] = make_tile;
}

}  // namespace shoal::readers
