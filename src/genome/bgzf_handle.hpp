// SPDX-License-Identifier: MIT
// htslib's file handle and line buffer, owned. Included by the files that talk to htslib, and by no header.
#pragma once

#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/kstring.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/unique_handle.hpp"

namespace shoal::genome {

struct BgzfTraits {
  using type = BGZF*;
  static type null() { return nullptr; }
  // A file that was opened for reading has nothing to lose when closing fails.
  static void release(type file) { static_cast<void>(bgzf_close(file)); }
};
using BgzfHandle = UniqueHandle<BgzfTraits>;

// A copy of `bytes` as an htslib file; null if there is no memory.
inline hFILE* open_memory(std::string_view bytes) {
  auto* const copy = static_cast<char*>(std::malloc(bytes.size() + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, bytes.data(), bytes.size());
  hFILE* const file = hopen("mem:", "r:", copy, bytes.size());
  if (file == nullptr) std::free(copy);
  return file;
}

struct LineBuffer {
  kstring_t text = KS_INITIALIZE;

  LineBuffer() = default;
  LineBuffer(LineBuffer const&) = delete;
  LineBuffer& operator=(LineBuffer const&) = delete;
  ~LineBuffer() { std::free(text.s); }
};

}  // namespace shoal::genome
