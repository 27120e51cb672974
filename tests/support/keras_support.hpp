// SPDX-License-Identifier: MIT
// Graphs written by hand, and the message of a read that fails.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "network/network.hpp"
#include "readers/read_network.hpp"
#include "support/data.hpp"

namespace shoal::test {

inline void write_file(std::string const& path, std::string const& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read_file(std::string const& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// The text of the error of this code that `action` throws; "no error" when it throws none.
inline std::string error_of(ErrorCode code, std::function<void()> const& action) {
  try {
    action();
  } catch (Error const& error) {
    EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(code)) << error.what();
    return error.what();
  }
  return "no error";
}

// A Keras 2 layer that reads the layer `from`; `options` are further members of its configuration.
inline std::string layer(std::string const& type, std::string const& name, std::string const& from,
                         std::string const& options = "") {
  return R"({"class_name": ")" + type + R"(", "name": ")" + name + R"(", "config": {"name": ")" + name + "\"" +
         (options.empty() ? "" : ", " + options) + R"(}, "inbound_nodes": [[[")" + from + R"(", 0, 0, {}]]]})";
}

// The layers that every hand-written graph begins with: input `x` of `positions` bases, and a layer `c` whose weights
// are in keras_conv.h5.
inline std::string conv_layer(std::string const& options = R"("padding": "valid")") {
  return layer("Conv1D", "c", "x", R"("filters": 3, "kernel_size": [5], )" + options);
}

inline std::string graph(std::vector<std::string> const& layers, std::string const& output,
                         std::string const& input_shape = "[null, 20, 4]") {
  std::string text = R"({"class_name": "Model", "config": {"name": "m", "layers": [{"class_name": "InputLayer",
    "name": "x", "config": {"batch_input_shape": )" +
                     input_shape + R"(, "name": "x"}, "inbound_nodes": []})";
  for (std::string const& each : layers) text += ",\n" + each;
  return text + R"(], "input_layers": [["x", 0, 0]], "output_layers": [[")" + output + R"(", 0, 0]]}})";
}

// Reads a graph given as text with the weights of keras_conv.h5.
inline std::shared_ptr<network::Network const> read_graph(std::string const& json) {
  TemporaryFolder folder;
  write_file(folder.file("graph.json"), json);
  return readers::read_network(folder.file("graph.json"), data("keras/keras_conv.h5"));
}

inline std::string error_of_graph(std::string const& json) {
  return error_of(ErrorCode::input, [&] { read_graph(json); });
}

inline network::Node const& node(network::Network const& network, std::string const& name) {
  int const found = network.find(name);
  if (found < 0) throw std::runtime_error("no node " + name);
  return network.nodes[static_cast<std::size_t>(found)];
}

}  // namespace shoal::test
