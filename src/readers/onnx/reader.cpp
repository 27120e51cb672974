// SPDX-License-Identifier: MIT
#include "readers/onnx/reader.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>
#include <fstream>
#include <set>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/onnx/operators/operators.hpp"

namespace shoal::readers {

namespace {

class Importer {
 public:
  Importer(OnnxModel const& model, std::string const& file, ReplacementUse& replacements)
      : model_(model), file_(file), replacements_(replacements), graph_(file) {}

  network::Network build() {
    add_inputs();
    for (OnnxNode const& node : model_.nodes) add_node(node);
    add_outputs();
    graph_.prune();
    return std::move(graph_.network());
  }

 private:
  [[noreturn]] void refuse(std::string_view text) const {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", file_, text));
  }

  void add_inputs() {
    std::vector<DeclaredInput> declared;
    for (OnnxValue const& each : model_.inputs) {
      bool const has_batch = !each.dims.empty();
      declared.push_back({each.name, {each.dims.begin() + (has_batch ? 1 : 0), each.dims.end()}});
    }
    if (declared.empty()) refuse("it has no inputs");
    std::size_t const sequences = replacements_.sequence_input(declared, file_);
    add_sequences(model_.inputs[sequences]);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      if (i == sequences) continue;
      std::vector<float> values = replacements_.input_values(declared[i]);
      OnnxView view = graph_.add_constant(declared[i].name, declared[i].dims, std::move(values));
      values_.emplace(declared[i].name, std::move(view));
    }
  }

  // (N, 4, L), (N, L, 4), or either with further axes of one element: (N, 4, 1, L).
  void add_sequences(OnnxValue const& input) {
    std::vector<std::size_t> longer;
    for (std::size_t i = 1; i < input.dims.size(); ++i) {
      if (input.dims[i] != 1) longer.push_back(i);
    }
    bool const two = longer.size() == 2 && input.dims.size() <= 4;
    bool const first = two && input.dims[longer[0]] == 4, last = two && input.dims[longer[1]] == 4;
    if (!first && !last) {
      refuse(
          fmt::format("its input {} has shape ({}); Shoal reads (N, 4, length) or (N, length, 4), one-hot A, C, G, T",
                      shoal::quoted(input.name), fmt::join(input.dims, ", ")));
    }
    std::int64_t const length = replacements_.sequence_length(input.dims[longer[first ? 1 : 0]], input.name, file_);
    OnnxView view{graph_.add_input(input.name, {length, 4}), std::vector<OnnxAxis>(input.dims.size() - 1)};
    view.axes[longer[0] - 1] = {first ? network::Axis::channels : network::Axis::positions};
    view.axes[longer[1] - 1] = {first ? network::Axis::positions : network::Axis::channels};
    values_.emplace(input.name, graph_.tidy(std::move(view)));
  }

  std::optional<OnnxOperand> operand(std::string const& name) const {
    if (name.empty()) return std::nullopt;
    if (auto const found = values_.find(name); found != values_.end()) return found->second;
    if (auto const found = model_.initializers.find(name); found != model_.initializers.end()) return found->second;
    return std::nullopt;
  }

  void add_node(OnnxNode const& node) {
    std::vector<std::optional<OnnxOperand>> operands;
    for (std::string const& input : node.inputs) operands.push_back(operand(input));
    while (!node.inputs.empty() && !operands.empty() && node.inputs[operands.size() - 1].empty()) operands.pop_back();
    OnnxCall const call(node, std::move(operands), graph_, model_.opset);
    for (std::size_t i = 0; i < call.operand_count(); ++i) {
      if (!node.inputs[i].empty() && !call.has(i)) {
        auto const left_out = left_out_.find(node.inputs[i]);
        if (left_out != left_out_.end()) {
          call.refuse(fmt::format("it reads {}, an output that is not supported of {}", shoal::quoted(node.inputs[i]),
                                  left_out->second));
        }
        call.refuse(fmt::format("it reads {}, which no node before it computes", shoal::quoted(node.inputs[i])));
      }
    }
    std::vector<OnnxOperand> const made = translate(node, call);
    for (std::size_t i = made.size(); i < node.outputs.size(); ++i) left_out_.emplace(node.outputs[i], call.where());
    for (std::size_t i = 0; i < node.outputs.size() && i < made.size(); ++i) {
      if (node.outputs[i].empty()) continue;
      if (!values_.emplace(node.outputs[i], made[i]).second) {
        call.refuse(fmt::format("the value {} is computed twice", shoal::quoted(node.outputs[i])));
      }
    }
  }

  std::vector<OnnxOperand> translate(OnnxNode const& node, OnnxCall const& call) {
    if (node.domain.empty() || node.domain == "ai.onnx") return make_onnx_operator(call);
    fail(ErrorCode::input,
         fmt::format("unknown operator (of the domain {}): {}", shoal::quoted(node.domain), call.where()));
  }

  // The node that holds an output: a tensor of one or two long axes in the order in which they lie there, any
  // other tensor row-major with the last long axis as channels.
  int node_of(OnnxView const& view) {
    std::vector<std::size_t> others, channels;
    bool is_simple = true;
    for (std::size_t axis = view.axes.size(); axis-- > 0;) {
      TensorAxis const& parts = view.axes[axis];
      is_simple = is_simple && (parts.empty() || (parts.size() == 1 && parts.front().is_whole()));
      if (channels.empty() && !parts.empty()) {
        channels = {axis};
      } else {
        others.insert(others.begin(), axis);
      }
    }
    return is_simple ? view.node : graph_.arranged(view, others, channels).node;
  }

  void add_outputs() {
    std::set<int> taken;
    if (model_.outputs.empty()) refuse("it has no outputs");
    for (OnnxValue const& output : model_.outputs) {
      auto const found = operand(output.name);
      if (!found) refuse(fmt::format("its output {} is computed by no node", shoal::quoted(output.name)));
      auto const* view = std::get_if<OnnxView>(&*found);
      if (view == nullptr)
        refuse(fmt::format("its output {} is no value that depends on the sequence", shoal::quoted(output.name)));
      int node = node_of(*view);
      if (node == 0 || !taken.insert(node).second) {
        node = graph_.add(output.name, "Output", network::Identity{}, {node});
        taken.insert(node);
      } else {
        graph_.rename(node, output.name);
      }
      graph_.network().outputs.push_back(node);
    }
  }

  OnnxModel const& model_;
  std::string const& file_;
  ReplacementUse& replacements_;
  OnnxGraph graph_;
  std::map<std::string, OnnxOperand, std::less<>> values_;
  std::map<std::string, std::string, std::less<>> left_out_;  // outputs that are not made, and whose they are
};

}  // namespace

network::Network build_onnx_network(OnnxModel const& model, std::string const& file, ReplacementUse& replacements) {
  return Importer(model, file, replacements).build();
}

network::Network read_onnx_network(std::string const& file, ReplacementUse& replacements) {
  OnnxModel const model = read_onnx_file(file);
  network::Network network = build_onnx_network(model, file, replacements);
  Digest digest;
  digest.update(file_digest(file));
  for (std::string const& external : model.external_files) digest.update(file_digest(external));
  network.digest = digest.hex();
  return network;
}

bool looks_like_onnx(std::string const& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 2> begin{};
  stream.read(begin.data(), begin.size());
  // Field 1, a variable-length integer: IR versions are small numbers.
  return stream.gcount() == 2 && begin[0] == 8 && begin[1] >= 3 && begin[1] < 64;
}

}  // namespace shoal::readers
