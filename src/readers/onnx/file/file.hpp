// SPDX-License-Identifier: MIT
// An ONNX file as plain values: the content of the protobuf messages with versions and sizes checked, and nothing
// interpreted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/isolated_process.hpp"

namespace shoal::readers {

// A constant: floating-point numbers of any width as float32, integers and booleans as int64; row-major.
struct OnnxTensor {
  std::vector<std::int64_t> dims;  // none: a scalar
  bool is_float = true;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;

  std::size_t size() const { return is_float ? floats.size() : integers.size(); }
};

struct OnnxAttribute {
  enum class Kind : std::uint8_t { real, integer, text, tensor, reals, integers, texts, other };
  Kind kind = Kind::other;
  std::string text;   // all texts of Kind::texts, a line feed after each
  OnnxTensor tensor;  // also the values of Kind::real, integer, reals and integers
};

struct OnnxNode {
  std::string operation, domain, name;
  std::vector<std::string> inputs, outputs;  // names of values; an input left out is empty
  std::map<std::string, OnnxAttribute, std::less<>> attributes;
};

struct OnnxValue {
  std::string name;
  bool has_shape = false;
  std::vector<std::int64_t> dims;  // -1: open or a symbol
};

struct OnnxModel {
  std::int64_t ir_version = 0;
  std::int64_t opset = 0;  // version of the standard operators
  std::map<std::string, OnnxTensor, std::less<>> initializers;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxValue> inputs, outputs;   // inputs without those that are initializers
  std::vector<std::string> external_files;  // paths of files that hold weights, in order of first use
};

// The oldest operator set that is read. Newer ones are read as long as their operators keep their meaning.
inline constexpr std::int64_t oldest_opset = 9;

// Parses the bytes of an ONNX file in this process. `file` is for messages, and its folder for weights stored outside.
// Errors: input, naming the file: not ONNX, an operator set before `oldest_opset`, a tensor of unknown type or wrong
// size, weights outside the model's folder.
OnnxModel parse_onnx(std::string_view bytes, std::string const& file);

// Reads `file` in a child process. It forks: call it before MPI and CUDA start. Errors as parse_onnx, and those of
// sandbox::run_isolated.
OnnxModel read_onnx_file(std::string const& file, sandbox::IsolatedLimits const& limits = {});

// A model as a record of the isolated reader's stream.
void write_onnx_model(OnnxModel const& model, sandbox::WireWriter& wire);
OnnxModel receive_onnx_model(sandbox::WireReader& wire);

}  // namespace shoal::readers
