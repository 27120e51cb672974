// SPDX-License-Identifier: MIT
// Bytes → a graph of layers with any options, legal or not → shapes checked, planned and run.
#include "fuzz/small_network.hpp"
#include "network/shapes.hpp"
#include "support/reference_network.hpp"

namespace {

using namespace shoal;
using namespace shoal::inference;
using namespace shoal::network;

class Graph {
 public:
  explicit Graph(fuzz::Bytes& bytes) : bytes_(bytes), length_(bytes.number(1, 40)), maker_(length_, 1) {
    shapes_.push_back({length_, 4});
  }

  void grow() {
    int const from = any_node();
    Shape const in = shapes_[static_cast<std::size_t>(from)];
    if (in.size() > 5'000) return;
    try {
      add(from, in);
    } catch (Error const& error) {
      if (error.code() != ErrorCode::input) throw;
      return;
    }
    shapes_.push_back(maker_.last_shape());
  }

  Network network() const { return *maker_.network(); }

 private:
  void add(int from, Shape in) {
    switch (bytes_.number(0, 15)) {
      case 0:
        return keep(maker_.add(convolution(in), from));
      case 1:
        return keep(maker_.add(transposed(in), from));
      case 2:
        return keep(maker_.dense(bytes_.number(1, 9), from));
      case 3:
        return keep(maker_.norm(from));
      case 4:
        return keep(maker_.add(LayerNorm{}, from));
      case 5:
        return keep(maker_.activate(static_cast<Activation>(bytes_.number(0, static_cast<int>(Activation::silu))),
                                    static_cast<float>(bytes_.number(-4, 4)) / 2, from));
      case 6:
        return keep(maker_.add(Softmax{axis()}, from));
      case 7:
        return keep(maker_.add(pool(), from));
      case 8:
        return keep(maker_.add(GlobalPool{bytes_.flag() ? PoolKind::max : PoolKind::average}, from));
      case 9:
        return keep(maker_.add(Reduce{static_cast<Reduction>(bytes_.number(0, 3)), axis()}, from));
      case 10:
        return keep(maker_.join(joining(), {from, any_node()}));
      case 11:
        return keep(maker_.join(joining(), {any_node(), from, any_node()}));
      case 12:
        return keep(maker_.add(Slice{axis(), some(), some(), bytes_.number(-2, 2)}, from));
      case 13:
        return keep(maker_.add(Pad{some(), some(), 0.5F}, from));
      case 14:
        return keep(maker_.add(bytes_.flag() ? Layer(Transpose{}) : Layer(Flatten{}), from));
      default:
        return keep(maker_.add(Reshape{{some(), some()}}, from));
    }
  }

  static void keep(int) {}
  int any_node() {
    int const newest = static_cast<int>(shapes_.size()) - 1;
    return bytes_.flag() ? newest : static_cast<int>(bytes_.number(0, newest));
  }
  Axis axis() { return bytes_.flag() ? Axis::positions : Axis::channels; }
  // Mostly a sensible count, now and then a senseless one.
  std::int64_t some() {
    std::int64_t const value = bytes_.number(-2, 40);
    return value == 40 ? std::int64_t{1} << bytes_.number(8, 62) : value;
  }
  Layer joining() {
    switch (bytes_.number(0, 2)) {
      case 0:
        return Add{};
      case 1:
        return Multiply{};
      default:
        return Concatenate{axis()};
    }
  }

  template <class Convolution>
  Convolution filters(Shape in) {
    Convolution layer;
    layer.filters = bytes_.number(0, 9);
    layer.width = bytes_.number(0, 9);
    layer.stride = bytes_.number(0, 4);
    layer.dilation = bytes_.number(0, 4);
    layer.padding = static_cast<Padding>(bytes_.number(0, 2));
    layer.pad_left = some();
    layer.pad_right = some();
    layer.groups = bytes_.flag() ? 1 : bytes_.number(0, 6);
    std::int64_t const depth = layer.groups > 0 ? in.channels / layer.groups : in.channels;
    layer.kernel = maker_.random(layer.width * depth * layer.filters + (bytes_.number(0, 30) == 30 ? 1 : 0), 0.3);
    if (bytes_.flag()) layer.bias = maker_.random(layer.filters, 0.2);
    return layer;
  }
  Layer convolution(Shape in) { return filters<Conv1D>(in); }
  Layer transposed(Shape in) { return filters<ConvTranspose1D>(in); }
  Layer pool() {
    Pool layer{.kind = bytes_.flag() ? PoolKind::max : PoolKind::average,
               .width = bytes_.number(0, 9),
               .stride = bytes_.number(0, 5),
               .padding = static_cast<Padding>(bytes_.number(0, 2))};
    layer.pad_left = some();
    layer.pad_right = some();
    layer.round_up = bytes_.flag();
    layer.count_padding = bytes_.flag();
    return layer;
  }

  fuzz::Bytes& bytes_;
  std::int64_t length_;
  test::NetworkMaker maker_;
  std::vector<Shape> shapes_;
};

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  Graph graph(bytes);
  for (int layers = 0; layers < 20 && !bytes.empty(); ++layers) graph.grow();
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] { fuzz::score_small(graph.network()); });
  return 0;
}
