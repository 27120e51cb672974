// SPDX-License-Identifier: MIT
// What HDF5 cannot do: reserve space, make data durable, publish a file under its name.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_handle.hpp"

namespace shoal::store {

struct DescriptorTraits {
  using type = int;
  static constexpr int null() { return -1; }
  static void release(int descriptor);
};
using Descriptor = UniqueHandle<DescriptorTraits>;

// Throws Error(output, "cannot write PATH: REASON") for the errno value `reason`; `detail` is added after it.
[[noreturn]] void fail_write(std::string const& path, int reason, std::string const& detail = "");

// Opens (and creates) `path` for reading and writing. Errors: output.
Descriptor open_file(std::string const& path);

// Stops early when the file system of `path` has less than `bytes` free. Errors: output, with both sizes.
void check_free_space(std::string const& path, std::int64_t bytes);

// Allocates disk blocks for the whole file of `descriptor`, so that later writes cannot run out of space. Bytes
// never written read as zero. Errors: output, with the size needed.
void reserve(Descriptor const& descriptor, std::string const& path);

// Waits until the file's data are on disk; reports write errors that the operating system had kept. Errors: output.
void sync_data(Descriptor const& descriptor, std::string const& path);

// Gives the file `temporary` the name `path`, durably, replacing what was there. Errors: output.
void publish(std::string const& temporary, std::string const& path);

}  // namespace shoal::store
