// SPDX-License-Identifier: MIT
#include "hdf5/isolated_reader.hpp"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "hdf5/read_contents.hpp"

namespace shoal::hdf5 {

namespace {

FloatArray receive_array(sandbox::WireReader& wire) {
  FloatArray array{wire.text(), {}, {}};
  std::uint64_t const rank = wire.number(8);
  for (std::uint64_t i = 0; i < rank; ++i) {
    array.shape.push_back(static_cast<std::int64_t>(wire.number(std::uint64_t{1} << 62)));
  }
  array.values = wire.floats();
  std::uint64_t left = array.values.size();
  bool empty = false;
  for (std::int64_t const extent : array.shape) {
    empty |= extent == 0;
    if (empty) continue;
    if (left % static_cast<std::uint64_t>(extent) != 0) throw sandbox::BrokenStream("an array's shape is not its size");
    left /= static_cast<std::uint64_t>(extent);
  }
  if (empty ? !array.values.empty() : left != 1) throw sandbox::BrokenStream("an array's shape is not its size");
  return array;
}

}  // namespace

bool has_hdf5_signature(std::string const& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::file_status const status = fs::status(file, error);
  if (!fs::exists(status)) fail(ErrorCode::input, fmt::format("there is no file {}", file));
  if (fs::is_directory(status)) fail(ErrorCode::input, fmt::format("{} is a folder; name a file", file));
  if (!fs::is_regular_file(status)) fail(ErrorCode::input, fmt::format("{} is not a regular file", file));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail(ErrorCode::input, fmt::format("cannot read {}: {}", file, std::strerror(errno)));
  std::uintmax_t const size = fs::file_size(file, error);
  if (error || size == 0) fail(ErrorCode::input, fmt::format("{} is empty", file));
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  // A user block may precede it: the signature is at 0, 512, 1024, 2048, …
  for (std::uintmax_t offset = 0; offset + signature.size() <= size; offset = offset == 0 ? 512 : 2 * offset) {
    std::array<char, signature.size()> bytes{};
    stream.seekg(static_cast<std::streamoff>(offset));
    if (!stream.read(bytes.data(), bytes.size())) return false;
    if (std::string_view(bytes.data(), bytes.size()) == signature) return true;
  }
  return false;
}

Contents read_isolated(std::string const& file, IsolatedRequest const& request) {
  if (!has_hdf5_signature(file)) {
    std::string begin(16, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(begin.data(), 16);
    begin.resize(static_cast<std::size_t>(stream.gcount()));
    fail(ErrorCode::input, fmt::format("{} is not an HDF5 file: it begins with {}", file, shoal::quoted(begin)));
  }
  Contents contents;
  sandbox::run_isolated({file, "HDF5", request, [&](sandbox::WireWriter& wire) { read_contents(file, request, wire); },
                         [&](sandbox::WireTag tag, sandbox::WireReader& wire) {
                           if (tag == sandbox::WireTag::attribute)
                             contents.attributes.push_back({wire.text(), wire.text(), wire.texts()});
                           if (tag == sandbox::WireTag::array) contents.arrays.push_back(receive_array(wire));
                         }});
  return contents;
}

}  // namespace shoal::hdf5
