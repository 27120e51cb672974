// SPDX-License-Identifier: MIT
#include "store/posix_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::store {

void DescriptorTraits::release(int descriptor) {
  ::close(descriptor);
}

void fail_write(std::string const& path, int reason, std::string const& detail) {
  fail(ErrorCode::output, fmt::format("cannot write {}: {}{}", path, std::strerror(reason), detail));
}

Descriptor open_file(std::string const& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!descriptor) fail_write(path, errno);
  return descriptor;
}

void check_free_space(std::string const& path, std::int64_t bytes) {
  struct statvfs volume {};
  if (::statvfs(path.c_str(), &volume) != 0) return;  // reserving the space will tell
  double const available = static_cast<double>(volume.f_bavail) * static_cast<double>(volume.f_frsize);
  if (available >= static_cast<double>(bytes)) return;
  fail_write(path, ENOSPC,
             fmt::format(" (needs {}, {} free)", human_bytes(static_cast<double>(bytes)), human_bytes(available)));
}

void reserve(Descriptor const& descriptor, std::string const& path) {
  struct stat state {};
  if (::fstat(descriptor.get(), &state) != 0) fail_write(path, errno);
  int status = 0;
  do {
    status = ::posix_fallocate(descriptor.get(), 0, state.st_size);
  } while (status == EINTR);
  if (status == 0) return;
  fail_write(path, status, fmt::format(" (needs {})", human_bytes(static_cast<double>(state.st_size))));
}

void sync_data(Descriptor const& descriptor, std::string const& path) {
  if (::fdatasync(descriptor.get()) != 0) fail_write(path, errno);
}

void publish(std::string const& temporary, std::string const& path) {
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail_write(path, errno);
  std::filesystem::path const folder = std::filesystem::absolute(path).parent_path();
  Descriptor const opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems refuse to sync a folder; then the name is as durable as they make it.
  if (opened && ::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP) fail_write(path, errno);
}

}  // namespace shoal::store
