// SPDX-License-Identifier: MIT
// One RAII template for the handles of C libraries: streams, HDF5 ids, htslib pointers, communicators.
#pragma once

#include <utility>

namespace shoal {

// Owns one handle. `Traits` names `type`, `null()` (the value that owns nothing) and `release(type)`.
template <class Traits>
class UniqueHandle {
 public:
  using Type = typename Traits::type;

  UniqueHandle() = default;
  explicit UniqueHandle(Type handle) : handle_(handle) {}
  UniqueHandle(UniqueHandle&& other) noexcept : handle_(std::exchange(other.handle_, Traits::null())) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, Traits::null());
    }
    return *this;
  }
  UniqueHandle(UniqueHandle const&) = delete;
  UniqueHandle& operator=(UniqueHandle const&) = delete;
  ~UniqueHandle() { reset(); }

  Type get() const { return handle_; }
  explicit operator bool() const { return handle_ != Traits::null(); }
  // Gives the handle up without releasing it.
  Type release() { return std::exchange(handle_, Traits::null()); }
  // Releases the handle now.
  void reset() {
    if (handle_ != Traits::null()) Traits::release(std::exchange(handle_, Traits::null()));
  }

 private:
  Type handle_ = Traits::null();
};

}  // namespace shoal
