// SPDX-License-Identifier: MIT
// The one file that knows libzip.
#include "archives/zip_file.hpp"

#include <fmt/core.h>
#include <zip.h>

#include "base/error.hpp"
#include "base/unique_handle.hpp"

namespace shoal::archives {

namespace {

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

std::string reason_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string const reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  return reason;
}

}  // namespace

struct ZipFile::State {
  std::string file;
  UniqueHandle<ArchiveTraits> archive;
};

ZipFile::ZipFile(std::string const& file, ZipChecks checks) : state_(std::make_unique<State>()) {
  int code = 0;
  int const flags = ZIP_RDONLY | (checks == ZipChecks::strict ? ZIP_CHECKCONS : 0);
  state_->file = file;
  state_->archive = UniqueHandle<ArchiveTraits>(zip_open(file.c_str(), flags, &code));
  if (state_->archive) return;
  fail(ErrorCode::input, fmt::format("{} is not a readable zip archive: {}", file, reason_of(code)));
}
ZipFile::ZipFile(ZipFile&&) noexcept = default;
ZipFile::~ZipFile() = default;

std::vector<std::string> ZipFile::names() const {
  std::vector<std::string> names;
  zip_int64_t const count = zip_get_num_entries(state_->archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    char const* const name = zip_get_name(state_->archive.get(), static_cast<zip_uint64_t>(i), 0);
    names.emplace_back(name == nullptr ? "" : name);
  }
  return names;
}

bool ZipFile::has(std::string const& name) const {
  return zip_name_locate(state_->archive.get(), name.c_str(), 0) >= 0;
}

std::string ZipFile::read(std::string const& name, std::uint64_t most) const {
  UniqueHandle<MemberTraits> const member(zip_fopen(state_->archive.get(), name.c_str(), 0));
  if (!member) {
    fail(ErrorCode::input,
         fmt::format("{} of {} cannot be opened ({})", name, state_->file, zip_strerror(state_->archive.get())));
  }
  std::string bytes;
  constexpr std::size_t piece = 1 << 18;
  for (;;) {
    std::size_t const begin = bytes.size();
    if (begin > most) fail(ErrorCode::input, fmt::format("{} of {} is too large", name, state_->file));
    bytes.resize(begin + piece);
    zip_int64_t const got = zip_fread(member.get(), bytes.data() + begin, piece);
    if (got < 0) {
      fail(ErrorCode::input,
           fmt::format("{} of {} is damaged: {}", name, state_->file, zip_file_strerror(member.get())));
    }
    bytes.resize(begin + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
  }
}

}  // namespace shoal::archives
