// SPDX-License-Identifier: MIT
// Random values in a backend's memory for tests of layer kernels, with a margin, and their copies on the host.
#pragma once

#include <random>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/sequence_values.hpp"

namespace shoal::test {

inline std::vector<float> random_floats(std::int64_t size, unsigned seed, double spread = 1.0) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, spread);
  std::vector<float> values(static_cast<std::size_t>(size));
  for (float& value : values) value = static_cast<float>(normal(generator));
  return values;
}

// [sequences, positions, channels] with margin rows on both sides and a few floats between sequences. Memory that no
// kernel may rely on holds 1e30; the margin holds zeros.
class LayerValues {
 public:
  LayerValues(device::Backend const& backend, std::int64_t sequences, std::int64_t positions, std::int64_t channels,
              std::int64_t margin = 0)
      : view_{nullptr, sequences, positions, channels, (positions + 2 * margin) * channels + 5, margin} {
    host_.assign(static_cast<std::size_t>(sequences * view_.stride), 1e30F);
    for (std::int64_t s = 0; s < sequences; ++s) {
      for (std::int64_t i = -margin * channels; i < (positions + margin) * channels; ++i) host_[index(s, i)] = 0.0F;
    }
    buffer_ = device::Buffer<float>(backend, std::span<float const>(host_));
    view_.data = buffer_.data() + margin * channels;
  }

  // `values` is [sequences, positions, channels].
  void set(std::vector<float> const& values) {
    std::int64_t const size = view_.positions * view_.channels;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(values.size()); ++i) {
      host_[index(i / size, i % size)] = values[static_cast<std::size_t>(i)];
    }
    buffer_.copy_from(host_);
  }
  std::vector<float> get() const {
    auto const all = buffer_.to_host();
    std::vector<float> values;
    for (std::int64_t s = 0; s < view_.sequences; ++s) {
      for (std::int64_t i = 0; i < view_.positions * view_.channels; ++i) values.push_back(all[index(s, i)]);
    }
    return values;
  }
  // Whether memory between sequences is unchanged and, on the CPU, the margin is zero.
  bool surroundings_are_kept() const {
    auto const all = buffer_.to_host();
    for (std::int64_t s = 0; s < view_.sequences; ++s) {
      for (std::int64_t i = 1; i <= view_.margin * view_.channels; ++i) {
        if (all[index(s, -i)] != 0.0F || all[index(s, view_.positions * view_.channels + i - 1)] != 0.0F) return false;
      }
      for (std::int64_t i = 0; i < 5; ++i) {
        if (all[index(s, (view_.positions + view_.margin) * view_.channels + i)] != 1e30F) return false;
      }
    }
    return true;
  }
  kernels::MutableValues view() const { return view_; }

 private:
  std::size_t index(std::int64_t sequence, std::int64_t element) const {
    return static_cast<std::size_t>(sequence * view_.stride + view_.margin * view_.channels + element);
  }

  kernels::MutableValues view_;
  std::vector<float> host_;
  device::Buffer<float> buffer_;
};

}  // namespace shoal::test
