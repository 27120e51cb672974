// SPDX-License-Identifier: MIT
#include "store/output_file.hpp"

#include <cerrno>

#include "base/error.hpp"
#include "store/posix_file.hpp"

namespace shoal::store {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  file_ = UniqueHandle<StreamTraits>(std::fopen(partial().c_str(), "wb"));
  if (!file_) fail_write(path_, errno);
}

OutputFile::~OutputFile() {
  if (!file_) return;
  file_.reset();
  std::remove(partial().c_str());
}

void OutputFile::write(std::span<std::byte const> bytes) {
  std::FILE* const stream = file_ ? file_.get() : stdout;
  if (std::fwrite(bytes.data(), 1, bytes.size(), stream) != bytes.size()) {
    fail_write(path_.empty() ? "standard output" : path_, errno);
  }
}

void OutputFile::rewrite(std::int64_t offset, std::span<std::byte const> bytes) {
  expect(static_cast<bool>(file_), "standard output cannot be rewritten");
  if (fseeko(file_.get(), offset, SEEK_SET) != 0) fail_write(path_, errno);
  write(bytes);
  if (fseeko(file_.get(), 0, SEEK_END) != 0) fail_write(path_, errno);
}

void OutputFile::publish() {
  if (!file_) {
    if (std::fflush(stdout) != 0) fail_write("standard output", errno);
    return;
  }
  if (std::fflush(file_.get()) != 0) fail_write(path_, errno);
  if (std::fclose(file_.release()) != 0) {
    int const reason = errno;
    std::remove(partial().c_str());
    fail_write(path_, reason);
  }
  store::publish(partial(), path_);
}

void write_text_file(std::string const& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.publish();
}

}  // namespace shoal::store
