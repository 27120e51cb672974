// SPDX-License-Identifier: MIT
// JSON text of a Keras model's configuration → list of layers.
#include "fuzz/fuzz_target.hpp"
#include "readers/keras/graph/graph.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input},
                                  [&] { readers::parse_keras_graph(fuzz::text_of(data, size), "fuzz.json"); });
  return 0;
}
