// SPDX-License-Identifier: MIT
// Bytes of an ONNX file → parsed, translated and, when small, planned and run.
#include "fuzz/small_network.hpp"
#include "model/onnx_reader.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    std::string const file = "fuzz.onnx";
    model::Replacements const nothing;
    model::ReplacementUse use(nothing);
    fuzz::score_small(model::build_onnx_network(model::parse_onnx(fuzz::text_of(data, size), file), file, use));
  });
  return 0;
}
