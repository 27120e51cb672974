// SPDX-License-Identifier: MIT
// What onnxruntime predicts for the networks of tests/data/onnx, and their sequences.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "network/network.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::test {

struct Expected {
  std::string network, output;
  int sequence = 0;
  network::Shape shape;
  std::vector<double> values;  // [positions, channels]
};

// The table of a network's expected values.
inline std::string expected_table(std::string const& network) {
  for (char const* name : {"torch_danq", "torch_last_state", "torch_enformer", "torch_upsampling", "torch_choices",
                           "torch_transformer", "torch_heads", "torch_one_sequence"}) {
    if (network.starts_with(name)) return data("onnx/torch_attention_expected.tsv");
  }
  if (network.starts_with("zoo")) return data("onnx/zoo_expected.tsv");
  if (network.starts_with("forms")) return data("onnx/forms_expected.tsv");
  if (network.starts_with("products")) return data("onnx/products_expected.tsv");
  if (network.starts_with("torch")) return data("onnx/torch_expected.tsv");
  bool further = false;
  for (char const* name : {"attention", "recurrence", "danq", "enformer", "borzoi"}) {
    further = further || network.starts_with(name);
  }
  return data(further ? "onnx/expected_further.tsv" : "onnx/expected.tsv");
}

// Rows of a table that tests/data/onnx/onnx_networks.py or its sisters wrote.
inline std::vector<Expected> read_expected(std::string const& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<Expected> rows;
  while (std::getline(file, line)) {
    auto const fields = split(line, '\t');
    Expected row{std::string(fields.at(0)), std::string(fields.at(1)), std::stoi(std::string(fields.at(2))), {}, {}};
    row.shape = {std::stoll(std::string(fields.at(3))), std::stoll(std::string(fields.at(4)))};
    for (std::string_view const value : split(fields.at(5), ' ')) row.values.push_back(std::stod(std::string(value)));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Sequence `index` of the scripts: a rule instead of a file.
inline Codes scripted_codes(std::int64_t length, int index) {
  Codes codes;
  for (std::int64_t p = 0; p < length; ++p) {
    std::int64_t const code = (p * p * 7 + p * (index + 3) + p / 3 + index) % 4;
    codes.push_back(p % 17 == 16 ? kernels::code_n : static_cast<std::uint8_t>(code));
  }
  return codes;
}

}  // namespace shoal::test
