// SPDX-License-Identifier: MIT
// The one file that knows libzip.
#include "readers/keras/file/archive.hpp"

#include <fmt/core.h>
#include <zip.h>

#include "base/error.hpp"
#include "base/unique_handle.hpp"
#include "readers/files/foreign_file.hpp"
#include "sandbox/isolated_process.hpp"

namespace shoal::readers {

namespace {

constexpr std::uint64_t largest_config = 256'000'000;
constexpr std::uint64_t largest_weights = 4'000'000'000;

struct ArchiveTraits {
  using type = zip_t*;
  static constexpr type null() { return nullptr; }
  static void release(type archive) { zip_discard(archive); }
};
struct MemberTraits {
  using type = zip_file_t*;
  static constexpr type null() { return nullptr; }
  static void release(type member) { zip_fclose(member); }
};

// The bytes of a member; its declared size is not trusted.
std::string read_member(zip_t* archive, char const* name, std::uint64_t largest, std::string const& file) {
  UniqueHandle<MemberTraits> const member(zip_fopen(archive, name, 0));
  if (!member) {
    fail(ErrorCode::input,
         fmt::format("{} is no Keras archive: it has no readable {} ({})", file, name, zip_strerror(archive)));
  }
  std::string bytes;
  constexpr std::size_t piece = 1 << 16;
  for (;;) {
    std::size_t const begin = bytes.size();
    if (begin > largest) fail(ErrorCode::input, fmt::format("{} of {} is too large", name, file));
    bytes.resize(begin + piece);
    zip_int64_t const got = zip_fread(member.get(), bytes.data() + begin, piece);
    if (got < 0) {
      fail(ErrorCode::input, fmt::format("{} of {} is damaged: {}", name, file, zip_file_strerror(member.get())));
    }
    bytes.resize(begin + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
  }
}

}  // namespace

KerasArchive unpack_keras_archive(std::string const& file) {
  int code = 0;
  UniqueHandle<ArchiveTraits> const archive(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string const reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail(ErrorCode::input, fmt::format("{} is not a readable zip archive: {}", file, reason));
  }
  bool const has_graph = zip_name_locate(archive.get(), "config.json", 0) >= 0;
  zip_int64_t const members = has_graph ? 0 : zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < members; ++i) {
    char const* const name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
    std::string const text = name == nullptr ? "" : foreign_archive_text(file, name);
    if (!text.empty()) fail(ErrorCode::input, text);
  }
  bool const dated = zip_name_locate(archive.get(), "metadata.json", 0) >= 0;
  return {read_member(archive.get(), "config.json", largest_config, file),
          read_member(archive.get(), "model.weights.h5", largest_weights, file),
          dated ? read_member(archive.get(), "metadata.json", largest_config, file) : ""};
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
