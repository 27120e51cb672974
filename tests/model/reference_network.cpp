// SPDX-License-Identifier: MIT
#include "model/reference_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "model/shapes.hpp"
#include "support/activation_oracle.hpp"

namespace shoal::test {

namespace {

using model::Shape;
using Values = std::vector<double>;

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Zero rows before a "same" window, from Keras's rule (checked against Keras by the reader's golden values).
std::int64_t rows_before(model::Padding padding, std::int64_t length, std::int64_t positions, std::int64_t stride,
                         std::int64_t extent) {
  if (padding == model::Padding::valid) return 0;
  return std::max<std::int64_t>(0, (positions - 1) * stride + extent - length) / 2;
}

struct Executor {
  Shape in, out;
  Values const& x;
  Codes const& codes;

  Values operator()(model::InputLayer const&) const {
    Values y(at(out.size()), 0.0);
    for (std::size_t p = 0; p < codes.size(); ++p) {
      if (codes[p] != kernels::code_n) y[4 * p + codes[p]] = 1.0;
    }
    return y;
  }
  Values operator()(model::Conv1D const& layer) const {
    std::int64_t const extent = (layer.width - 1) * layer.dilation + 1;
    std::int64_t const before = rows_before(layer.padding, in.positions, out.positions, layer.stride, extent);
    Values y(at(out.size()), 0.0);
    for (std::int64_t t = 0; t < out.positions; ++t) {
      for (std::int64_t f = 0; f < layer.filters; ++f) {
        double sum = layer.bias.empty() ? 0.0 : static_cast<double>(layer.bias[at(f)]);
        for (std::int64_t k = 0; k < layer.width; ++k) {
          std::int64_t const p = t * layer.stride + k * layer.dilation - before;
          if (p < 0 || p >= in.positions) continue;
          for (std::int64_t c = 0; c < in.channels; ++c) {
            sum += x[at(p * in.channels + c)] *
                   static_cast<double>(layer.kernel[at((k * in.channels + c) * layer.filters + f)]);
          }
        }
        y[at(t * layer.filters + f)] = sum;
      }
    }
    return y;
  }
  Values operator()(model::Dense const& layer) const {
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
  Values operator()(model::BatchNorm const& layer) const {
    Values y = x;
    for (std::size_t i = 0; i < y.size(); ++i) {
      std::size_t const c = i % layer.scale.size();
      y[i] = y[i] * static_cast<double>(layer.scale[c]) + static_cast<double>(layer.shift[c]);
    }
    return y;
  }
  Values operator()(model::Activate const& layer) const {
    Values y = x;
    for (double& value : y) value = activation_oracle(layer.activation, static_cast<double>(layer.alpha), value);
    return y;
  }
  Values operator()(model::Pool const& layer) const {
    return pooled(layer.kind, layer.width, layer.stride,
                  rows_before(layer.padding, in.positions, out.positions, layer.stride, layer.width));
  }
  Values operator()(model::GlobalPool const& layer) const { return pooled(layer.kind, in.positions, 1, 0); }
  Values operator()(model::Flatten const&) const { return x; }
  Values operator()(model::Identity const&) const { return x; }
  template <class OtherLayer>
  Values operator()(OtherLayer const&) const {
    throw std::logic_error("the reference has no such layer");
  }

  Values pooled(model::PoolKind kind, std::int64_t width, std::int64_t stride, std::int64_t before) const {
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
        y[at(u * in.channels + c)] = kind == model::PoolKind::max ? most : sum / rows;
      }
    }
    return y;
  }
};

}  // namespace

std::vector<double> reference_value(model::Network const& network, Codes const& codes, int node) {
  model::Node const& wanted = network.nodes[at(node)];
  if (wanted.inputs.empty()) return std::visit(Executor{wanted.shape, wanted.shape, {}, codes}, wanted.layer);
  Values const input = reference_value(network, codes, wanted.first_input());
  return std::visit(Executor{network.nodes[at(wanted.first_input())].shape, wanted.shape, input, codes}, wanted.layer);
}

NetworkMaker::NetworkMaker(std::int64_t length, unsigned seed) : generator_(seed) {
  network_.source = "a network in memory";
  network_.nodes.push_back({"input", "InputLayer", model::InputLayer{}, {}, {length, 4}});
}

int NetworkMaker::add(model::Layer layer, int input) {
  int const from = input < 0 ? static_cast<int>(network_.nodes.size()) - 1 : input;
  Shape const shape = model::infer_shape(layer, shape_of(from));
  network_.nodes.push_back({"layer" + std::to_string(network_.nodes.size()), "Layer", std::move(layer), {from}, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int NetworkMaker::convolution(std::int64_t filters, std::int64_t width, model::Padding padding, std::int64_t stride,
                              std::int64_t dilation, int input) {
  std::int64_t const channels = shape_of(input).channels;
  double const spread = 1.0 / std::sqrt(static_cast<double>(width * channels));
  return add(model::Conv1D{filters, width, stride, dilation, padding, random(width * channels * filters, spread),
                           random(filters, 0.2)},
             input);
}

int NetworkMaker::dense(std::int64_t units, int input) {
  std::int64_t const channels = shape_of(input).channels;
  return add(model::Dense{units, random(channels * units, 1.0 / std::sqrt(static_cast<double>(channels))), {}}, input);
}

int NetworkMaker::norm(int input) {
  std::int64_t const channels = shape_of(input).channels;
  return add(model::BatchNorm{random(channels, 0.5, 1.0), random(channels, 0.3)}, input);
}

int NetworkMaker::activate(model::Activation activation, float alpha, int input) {
  return add(model::Activate{activation, alpha}, input);
}

int NetworkMaker::max_pool(std::int64_t width, std::int64_t stride, model::Padding padding, int input) {
  return add(model::Pool{model::PoolKind::max, width, stride, padding}, input);
}

std::shared_ptr<model::Network const> NetworkMaker::network(std::vector<int> outputs) const {
  auto made = std::make_shared<model::Network>(network_);
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
