// SPDX-License-Identifier: MIT
#include "readers/keras/file/archive.hpp"

#include <fmt/core.h>

#include "archives/zip_file.hpp"
#include "base/error.hpp"
#include "readers/files/foreign_file.hpp"
#include "sandbox/isolated_process.hpp"

namespace shoal::readers {

namespace {

constexpr std::uint64_t largest_config = 256'000'000;
constexpr std::uint64_t largest_weights = 4'000'000'000;

std::string read_member(archives::ZipFile const& archive, char const* name, std::uint64_t most,
                        std::string const& file) {
  if (!archive.has(name)) fail(ErrorCode::input, fmt::format("{} is no Keras archive: it has no {}", file, name));
  return archive.read(name, most);
}

}  // namespace

KerasArchive unpack_keras_archive(std::string const& file) {
  archives::ZipFile const archive(file, archives::ZipChecks::strict);
  if (!archive.has("config.json")) {
    for (std::string const& name : archive.names()) {
      std::string const text = foreign_archive_text(file, name);
      if (!text.empty()) fail(ErrorCode::input, text);
    }
  }
  return {read_member(archive, "config.json", largest_config, file),
          read_member(archive, "model.weights.h5", largest_weights, file),
          archive.has("metadata.json") ? archive.read("metadata.json", largest_config) : ""};
}

KerasArchive read_keras_archive(std::string const& file) {
  KerasArchive archive;
  sandbox::run_isolated({file,
                         "zip",
                         {},
                         [&](sandbox::WireWriter& wire) {
                           KerasArchive const unpacked = unpack_keras_archive(file);
                           wire.tag(sandbox::WireTag::model);
                           wire.text(unpacked.config);
                           wire.text(unpacked.weights);
                           wire.text(unpacked.metadata);
                         },
                         [&](sandbox::WireTag tag, sandbox::WireReader& wire) {
                           if (tag != sandbox::WireTag::model) return;
                           archive.config = wire.text();
                           archive.weights = wire.text();
                           archive.metadata = wire.text();
                         }});
  return archive;
}

}  // namespace shoal::readers
