// SPDX-License-Identifier: MIT
#include "motif/input/numpy_reader.hpp"

#include <fmt/core.h>

#include <fstream>
#include <iterator>

#include "archives/zip_file.hpp"
#include "base/error.hpp"
#include "sandbox/isolated_process.hpp"

namespace shoal::motif {

namespace {

constexpr std::uint64_t most_bytes = 8'000'000'000;

[[noreturn]] void refuse(std::string const& file, std::string_view text) {
  fail(ErrorCode::input, fmt::format("cannot read the array in {}: {}", file, text));
}

std::string array_bytes(std::string const& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream.is_open()) refuse(file, "it cannot be opened");
  std::string start(16, '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  stream.clear();
  if (archives::is_numpy(start)) {
    stream.seekg(0);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  if (!start.starts_with("PK")) refuse(file, "it is neither a NumPy archive (.npz) nor an array (.npy)");
  archives::ZipFile const archive(file);
  if (archive.has("arr_0.npy")) return archive.read("arr_0.npy", most_bytes);
  auto const names = archive.names();
  if (names.size() != 1) refuse(file, "it has no arr_0, and not just one array");
  return archive.read(names.front(), most_bytes);
}

}  // namespace

archives::NumpyArray read_numpy(std::string const& file) {
  archives::NumpyArray array;
  sandbox::IsolatedLimits limits;
  limits.memory_bytes = 3 * most_bytes;
  limits.content_bytes = most_bytes;
  limits.seconds = 600;
  sandbox::run_isolated({file, "zip", limits,
                         [&](sandbox::WireWriter& wire) {
                           archives::NumpyArray const parsed = archives::parse_numpy(file, array_bytes(file));
                           wire.tag(sandbox::WireTag::array);
                           wire.integers(parsed.shape);
                           wire.floats(parsed.values);
                         },
                         [&](sandbox::WireTag tag, sandbox::WireReader& wire) {
                           if (tag != sandbox::WireTag::array) return;
                           array.shape = wire.integers();
                           array.values = wire.floats();
                         }});
  return array;
}

}  // namespace shoal::motif
