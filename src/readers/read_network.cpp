// SPDX-License-Identifier: MIT
// read_network: finds the format of a file by its bytes, not by its name.
#include "readers/read_network.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "hdf5/isolated_reader.hpp"
#include "readers/files/foreign_file.hpp"
#include "readers/keras/reader.hpp"
#include "readers/onnx/reader.hpp"

namespace shoal::readers {

namespace {

enum class Format { hdf5, onnx, archive, json };

std::string beginning(std::string const& file) {
  std::string begin(64, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(stream.gcount()));
  return begin;
}

Format format_of(std::string const& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) fail(ErrorCode::input, foreign_file_text(file, {}));
  if (hdf5::has_hdf5_signature(file)) return Format::hdf5;
  if (std::filesystem::path(file).extension() == ".onnx" || looks_like_onnx(file)) return Format::onnx;
  std::string const bytes = beginning(file);
  std::string_view const begin = trim(bytes);
  if (begin.starts_with('{')) return Format::json;
  if (begin.starts_with("PK")) return Format::archive;
  fail(ErrorCode::input, foreign_file_text(file, bytes));
}

}  // namespace

std::shared_ptr<network::Network const> read_network(std::string const& file, std::string const& weights,
                                                     Replacements const& replacements, std::int64_t length) {
  Format const format = format_of(file);
  if (format != Format::json && !weights.empty()) {
    fail(ErrorCode::config, fmt::format("{} holds its weights; --weights {} goes with a graph in JSON", file, weights));
  }
  ReplacementUse use(replacements, length);
  auto network = std::make_shared<network::Network>(format == Format::onnx      ? read_onnx_network(file, use)
                                                    : format == Format::hdf5    ? read_keras_file(file, use)
                                                    : format == Format::archive ? read_keras_zip(file, use)
                                                                                : read_keras_pair(file, weights, use));
  if (format != Format::onnx) {
    Digest digest;
    digest.update(file_digest(file));
    if (format == Format::json) digest.update(file_digest(weights));
    network->digest = digest.hex();
  }
  network->replacements = use.used();
  if (!network->replacements.empty()) {
    Digest digest;
    digest.update(network->digest);
    for (std::string const& each : network->replacements) digest.update(each);
    network->digest = digest.hex();
  }
  return network;
}

}  // namespace shoal::readers
