// SPDX-License-Identifier: MIT
// Owned HDF5 identifiers and checked calls. Only one thread, the main one, calls HDF5.
#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/unique_handle.hpp"

namespace shoal::hdf5 {

// UniqueHandle traits of one kind of identifier; `Close` is HDF5's own function for it.
template <herr_t (*Close)(hid_t)>
struct IdTraits {
  using type = hid_t;
  static constexpr hid_t null() { return H5I_INVALID_HID; }
  static void release(hid_t id) { Close(id); }
};

using File = UniqueHandle<IdTraits<&H5Fclose>>;
using Group = UniqueHandle<IdTraits<&H5Gclose>>;
using Dataset = UniqueHandle<IdTraits<&H5Dclose>>;
using Attribute = UniqueHandle<IdTraits<&H5Aclose>>;
using Dataspace = UniqueHandle<IdTraits<&H5Sclose>>;
using Datatype = UniqueHandle<IdTraits<&H5Tclose>>;
using PropertyList = UniqueHandle<IdTraits<&H5Pclose>>;
// Any object opened by name with H5Oopen.
using Object = UniqueHandle<IdTraits<&H5Oclose>>;

// Stops HDF5 from printing its error stack to standard error, because errors of Shoal contain the reason.
void quiet_errors();

// The innermost reason on HDF5's error stack, for example "unable to open file: Permission denied"; "unknown reason"
// when the stack is empty. Clears the stack.
std::string take_error_reason();

// Throws Error(code, "WHAT: REASON").
[[noreturn]] void fail_h5(ErrorCode code, std::string_view what);

// Returns `result` of an HDF5 call if it is not negative. Errors: `code`, "WHAT: REASON".
template <class Result>
Result check_h5(Result result, std::string_view what, ErrorCode code = ErrorCode::input) {
  if (result < 0) fail_h5(code, what);
  return result;
}

// The same for a call that returns a new identifier, owned by `Handle`: own<Dataset>(H5Dopen2(…), "cannot open …").
template <class Handle>
Handle own(hid_t id, std::string_view what, ErrorCode code = ErrorCode::input) {
  return Handle(check_h5(id, what, code));
}

}  // namespace shoal::hdf5
