// SPDX-License-Identifier: MIT
#include "readers/replacements.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <span>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/files/numeric_file.hpp"

namespace shoal::readers {

namespace {

constexpr std::int64_t most_values = 100'000'000;

std::string shown(std::vector<std::int64_t> const& dims) {
  std::vector<std::string> parts;
  for (std::int64_t const extent : dims) parts.push_back(extent < 0 ? "any" : std::to_string(extent));
  return fmt::format("({})", join(parts, ", "));
}

std::map<std::string, std::string, std::less<>> parse_pairs(std::string_view option,
                                                            std::vector<std::string> const& words) {
  std::map<std::string, std::string, std::less<>> pairs;
  for (std::string const& word : words) {
    // Names of tensors may hold "=", and so may files: the first one counts.
    auto const equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
      fail(ErrorCode::config, fmt::format("--{} {}: expected NAME=VALUE", option, shoal::quoted(word)));
    }
    if (!pairs.emplace(word.substr(0, equals), word.substr(equals + 1)).second) {
      fail(ErrorCode::config, fmt::format("--{} {}: this name was given before", option, shoal::quoted(word)));
    }
  }
  return pairs;
}

// Whether values with these extents fit an input: the same extents without those of one; an open extent takes any.
bool fits(std::vector<std::int64_t> const& values, std::vector<std::int64_t> const& declared) {
  std::size_t next = 0;
  for (std::int64_t const extent : declared) {
    if (extent == 1) continue;
    while (next < values.size() && values[next] == 1) ++next;
    bool const open_single = extent == -1 && next == values.size();
    if (open_single) continue;
    if (next == values.size() || (extent != -1 && values[next] != extent)) return false;
    ++next;
  }
  while (next < values.size() && values[next] == 1) ++next;
  return next == values.size();
}

// The declared extents, with the open ones filled in.
std::vector<std::int64_t> filled(std::vector<std::int64_t> const& values, std::vector<std::int64_t> declared) {
  std::size_t next = 0;
  for (std::int64_t& extent : declared) {
    if (extent == 1) continue;
    while (next < values.size() && values[next] == 1) ++next;
    if (extent == -1) extent = next < values.size() ? values[next] : 1;
    ++next;
  }
  return declared;
}

archives::NumpyArray read_values(DeclaredInput const& input, std::string const& file) {
  std::int64_t size = 1;
  for (std::int64_t const extent : input.dims) size *= extent;
  if (file.ends_with(".npy")) return read_npy(file);
  archives::NumpyArray table = read_number_table(file);
  bool const is_one_row = table.shape[0] == 1 && static_cast<std::int64_t>(table.values.size()) == size;
  if (is_one_row) table.shape = input.dims;
  return table;
}

}  // namespace

Replacements parse_replacements(std::vector<std::string> const& inputs, std::vector<std::string> const& layers) {
  return {parse_pairs("input", inputs), parse_pairs("layer", layers)};
}

std::size_t ReplacementUse::sequence_input(std::vector<DeclaredInput> const& inputs, std::string const& file) const {
  std::vector<std::size_t> unfed, sequences;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (given_.inputs.contains(inputs[i].name)) continue;
    unfed.push_back(i);
    std::vector<std::int64_t> longer = inputs[i].dims;
    std::erase(longer, 1);
    if (longer.size() == 2 && (longer[0] == 4 || longer[1] == 4)) sequences.push_back(i);
  }
  if (unfed.size() == 1) return unfed.front();
  if (unfed.empty()) {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: it has no input left for the sequences", file));
  }
  // If one input can be identified as that of the sequences, the others are at fault.
  std::vector<std::string> texts;
  for (std::size_t const i : unfed) {
    if (sequences.size() == 1 && i == sequences.front()) continue;
    texts.push_back(
        fmt::format("input {} of shape {} is fed by nothing: give it constant values with --input {}=zeros "
                    "or --input {}=FILE",
                    shoal::quoted(inputs[i].name), shown(inputs[i].dims), inputs[i].name, inputs[i].name));
  }
  fail(ErrorCode::input, fmt::format("cannot read the network in {}: it has {} inputs, and one takes the sequences; {}",
                                     file, inputs.size(), join(texts, "; ")));
}

std::vector<float> ReplacementUse::input_values(DeclaredInput& input) {
  std::string const& given = given_.inputs.at(input.name);
  auto const refuse = [&](std::string_view text) {
    fail(ErrorCode::input,
         fmt::format("--input {}={}: the input has shape {}, {}", input.name, given, shown(input.dims), text));
  };
  if (given == "zeros") {
    std::int64_t size = 1;
    for (std::int64_t const extent : input.dims) {
      if (extent < 0) refuse("which is open: give it values in a file (.npy)");
      if (extent < 1 || extent > most_values / size) refuse("which is impossible");
      size *= extent;
    }
    used_["input " + input.name] = given;
    return std::vector<float>(static_cast<std::size_t>(size), 0.0F);
  }
  archives::NumpyArray array = read_values(input, given);
  if (!fits(array.shape, input.dims)) {
    refuse(fmt::format("but the file's numbers have shape {}; values that differ between sequences are not supported",
                       shown(array.shape)));
  }
  input.dims = filled(array.shape, input.dims);
  Digest digest;
  digest.update(std::as_bytes(std::span(array.values)));
  used_["input " + input.name] = digest.hex();
  return std::move(array.values);
}

std::int64_t ReplacementUse::sequence_length(std::int64_t declared, std::string const& name, std::string const& file) {
  constexpr std::int64_t longest = std::int64_t{1} << 31;
  bool const is_open = declared == -1;
  if (is_open && length_ == 0) {
    fail(ErrorCode::input,
         fmt::format("the network in {} reads sequences of any length (its input {} is open): say how many bases with "
                     "--length",
                     file, shoal::quoted(name)));
  }
  std::int64_t const length = is_open ? length_ : declared;
  if (length < 1 || length > longest) {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: the length of its input {} is {}", file,
                                       shoal::quoted(name), length));
  }
  if (is_open) used_["length"] = std::to_string(length);
  return length;
}

std::string const* ReplacementUse::layer(std::string const& name, std::string const& class_name) {
  auto found = given_.layers.find(name);
  if (found == given_.layers.end()) found = given_.layers.find(class_name);
  if (found == given_.layers.end()) return nullptr;
  used_["layer " + found->first] = found->second;
  return &found->second;
}

std::vector<std::string> ReplacementUse::used() const {
  std::vector<std::string> lines;
  for (auto const& [what, by] : used_) lines.push_back(fmt::format("{}={}", what, by));
  return lines;
}

}  // namespace shoal::readers
