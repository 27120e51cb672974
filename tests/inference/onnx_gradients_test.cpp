// SPDX-License-Identifier: MIT
// Gradients of ONNX networks with attention and recurrence, against central differences along random directions of the
// network executed in double precision.
#include <gmock/gmock.h>

#include <cmath>

#include "inference/gradient.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/onnx_support.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using network::Task;

class OnnxGradients : public test::OnBackend {
 protected:
  // The gradients of the tasks at a point, [tasks, 4, length].
  std::vector<float> gradients(std::shared_ptr<network::Network const> const& network, std::vector<Task> const& tasks,
                               std::vector<double> const& point) const {
    std::vector<float> const input(point.begin(), point.end());
    inference::Gradient gradient(backend(), network, tasks);
    device::Buffer<float> const in(backend(), std::span<float const>(input));
    device::Buffer<float> values(backend(), tasks.size()), maps(backend(), tasks.size() * input.size());
    gradient.evaluate(inference::RealInputs{in.data(), 1}, values, maps);
    return maps.to_host();
  }

  // The first and a middle element of every output.
  static std::vector<Task> some_elements(network::Network const& network) {
    std::vector<Task> tasks;
    for (int const output : network.outputs) {
      std::int64_t const size = network.nodes[static_cast<std::size_t>(output)].shape.size();
      tasks.push_back({"first", output, 0});
      if (size > 2) tasks.push_back({"middle", output, size / 2});
    }
    return tasks;
  }

  void expect_derivatives(std::string const& name) const {
    SCOPED_TRACE(name);
    auto const network = readers::read_network(test::data("onnx/" + name + ".onnx"));
    std::vector<Task> const tasks = some_elements(*network);
    auto const length = static_cast<std::size_t>(network->input_length());
    std::mt19937 generator(3);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    std::vector<double> point(4 * length), direction(4 * length);
    for (double& value : point) value = static_cast<double>(static_cast<float>(0.25 + 0.25 * uniform(generator)));
    for (double& value : direction) value = uniform(generator);
    std::vector<float> const maps = gradients(network, tasks, point);
    double const step = 1e-6;
    std::vector<double> up = point, down = point;
    for (std::size_t i = 0; i < point.size(); ++i) {
      up[i] += step * direction[i];
      down[i] -= step * direction[i];
    }
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      auto const element = static_cast<std::size_t>(tasks[t].track);
      double const rise = test::reference_value_at(*network, up, tasks[t].node)[element] -
                          test::reference_value_at(*network, down, tasks[t].node)[element];
      double slope = 0.0, size = 0.0;
      for (std::size_t i = 0; i < point.size(); ++i) {
        auto const map = static_cast<double>(maps[t * 4 * length + i % 4 * length + i / 4]);
        slope += map * direction[i];
        size += std::abs(map * direction[i]);
      }
      EXPECT_NEAR(slope, rise / (2.0 * step), 2e-5 * size + 1e-7)
          << network->nodes[static_cast<std::size_t>(tasks[t].node)].name << ", element " << element;
    }
  }
};

TEST_P(OnnxGradients, AttentionAndRecurrence) {
  for (char const* name : {"attention_13", "recurrence_13"}) expect_derivatives(name);
}

TEST_P(OnnxGradients, Networks) {
  for (char const* name : {"danq", "enformer", "borzoi", "torch_heads", "torch_upsampling"}) expect_derivatives(name);
}

SHOAL_ON_EVERY_BACKEND(OnnxGradients);

}  // namespace
}  // namespace shoal
