// SPDX-License-Identifier: MIT
// The same suite on every backend: a fixture parametrised over CPU and CUDA, skipped where there is no device.
#pragma once

#include <gtest/gtest.h>

#include "device/backend.hpp"

namespace shoal::test {

// Derive a fixture from this, write TEST_P cases against `backend()`, and instantiate with SHOAL_ON_EVERY_BACKEND.
class OnBackend : public testing::TestWithParam<device::BackendKind> {
 protected:
  void SetUp() override {
    if (GetParam() == device::BackendKind::cpu) {
      backend_ = device::Backend::cpu(2);
    } else if (device::cuda_device_count() > 0) {
      backend_ = device::Backend::cuda();
    } else {
      GTEST_SKIP() << "no CUDA device";
    }
  }
  device::Backend const& backend() const { return *backend_; }

 private:
  std::unique_ptr<device::Backend> backend_;
};

inline std::string backend_label(testing::TestParamInfo<device::BackendKind> const& info) {
  return std::string(device::to_string(info.param));
}

}  // namespace shoal::test

#define SHOAL_ON_EVERY_BACKEND(Fixture)                                                                        \
  INSTANTIATE_TEST_SUITE_P(Backends, Fixture,                                                                  \
                           testing::Values(shoal::device::BackendKind::cpu, shoal::device::BackendKind::cuda), \
                           shoal::test::backend_label)
