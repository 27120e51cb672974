// SPDX-License-Identifier: MIT
// Bytes of a `.keras` archive → its members, and the graph of its configuration.
#include "fuzz/fuzz_target.hpp"
#include "readers/keras/file/archive.hpp"
#include "readers/keras/graph/graph.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    fuzz::MemoryFile const file(fuzz::text_of(data, size));
    readers::parse_keras_graph(readers::unpack_keras_archive(file.path()).config, "fuzz.keras");
  });
  return 0;
}
