// SPDX-License-Identifier: MIT
// Memory of a backend that holds `size` values of a plain type.
#pragma once

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "device/backend.hpp"

namespace shoal::device {

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer() = default;
  // `size` uninitialised values.
  Buffer(Backend const& backend, std::size_t size)
      : backend_(&backend), data_(static_cast<T*>(backend.allocate(size * sizeof(T)))), size_(size) {}
  // A copy of host values.
  Buffer(Backend const& backend, std::span<T const> values) : Buffer(backend, values.size()) { copy_from(values); }

  Buffer(Buffer&& other) noexcept
      : backend_(std::exchange(other.backend_, nullptr)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(backend_, other.backend_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() {
    if (data_ != nullptr) backend_->deallocate(data_);
  }

  // A pointer into the backend's memory: not to be followed on the host unless the backend is the CPU.
  T* data() { return data_; }
  T const* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

  void fill_zero() { backend_->fill_zero(data_, bytes()); }
  // Copies values.size() (at most size()) values from the host to the front.
  void copy_from(std::span<T const> values) {
    expect(values.size() <= size_, "a Buffer got more values than it holds");
    backend_->copy_from_host(data_, values.data(), values.size_bytes());
  }
  // Copies the first values.size() values to the host and waits for them.
  void copy_to(std::span<T> values) const {
    expect(values.size() <= size_, "a Buffer was asked for more values than it holds");
    backend_->copy_to_host(values.data(), data_, values.size_bytes());
  }
  std::vector<T> to_host() const {
    std::vector<T> values(size_);
    copy_to(values);
    return values;
  }
  // Grows to at least `size` values; contents are lost when it has to grow.
  void reserve(Backend const& backend, std::size_t size) {
    if (size > size_) *this = Buffer(backend, size);
  }

 private:
  Backend const* backend_ = nullptr;
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace shoal::device
