// SPDX-License-Identifier: MIT
// parse_onnx: the one file that knows the generated protobuf classes.
#include <fmt/core.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/onnx/file/file.hpp"

namespace shoal::readers {

namespace {

constexpr std::int64_t largest_count = std::int64_t{1} << 30;
constexpr int most_dims = 8;
constexpr int most_nodes = 100'000;

// IEEE half precision, subnormal numbers, infinities and NaN included.
float from_half(std::uint16_t half) {
  std::uint32_t const sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  std::uint32_t const exponent = (half >> 10) & 0x1FU, fraction = half & 0x3FFU;
  if (exponent == 0) {
    float const magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  std::uint32_t const wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

float from_bfloat(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

class Parser {
 public:
  explicit Parser(std::string const& file) : file_(file) {}

  OnnxModel parse(std::string_view bytes) {
    onnx::ModelProto proto;
    google::protobuf::LogSilencer const quiet;
    bool const parsed = proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    if (!parsed || !proto.has_graph() || proto.opset_import_size() == 0) refuse("it is damaged or not an ONNX model");
    model_.ir_version = proto.ir_version();
    read_opset(proto);
    read_graph(proto.graph());
    return std::move(model_);
  }

 private:
  [[noreturn]] void refuse(std::string_view text) const {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", file_, text));
  }

  void read_opset(onnx::ModelProto const& proto) {
    for (onnx::OperatorSetIdProto const& set : proto.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") model_.opset = set.version();
    }
    if (model_.opset < oldest_opset) {
      refuse(fmt::format("its operator set is {}; export it with {} or newer", model_.opset, oldest_opset));
    }
  }

  void read_graph(onnx::GraphProto const& graph) {
    if (graph.node_size() > most_nodes) refuse(fmt::format("it has more than {} nodes", most_nodes));
    if (graph.sparse_initializer_size() > 0) refuse("its sparse weights are not supported");
    for (onnx::TensorProto const& tensor : graph.initializer()) {
      std::string const what = "weights " + shoal::quoted(tensor.name());
      if (!model_.initializers.emplace(tensor.name(), read_tensor(tensor, what)).second) {
        refuse(what + " are there twice");
      }
    }
    for (onnx::NodeProto const& node : graph.node()) model_.nodes.push_back(read_node(node));
    for (onnx::ValueInfoProto const& value : graph.input()) {
      if (!model_.initializers.contains(value.name())) model_.inputs.push_back(read_value(value));
    }
    for (onnx::ValueInfoProto const& value : graph.output()) model_.outputs.push_back(read_value(value));
  }

  static OnnxValue read_value(onnx::ValueInfoProto const& proto) {
    OnnxValue value{proto.name(), false, {}};
    if (!proto.type().has_tensor_type() || !proto.type().tensor_type().has_shape()) return value;
    value.has_shape = true;
    for (auto const& dim : proto.type().tensor_type().shape().dim()) {
      value.dims.push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
    }
    return value;
  }

  OnnxNode read_node(onnx::NodeProto const& proto) {
    OnnxNode node{proto.op_type(), proto.domain(), proto.name(), {}, {}, {}};
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    std::string const what =
        fmt::format("node {} of operator {}", shoal::quoted(node.name), shoal::quoted(node.operation));
    for (onnx::AttributeProto const& attribute : proto.attribute()) {
      node.attributes[attribute.name()] = read_attribute(attribute, what);
    }
    return node;
  }

  OnnxAttribute read_attribute(onnx::AttributeProto const& proto, std::string const& what) {
    OnnxAttribute made;
    using Kind = OnnxAttribute::Kind;
    switch (proto.type()) {
      case onnx::AttributeProto::FLOAT:
        made.kind = Kind::real;
        made.tensor.floats = {proto.f()};
        break;
      case onnx::AttributeProto::INT:
        made.kind = Kind::integer;
        made.tensor.integers = {proto.i()};
        break;
      case onnx::AttributeProto::STRING:
        made.kind = Kind::text;
        made.text = proto.s();
        break;
      case onnx::AttributeProto::TENSOR:
        made.kind = Kind::tensor;
        made.tensor = read_tensor(proto.t(), fmt::format("{} of {}", proto.name(), what));
        return made;
      case onnx::AttributeProto::FLOATS:
        made.kind = Kind::reals;
        made.tensor.floats.assign(proto.floats().begin(), proto.floats().end());
        made.tensor.dims = {proto.floats_size()};
        break;
      case onnx::AttributeProto::INTS:
        made.kind = Kind::integers;
        made.tensor.integers.assign(proto.ints().begin(), proto.ints().end());
        made.tensor.dims = {proto.ints_size()};
        break;
      case onnx::AttributeProto::STRINGS:
        made.kind = Kind::texts;
        for (std::string const& each : proto.strings()) made.text += each + "\n";
        break;
      default:
        break;
    }
    made.tensor.is_float = made.kind == Kind::real || made.kind == Kind::reals;
    return made;
  }

  OnnxTensor read_tensor(onnx::TensorProto const& proto, std::string const& what) {
    OnnxTensor tensor;
    std::int64_t count = 1;
    if (proto.dims_size() > most_dims) refuse(fmt::format("{} have {} dimensions", what, proto.dims_size()));
    for (std::int64_t const extent : proto.dims()) {
      if (extent < 0 || (extent > 0 && count > largest_count / extent)) refuse(what + " have an impossible size");
      count *= extent;
      tensor.dims.push_back(extent);
    }
    auto const size = static_cast<std::size_t>(count);
    bool const external = proto.data_location() == onnx::TensorProto::EXTERNAL;
    std::string const bytes = external ? read_external(proto, what) : std::string();
    std::string_view const raw = external ? std::string_view(bytes) : std::string_view(proto.raw_data());
    fill(tensor, proto, raw, what);
    if (tensor.size() != size) {
      refuse(fmt::format("{} hold {} values where their shape says {}", what, tensor.size(), size));
    }
    return tensor;
  }

  template <class Stored, class Value, class Convert>
  void take(std::vector<Value>& values, std::string_view raw, std::string const& what, Convert convert) const {
    if (raw.size() % sizeof(Stored) != 0) refuse(what + " end within a number");
    values.reserve(raw.size() / sizeof(Stored));
    for (std::size_t at = 0; at < raw.size(); at += sizeof(Stored)) {
      Stored stored;
      std::memcpy(&stored, raw.data() + at, sizeof stored);
      values.push_back(convert(stored));
    }
  }

  template <class Stored, class List>
  void take_integers(OnnxTensor& tensor, std::string_view raw, List const& list, std::string const& what) const {
    tensor.is_float = false;
    take<Stored>(tensor.integers, raw, what, [](Stored value) { return static_cast<std::int64_t>(value); });
    if (raw.empty()) tensor.integers.assign(list.begin(), list.end());
  }

  void fill(OnnxTensor& tensor, onnx::TensorProto const& proto, std::string_view raw, std::string const& what) const {
    using Type = onnx::TensorProto;
    auto const narrow = [](double value) { return static_cast<float>(value); };
    auto const half = [&](float (*convert)(std::uint16_t)) {
      take<std::uint16_t>(tensor.floats, raw, what, convert);
      if (!raw.empty()) return;
      for (std::int32_t const bits : proto.int32_data()) {
        tensor.floats.push_back(convert(static_cast<std::uint16_t>(bits)));
      }
    };
    switch (proto.data_type()) {
      case Type::FLOAT:
        take<float>(tensor.floats, raw, what, [](float value) { return value; });
        if (raw.empty()) tensor.floats.assign(proto.float_data().begin(), proto.float_data().end());
        return;
      case Type::DOUBLE:
        take<double>(tensor.floats, raw, what, narrow);
        if (!raw.empty()) return;
        for (double const value : proto.double_data()) tensor.floats.push_back(narrow(value));
        return;
      case Type::FLOAT16:
        return half(from_half);
      case Type::BFLOAT16:
        return half(from_bfloat);
      case Type::INT64:
        return take_integers<std::int64_t>(tensor, raw, proto.int64_data(), what);
      case Type::INT32:
        return take_integers<std::int32_t>(tensor, raw, proto.int32_data(), what);
      case Type::INT8:
        return take_integers<std::int8_t>(tensor, raw, proto.int32_data(), what);
      case Type::BOOL:
      case Type::UINT8:
        return take_integers<std::uint8_t>(tensor, raw, proto.int32_data(), what);
      default:
        refuse(fmt::format("{} are of data type {}, which is not supported", what, proto.data_type()));
    }
  }

  // A path that leads out of the model's folder would be read, with the user's rights, from wherever the file says.
  std::string read_external(onnx::TensorProto const& proto, std::string const& what) {
    std::string location;
    std::optional<std::int64_t> offset = 0, length = -1;
    for (auto const& entry : proto.external_data()) {
      if (entry.key() == "location") location = entry.value();
      if (entry.key() == "offset") offset = parse_integer(entry.value());
      if (entry.key() == "length") length = parse_integer(entry.value());
    }
    std::filesystem::path const path(location);
    bool inside = !location.empty() && location.find('\0') == std::string::npos && path.is_relative();
    for (auto const& part : path) inside = inside && part != "..";
    if (!inside) refuse(fmt::format("{} lie in {}, outside the model's folder", what, shoal::quoted(location)));
    std::string const full = (std::filesystem::path(file_).parent_path() / path).string();
    std::error_code error;
    if (!std::filesystem::is_regular_file(full, error)) {
      refuse(fmt::format("{} lie in {}, and there is no such file", what, full));
    }
    auto const size = static_cast<std::int64_t>(std::filesystem::file_size(full));
    if (!offset || !length || *offset < 0 || *offset > size) refuse(what + " have an impossible offset or length");
    std::int64_t const count = *length < 0 ? size - *offset : *length;
    if (count > size - *offset) refuse(fmt::format("{} reach past the end of {}", what, full));
    std::string bytes(static_cast<std::size_t>(count), '\0');
    std::ifstream stream(full, std::ios::binary);
    stream.seekg(*offset);
    if (!stream.read(bytes.data(), count)) refuse(fmt::format("cannot read {}", full));
    remember_external(full);
    return bytes;
  }

  void remember_external(std::string const& path) {
    for (std::string const& known : model_.external_files) {
      if (known == path) return;
    }
    model_.external_files.push_back(path);
  }

  std::string const& file_;
  OnnxModel model_;
};

}  // namespace

OnnxModel parse_onnx(std::string_view bytes, std::string const& file) {
  constexpr std::size_t largest_file = (std::size_t{1} << 31) - 1;
  if (bytes.size() > largest_file) {
    fail(ErrorCode::input, fmt::format("{} is larger than 2 GB, which protobuf does not read: export its weights as "
                                       "external data",
                                       file));
  }
  return Parser(file).parse(bytes);
}

}  // namespace shoal::readers
