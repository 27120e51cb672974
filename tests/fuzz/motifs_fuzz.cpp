// SPDX-License-Identifier: MIT
// Text of a motif file → motifs.
#include "fuzz/fuzz_target.hpp"
#include "motif/motif_file.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  std::string const bytes(fuzz::text_of(data, size));
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    for (motif::Motif const& motif : motif::read_motifs("fuzz", &bytes).motifs) {
      for (double const bits : motif::information(motif.columns)) {
        if (!(bits > -1e-6 && bits < 2 + 1e-6)) std::abort();
      }
    }
  });
  return 0;
}
