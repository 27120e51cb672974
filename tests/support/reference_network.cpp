// SPDX-License-Identifier: MIT
#include "support/reference_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "network/shapes.hpp"
#include "support/activation_oracle.hpp"

namespace shoal::test {

namespace {

using network::Shape;
using Values = std::vector<double>;

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Zero rows before a "same" window, from Keras's rule (checked against Keras by the reader's golden values).
std::int64_t rows_before(network::Padding padding, std::int64_t length, std::int64_t positions, std::int64_t stride,
                         std::int64_t extent) {
  if (padding == network::Padding::valid) return 0;
  return std::max<std::int64_t>(0, (positions - 1) * stride + extent - length) / 2;
}

// One cell after the other, from the formulas of kernels/forward/recurrence.hpp.
Values recurrent_value(network::Recurrence const& layer, Values const& x) {
  kernels::RecurrenceShape const& shape = layer.recurrence;
  std::int64_t const units = shape.units, gates = kernels::gates_of(shape.cell) * units;
  std::int64_t const states = kernels::states_of(shape.cell) * units;
  std::int64_t const positions = static_cast<std::int64_t>(x.size()) / gates;
  Values state(at(states), 0.0), y(at(positions * states));
  if (!layer.initial.empty()) state.assign(layer.initial.begin(), layer.initial.end());
  auto const f = [&](kernels::Activation activation, float alpha, double value) {
    return activation_oracle(activation, static_cast<double>(alpha), value);
  };
  auto const gate = [&](double value) { return f(shape.gate, shape.gate_alpha, value); };
  auto const squash = [&](double value) { return f(shape.state, shape.state_alpha, value); };
  for (std::int64_t step = 0; step < positions; ++step) {
    std::int64_t const t = shape.backwards ? positions - 1 - step : step;
    auto const a = [&](std::int64_t which, std::int64_t u) { return x[at(t * gates + which * units + u)]; };
    auto const term = [&](std::int64_t which, std::int64_t u, auto const& factor) {
      double sum = layer.bias.empty() ? 0.0 : static_cast<double>(layer.bias[at(which * units + u)]);
      for (std::int64_t k = 0; k < units; ++k) {
        sum += state[at(k)] * factor(k) * static_cast<double>(layer.kernel[at(k * gates + which * units + u)]);
      }
      return sum;
    };
    auto const one = [](std::int64_t) { return 1.0; };
    auto const sum = [&](std::int64_t which, std::int64_t u) { return a(which, u) + term(which, u, one); };
    Values after(at(states));
    for (std::int64_t u = 0; u < units; ++u) {
      if (shape.cell == kernels::RecurrentCell::simple) {
        after[at(u)] = squash(sum(0, u));
      } else if (shape.cell == kernels::RecurrentCell::lstm) {
        double const cell = gate(sum(1, u)) * state[at(units + u)] + gate(sum(0, u)) * squash(sum(2, u));
        after[at(units + u)] = cell;
        after[at(u)] = gate(sum(3, u)) * squash(cell);
      } else {
        auto const reset = [&](std::int64_t k) { return gate(sum(1, k)); };
        double const update = gate(sum(0, u));
        double const candidate =
            squash(a(2, u) + (shape.resets_after ? reset(u) * term(2, u, one) : term(2, u, reset)));
        after[at(u)] = (1.0 - update) * candidate + update * state[at(u)];
      }
    }
    state = after;
    std::copy(after.begin(), after.end(), y.begin() + t * states);
  }
  return y;
}

struct Executor {
  Shape in, out;
  Values const& x;                    // the first input, of shape `in`
  std::vector<Shape> const& shapes;   // shapes of every input
  std::vector<Values> const& inputs;  // every input
  Values const& network_input;

  Values operator()(network::InputLayer const&) const { return network_input; }
  Values operator()(network::Conv1D const& layer) const {
    std::int64_t const extent = (layer.width - 1) * layer.dilation + 1;
    std::int64_t const before = layer.padding == network::Padding::counted
                                    ? layer.pad_left
                                    : rows_before(layer.padding, in.positions, out.positions, layer.stride, extent);
    std::int64_t const channels = in.channels / layer.groups;
    Values y(at(out.size()), 0.0);
    for (std::int64_t t = 0; t < out.positions; ++t) {
      for (std::int64_t f = 0; f < layer.filters; ++f) {
        std::int64_t const first = f / (layer.filters / layer.groups) * channels;
        double sum = layer.bias.empty() ? 0.0 : static_cast<double>(layer.bias[at(f)]);
        for (std::int64_t k = 0; k < layer.width; ++k) {
          std::int64_t const p = t * layer.stride + k * layer.dilation - before;
          if (p < 0 || p >= in.positions) continue;
          for (std::int64_t c = 0; c < channels; ++c) {
            sum += x[at(p * in.channels + first + c)] *
                   static_cast<double>(layer.kernel[at((k * channels + c) * layer.filters + f)]);
          }
        }
        y[at(t * layer.filters + f)] = sum;
      }
    }
    return y;
  }
  Values operator()(network::Dense const& layer) const {
    Values y(at(out.size()), 0.0);
    for (std::int64_t t = 0; t < out.positions; ++t) {
      for (std::int64_t u = 0; u < layer.units; ++u) {
        double sum = layer.bias.empty() ? 0.0 : static_cast<double>(layer.bias[at(u)]);
        for (std::int64_t c = 0; c < in.channels; ++c) {
          sum += x[at(t * in.channels + c)] * static_cast<double>(layer.kernel[at(c * layer.units + u)]);
        }
        y[at(t * layer.units + u)] = sum;
      }
    }
    return y;
  }
  Values operator()(network::BatchNorm const& layer) const {
    Values y = x;
    for (std::size_t i = 0; i < y.size(); ++i) {
      std::size_t const c = i % layer.scale.size();
      y[i] = y[i] * static_cast<double>(layer.scale[c]) + static_cast<double>(layer.shift[c]);
    }
    return y;
  }
  Values operator()(network::Activate const& layer) const {
    Values y = x;
    for (double& value : y) value = activation_oracle(layer.activation, static_cast<double>(layer.alpha), value);
    return y;
  }
  Values operator()(network::Pool const& layer) const {
    bool const counted = layer.padding == network::Padding::counted;
    std::int64_t const before =
        counted ? layer.pad_left : rows_before(layer.padding, in.positions, out.positions, layer.stride, layer.width);
    Values y = pooled(layer.kind, layer.width, layer.stride, before);
    if (!counted || !layer.count_padding || layer.kind != network::PoolKind::average) return y;
    for (std::int64_t u = 0; u < out.positions; ++u) {
      std::int64_t const begin = u * layer.stride - before, end = begin + layer.width;
      auto const rows = static_cast<double>(std::min(end, in.positions) - std::max<std::int64_t>(begin, 0));
      auto const all = static_cast<double>(std::min(end, in.positions + layer.pad_right) - begin);
      for (std::int64_t c = 0; c < in.channels; ++c) y[at(u * in.channels + c)] *= rows / all;
    }
    return y;
  }
  Values operator()(network::GlobalPool const& layer) const { return pooled(layer.kind, in.positions, 1, 0); }
  Values operator()(network::Flatten const&) const { return x; }
  Values operator()(network::Reshape const&) const { return x; }
  Values operator()(network::Identity const&) const { return x; }
  Values operator()(network::Constant const& layer) const { return {layer.values.begin(), layer.values.end()}; }
  Values operator()(network::ConvTranspose1D const& layer) const {
    std::int64_t const extent = (layer.width - 1) * layer.dilation + 1;
    std::int64_t cut = layer.padding == network::Padding::counted ? layer.pad_left : 0;
    if (layer.padding == network::Padding::same) cut = std::max<std::int64_t>(extent - layer.stride, 0) / 2;
    std::int64_t const channels = in.channels / layer.groups;
    Values y(at(out.size()), 0.0);
    for (std::int64_t i = 0; i < out.size() && !layer.bias.empty(); ++i) {
      y[at(i)] = static_cast<double>(layer.bias[at(i % layer.filters)]);
    }
    for (std::int64_t t = 0; t < in.positions; ++t) {
      for (std::int64_t k = 0; k < layer.width; ++k) {
        std::int64_t const p = t * layer.stride + k * layer.dilation - cut;
        if (p < 0 || p >= out.positions) continue;
        for (std::int64_t f = 0; f < layer.filters; ++f) {
          std::int64_t const first = f / (layer.filters / layer.groups) * channels;
          for (std::int64_t c = 0; c < channels; ++c) {
            y[at(p * layer.filters + f)] +=
                x[at(t * in.channels + first + c)] *
                static_cast<double>(layer.kernel[at((k * channels + c) * layer.filters + f)]);
          }
        }
      }
    }
    return y;
  }
  Values operator()(network::LayerNorm const& layer) const {
    Values y = x;
    for (std::int64_t t = 0; t < in.positions; ++t) {
      double mean = 0.0, variance = 0.0;
      auto const n = static_cast<double>(in.channels);
      for (std::int64_t c = 0; c < in.channels; ++c) mean += x[at(t * in.channels + c)] / n;
      for (std::int64_t c = 0; c < in.channels; ++c) variance += std::pow(x[at(t * in.channels + c)] - mean, 2) / n;
      for (std::int64_t c = 0; c < in.channels; ++c) {
        double& value = y[at(t * in.channels + c)];
        value = (value - mean) / std::sqrt(variance + static_cast<double>(layer.epsilon));
        if (!layer.scale.empty()) value *= static_cast<double>(layer.scale[at(c)]);
        if (!layer.shift.empty()) value += static_cast<double>(layer.shift[at(c)]);
      }
    }
    return y;
  }
  Values operator()(network::Softmax const& layer) const {
    Values y = x;
    for (std::int64_t i = 0; i < in.size(); ++i) {
      double sum = 0.0;
      for (double const other : line(layer.axis, i)) sum += std::exp(other - x[at(i)]);
      y[at(i)] = 1.0 / sum;
    }
    return y;
  }
  // Elements along an axis, sorted.
  Values operator()(network::TopK const& layer) const {
    Values y(at(out.size()));
    for (std::int64_t i = 0; i < out.size(); ++i) {
      bool const down = layer.axis == network::Axis::positions;
      std::int64_t const rank = down ? i / out.channels : i % out.channels;
      Values values = line(layer.axis, down ? i % out.channels : i / out.channels * in.channels);
      std::sort(values.begin(), values.end());
      if (layer.largest) std::reverse(values.begin(), values.end());
      y[at(i)] = values[at(rank)];
    }
    return y;
  }
  Values operator()(network::Hardmax const& layer) const {
    Values y(x.size(), 0.0);
    bool const down = layer.axis == network::Axis::positions;
    for (std::int64_t i = 0; i < (down ? in.channels : in.positions); ++i) {
      Values const values = line(layer.axis, down ? i : i * in.channels);
      auto const first = std::max_element(values.begin(), values.end()) - values.begin();
      y[at(down ? first * in.channels + i : i * in.channels + first)] = 1.0;
    }
    return y;
  }
  Values operator()(network::Reduce const& layer) const {
    Values y(at(out.size()));
    for (std::int64_t i = 0; i < out.size(); ++i) {
      Values const values = line(layer.axis, layer.axis == network::Axis::positions ? i : i * in.channels);
      double const most = *std::max_element(values.begin(), values.end());
      double sum = 0.0, exponentials = 0.0;
      for (double const value : values) sum += value, exponentials += std::exp(value - most);
      switch (layer.kind) {
        case network::Reduction::mean:
          y[at(i)] = sum / static_cast<double>(values.size());
          break;
        case network::Reduction::sum:
          y[at(i)] = sum;
          break;
        case network::Reduction::max:
          y[at(i)] = most;
          break;
        case network::Reduction::log_sum_exp:
          y[at(i)] = most + std::log(exponentials);
          break;
      }
    }
    return y;
  }
  Values operator()(network::Add const&) const {
    Values y(at(out.size()), 0.0);
    for (std::size_t which = 0; which < inputs.size(); ++which) {
      for (std::int64_t i = 0; i < out.size(); ++i) y[at(i)] += broadcast(which, i);
    }
    return y;
  }
  Values operator()(network::Multiply const&) const {
    Values y(at(out.size()), 1.0);
    for (std::size_t which = 0; which < inputs.size(); ++which) {
      for (std::int64_t i = 0; i < out.size(); ++i) y[at(i)] *= broadcast(which, i);
    }
    return y;
  }
  Values operator()(network::Concatenate const& layer) const {
    Values y;
    std::int64_t const rows = layer.axis == network::Axis::positions ? 1 : out.positions;
    for (std::int64_t t = 0; t < rows; ++t) {
      for (Values const& values : inputs) {
        auto const size = static_cast<std::ptrdiff_t>(values.size()) / rows;
        y.insert(y.end(), values.begin() + t * size, values.begin() + (t + 1) * size);
      }
    }
    return y;
  }
  Values operator()(network::MatrixProduct const& layer) const {
    kernels::GroupedProduct const& product = layer.product;
    auto const element = [](kernels::MatrixSteps const& steps, std::int64_t g, std::int64_t i, std::int64_t j) {
      return at(g * steps.group + i * steps.row + j * steps.column);
    };
    Values y(at(out.size()), std::numeric_limits<double>::quiet_NaN());
    for (std::int64_t g = 0; g < product.groups; ++g) {
      for (std::int64_t i = 0; i < product.rows; ++i) {
        for (std::int64_t j = 0; j < product.columns; ++j) {
          double sum = 0.0;
          for (std::int64_t k = 0; k < product.depth; ++k) {
            sum += inputs[0].at(element(product.left, g, i, k)) * inputs[1].at(element(product.right, g, k, j));
          }
          y.at(element(product.result, g, i, j)) = sum;
        }
      }
    }
    return y;
  }
  Values operator()(network::Recurrence const& layer) const { return recurrent_value(layer, x); }
  Values operator()(network::Permute const& layer) const {
    Values y;
    std::size_t const rank = layer.extents.size();
    std::vector<std::int64_t> index(rank, 0);  // index along the result's axes
    for (std::int64_t i = 0; i < out.size(); ++i) {
      std::vector<std::int64_t> place(rank, 0);
      for (std::size_t axis = 0; axis < rank; ++axis) place[at(layer.order[axis])] = index[axis];
      std::int64_t from = 0;
      for (std::size_t axis = 0; axis < rank; ++axis) from = from * layer.extents[axis] + place[axis];
      y.push_back(x.at(at(from)));
      for (std::size_t axis = rank; axis-- > 0;) {
        if (++index[axis] < layer.extents[at(layer.order[axis])]) break;
        index[axis] = 0;
      }
    }
    return y;
  }
  Values operator()(network::Slice const& layer) const {
    Values y;
    bool const rows = layer.axis == network::Axis::positions;
    for (std::int64_t t = 0; t < out.positions; ++t) {
      for (std::int64_t c = 0; c < out.channels; ++c) {
        std::int64_t const taken = layer.start + (rows ? t : c) * layer.step;
        y.push_back(x[at(rows ? taken * in.channels + c : t * in.channels + taken)]);
      }
    }
    return y;
  }
  Values operator()(network::Pad const& layer) const {
    Values y(at(out.size()), static_cast<double>(layer.value));
    std::copy(x.begin(), x.end(), y.begin() + layer.left * in.channels);
    return y;
  }
  Values operator()(network::Transpose const&) const {
    Values y;
    for (std::int64_t c = 0; c < in.channels; ++c) {
      for (std::int64_t t = 0; t < in.positions; ++t) y.push_back(x[at(t * in.channels + c)]);
    }
    return y;
  }

  // The values of the first input along the axis through its element i.
  Values line(network::Axis axis, std::int64_t i) const {
    Values values;
    bool const rows = axis == network::Axis::positions;
    for (std::int64_t j = 0; j < (rows ? in.positions : in.channels); ++j) {
      values.push_back(x[at(rows ? j * in.channels + i % in.channels : i / in.channels * in.channels + j)]);
    }
    return values;
  }
  // What input `which` contributes to element i of the output.
  double broadcast(std::size_t which, std::int64_t i) const {
    Shape const shape = shapes[which];
    std::int64_t const t = shape.positions == 1 ? 0 : i / out.channels;
    std::int64_t const c = shape.channels == 1 ? 0 : i % out.channels;
    return inputs[which][at(t * shape.channels + c)];
  }

  Values pooled(network::PoolKind kind, std::int64_t width, std::int64_t stride, std::int64_t before) const {
    Values y(at(out.size()));
    for (std::int64_t u = 0; u < out.positions; ++u) {
      for (std::int64_t c = 0; c < in.channels; ++c) {
        double sum = 0.0, most = -std::numeric_limits<double>::infinity(), rows = 0.0;
        for (std::int64_t p = u * stride - before; p < u * stride - before + width; ++p) {
          if (p < 0 || p >= in.positions) continue;
          sum += x[at(p * in.channels + c)];
          most = std::max(most, x[at(p * in.channels + c)]);
          rows += 1.0;
        }
        y[at(u * in.channels + c)] = kind == network::PoolKind::max ? most : sum / rows;
      }
    }
    return y;
  }
};

}  // namespace

std::vector<double> reference_value_at(network::Network const& network, std::vector<double> const& input, int node) {
  std::vector<Values> values;
  for (int i = 0; i <= node; ++i) {
    network::Node const& each = network.nodes[at(i)];
    std::vector<Shape> shapes = {each.shape};
    std::vector<Values> read = {{}};
    if (!each.inputs.empty()) shapes.clear(), read.clear();
    for (int const from : each.inputs) {
      shapes.push_back(network.nodes[at(from)].shape);
      read.push_back(values[at(from)]);
    }
    values.push_back(std::visit(Executor{shapes[0], each.shape, read[0], shapes, read, input}, each.layer));
  }
  return values.back();
}

std::vector<double> reference_value(network::Network const& network, Codes const& codes, int node) {
  Values input(4 * codes.size(), 0.0);
  for (std::size_t p = 0; p < codes.size(); ++p) {
    if (codes[p] != kernels::code_n) input[4 * p + codes[p]] = 1.0;
  }
  return reference_value_at(network, input, node);
}

NetworkMaker::NetworkMaker(std::int64_t length, unsigned seed) : generator_(seed) {
  network_.source = "a network in memory";
  network_.nodes.push_back({"input", "InputLayer", network::InputLayer{}, {}, {length, 4}});
}

int NetworkMaker::add(network::Layer layer, int input) {
  int const from = input < 0 ? static_cast<int>(network_.nodes.size()) - 1 : input;
  Shape const shape = network::infer_shape(layer, shape_of(from));
  network_.nodes.push_back({"layer" + std::to_string(network_.nodes.size()), "Layer", std::move(layer), {from}, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int NetworkMaker::join(network::Layer layer, std::vector<int> const& inputs) {
  std::vector<Shape> shapes;
  for (int const input : inputs) shapes.push_back(shape_of(input));
  Shape const shape = network::infer_shape(layer, shapes);
  network_.nodes.push_back({"layer" + std::to_string(network_.nodes.size()), "Layer", std::move(layer), inputs, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int NetworkMaker::convolution(std::int64_t filters, std::int64_t width, network::Padding padding, std::int64_t stride,
                              std::int64_t dilation, int input) {
  std::int64_t const channels = shape_of(input).channels;
  double const spread = 1.0 / std::sqrt(static_cast<double>(width * channels));
  return add(network::Conv1D{filters, width, stride, dilation, padding, random(width * channels * filters, spread),
                             random(filters, 0.2)},
             input);
}

int NetworkMaker::dense(std::int64_t units, int input) {
  std::int64_t const channels = shape_of(input).channels;
  return add(network::Dense{units, random(channels * units, 1.0 / std::sqrt(static_cast<double>(channels))), {}},
             input);
}

int NetworkMaker::norm(int input) {
  std::int64_t const channels = shape_of(input).channels;
  return add(network::BatchNorm{random(channels, 0.5, 1.0), random(channels, 0.3)}, input);
}

int NetworkMaker::activate(network::Activation activation, float alpha, int input) {
  return add(network::Activate{activation, alpha}, input);
}

int NetworkMaker::max_pool(std::int64_t width, std::int64_t stride, network::Padding padding, int input) {
  return add(network::Pool{network::PoolKind::max, width, stride, padding}, input);
}

std::shared_ptr<network::Network const> NetworkMaker::network(std::vector<int> outputs) const {
  auto made = std::make_shared<network::Network>(network_);
  made->outputs = outputs.empty() ? std::vector<int>{static_cast<int>(network_.nodes.size()) - 1} : outputs;
  return made;
}

std::vector<float> NetworkMaker::random(std::int64_t size, double spread, double centre) {
  std::normal_distribution<double> normal(centre, spread);
  std::vector<float> values(at(size));
  for (float& value : values) value = static_cast<float>(normal(generator_));
  return values;
}

Shape const& NetworkMaker::shape_of(int input) const {
  return input < 0 ? network_.nodes.back().shape : network_.nodes[at(input)].shape;
}

}  // namespace shoal::test
