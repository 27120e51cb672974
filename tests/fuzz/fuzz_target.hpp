// SPDX-License-Identifier: MIT
// What every fuzz target shares. A target defines LLVMFuzzerTestOneInput; libFuzzer calls it millions of times, and
// replay.cpp calls it once for every file of a corpus, so that ordinary builds run the same code.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace shoal::fuzz {

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

// Runs `read`. Hostile input should end in a shoal::Error with one of these codes; any other error is a defect.
template <class Read>
void expect_refusal_or_success(std::initializer_list<ErrorCode> codes, Read const& read) {
  try {
    read();
  } catch (Error const& error) {
    if (std::find(codes.begin(), codes.end(), error.code()) != codes.end()) return;
    std::fprintf(stderr, "an error of the wrong kind: %s\n", error.what());
    std::abort();
  }
}

// A file in memory, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", 0)) {
    if (descriptor_ < 0 || ::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      std::abort();
    }
  }
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

// Numbers made of the input's bytes, the lowest possible ones once it is used up.
class Bytes {
 public:
  Bytes(std::uint8_t const* data, std::size_t size) : data_(data), size_(size) {}

  bool empty() const { return position_ >= size_; }
  // A number in low … high, at most 2^16 values apart.
  std::int64_t number(std::int64_t low, std::int64_t high) {
    std::int64_t const value = byte() | (high - low > 255 ? byte() << 8 : 0);
    return low + value % (high - low + 1);
  }
  bool flag() { return (byte() & 1) != 0; }
  std::string_view rest() const { return text_of(data_ + position_, size_ - position_); }

 private:
  std::int64_t byte() { return empty() ? 0 : data_[position_++]; }

  std::uint8_t const* data_;
  std::size_t size_;
  std::size_t position_ = 0;
};

}  // namespace shoal::fuzz
