// SPDX-License-Identifier: MIT
// Bytes of a Keras HDF5 file → read through the child process, as the program does; far slower than the others.
#include "fuzz/fuzz_target.hpp"
#include "readers/keras/reader.hpp"
#include "readers/read_network.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    fuzz::MemoryFile const file(fuzz::text_of(data, size));
    readers::read_network(file.path());
  });
  return 0;
}
