// SPDX-License-Identifier: MIT
// Bytes of an ONNX file → parsed, translated and, when small, planned and run.
#include "fuzz/small_network.hpp"
#include "readers/onnx/reader.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    std::string const file = "fuzz.onnx";
    readers::Replacements const nothing;
    readers::ReplacementUse use(nothing);
    fuzz::score_small(readers::build_onnx_network(readers::parse_onnx(fuzz::text_of(data, size), file), file, use));
  });
  return 0;
}
