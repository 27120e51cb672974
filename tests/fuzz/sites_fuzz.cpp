// SPDX-License-Identifier: MIT
// A table of sites → sites of three loci of 20 bases.
#include "confirm/sites.hpp"
#include "fuzz/fuzz_target.hpp"

namespace {

shoal::genome::LocusTable three_loci() {
  shoal::fuzz::MemoryFile const file(
      ">one\nACGTACGTACGTACGTACGT\n>chr1:100-120(-)\nACGTACGTACGTACGTACGT\n>one\nTTTTTACGTACGTACGTACG\n");
  shoal::genome::LociOptions options;
  options.fasta = file.path();
  return shoal::genome::LocusTable::read(options);
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  static genome::LocusTable const loci = three_loci();
  fuzz::MemoryFile const file(fuzz::text_of(data, size));
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    confirm::SiteList const list = confirm::read_sites(file.path(), loci);
    for (confirm::Site const& site : list.sites) {
      bool const is_inside = site.locus >= 0 && site.locus < 3 && site.start >= 0 && site.start < site.end &&
                             site.end <= 20 && site.motif < list.motifs.size();
      if (!is_inside) std::abort();
    }
  });
  return 0;
}
