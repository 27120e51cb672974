// SPDX-License-Identifier: MIT
// Text of a BED or narrowPeak file → rows.
#include "fuzz/fuzz_target.hpp"
#include "genome/bed_reader.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::Bytes bytes(data, size);
  auto const anchor = bytes.flag() ? genome::Anchor::summit : genome::Anchor::midpoint;
  fuzz::MemoryFile const file(bytes.rest());
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    genome::BedReader reader(file.path(), anchor);
    while (reader.next()) {
    }
  });
  return 0;
}
