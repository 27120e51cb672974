// SPDX-License-Identifier: MIT
// Bytes of a `.keras` archive → its members, and the graph of its configuration.
#include "fuzz/fuzz_target.hpp"
#include "model/keras_archive.hpp"
#include "model/keras_graph.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    fuzz::MemoryFile const file(fuzz::text_of(data, size));
    model::parse_keras_graph(model::unpack_keras_archive(file.path()).config, "fuzz.keras");
  });
  return 0;
}
