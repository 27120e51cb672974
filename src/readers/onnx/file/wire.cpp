// SPDX-License-Identifier: MIT
// read_onnx_file: parsing in the child process, and the model's way to its parent.
#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "readers/onnx/file/file.hpp"

namespace shoal::readers {

namespace {

using sandbox::WireReader;
using sandbox::WireWriter;

void write_tensor(OnnxTensor const& tensor, WireWriter& wire) {
  wire.integers(tensor.dims);
  wire.number(tensor.is_float ? 1 : 0);
  if (tensor.is_float) {
    wire.floats(tensor.floats);
  } else {
    wire.integers(tensor.integers);
  }
}

OnnxTensor receive_tensor(WireReader& wire) {
  OnnxTensor tensor;
  tensor.dims = wire.integers();
  tensor.is_float = wire.number(1) == 1;
  if (tensor.is_float) {
    tensor.floats = wire.floats();
  } else {
    tensor.integers = wire.integers();
  }
  return tensor;
}

void write_node(OnnxNode const& node, WireWriter& wire) {
  for (std::string const* text : {&node.operation, &node.domain, &node.name}) wire.text(*text);
  wire.texts(node.inputs);
  wire.texts(node.outputs);
  wire.number(node.attributes.size());
  for (auto const& [name, attribute] : node.attributes) {
    wire.text(name);
    wire.number(static_cast<std::uint64_t>(attribute.kind));
    wire.text(attribute.text);
    write_tensor(attribute.tensor, wire);
  }
}

OnnxNode receive_node(WireReader& wire) {
  OnnxNode node;
  for (std::string* text : {&node.operation, &node.domain, &node.name}) *text = wire.text();
  node.inputs = wire.texts();
  node.outputs = wire.texts();
  for (std::uint64_t left = wire.number(); left > 0; --left) {
    std::string const name = wire.text();
    OnnxAttribute& attribute = node.attributes[name];
    attribute.kind =
        static_cast<OnnxAttribute::Kind>(wire.number(static_cast<std::uint64_t>(OnnxAttribute::Kind::other)));
    attribute.text = wire.text();
    attribute.tensor = receive_tensor(wire);
  }
  return node;
}

void write_values(std::vector<OnnxValue> const& values, WireWriter& wire) {
  wire.number(values.size());
  for (OnnxValue const& value : values) {
    wire.text(value.name);
    wire.number(value.has_shape ? 1 : 0);
    wire.integers(value.dims);
  }
}

std::vector<OnnxValue> receive_values(WireReader& wire) {
  std::vector<OnnxValue> values;
  for (std::uint64_t left = wire.number(); left > 0; --left) {
    OnnxValue& value = values.emplace_back();
    value.name = wire.text();
    value.has_shape = wire.number(1) == 1;
    value.dims = wire.integers();
  }
  return values;
}

std::string read_bytes(std::string const& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(std::filesystem::file_size(file), '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    fail(ErrorCode::input, fmt::format("cannot read {}", file));
  }
  return bytes;
}

}  // namespace

void write_onnx_model(OnnxModel const& model, WireWriter& wire) {
  wire.tag(sandbox::WireTag::model);
  wire.number(static_cast<std::uint64_t>(model.ir_version));
  wire.number(static_cast<std::uint64_t>(model.opset));
  wire.number(model.initializers.size());
  for (auto const& [name, tensor] : model.initializers) {
    wire.text(name);
    write_tensor(tensor, wire);
  }
  wire.number(model.nodes.size());
  for (OnnxNode const& node : model.nodes) write_node(node, wire);
  write_values(model.inputs, wire);
  write_values(model.outputs, wire);
  wire.texts(model.external_files);
}

OnnxModel receive_onnx_model(WireReader& wire) {
  OnnxModel model;
  model.ir_version = static_cast<std::int64_t>(wire.number());
  model.opset = static_cast<std::int64_t>(wire.number());
  for (std::uint64_t left = wire.number(); left > 0; --left) {
    std::string const name = wire.text();
    model.initializers[name] = receive_tensor(wire);
  }
  for (std::uint64_t left = wire.number(); left > 0; --left) model.nodes.push_back(receive_node(wire));
  model.inputs = receive_values(wire);
  model.outputs = receive_values(wire);
  model.external_files = wire.texts();
  return model;
}

OnnxModel read_onnx_file(std::string const& file, sandbox::IsolatedLimits const& limits) {
  OnnxModel model;
  sandbox::run_isolated({file, "protobuf", limits,
                         [&](WireWriter& wire) { write_onnx_model(parse_onnx(read_bytes(file), file), wire); },
                         [&](sandbox::WireTag tag, WireReader& wire) {
                           if (tag == sandbox::WireTag::model) model = receive_onnx_model(wire);
                         }});
  return model;
}

}  // namespace shoal::readers
