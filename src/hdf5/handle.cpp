// SPDX-License-Identifier: MIT
#include "hdf5/handle.hpp"

#include <fmt/core.h>

namespace shoal::hdf5 {

void quiet_errors() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

namespace {

// Walked from the innermost record outwards, because the first description is the cause.
herr_t keep_first(unsigned, H5E_error2_t const* record, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (reason.empty() && record->desc != nullptr) reason = record->desc;
  return 0;
}

}  // namespace

std::string take_error_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "unknown reason" : reason;
}

void fail_h5(ErrorCode code, std::string_view what) {
  fail(code, fmt::format("{}: {}", what, take_error_reason()));
}

}  // namespace shoal::hdf5
