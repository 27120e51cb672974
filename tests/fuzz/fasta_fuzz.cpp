// SPDX-License-Identifier: MIT
// Text of a FASTA file (plain, gzip or bgzip) → its records as loci, or as a genome that is read at random places.
#include "base/log.hpp"
#include "fuzz/fuzz_target.hpp"
#include "genome/genome_file.hpp"
#include "genome/loci.hpp"

namespace {

using namespace shoal;

void read_records(std::string const& path) {
  genome::LociOptions options;
  options.fasta = path;
  genome::LocusTable table = genome::LocusTable::read(options);
  for (std::int64_t i = 0; i < table.size(); ++i) static_cast<void>(table.sequence(i));
}

void read_windows(std::string const& path, fuzz::Bytes& bytes) {
  genome::GenomeFile genome(path);
  for (std::string const& contig : genome.contigs()) {
    std::int64_t const length = genome.length(contig);
    if (length > 60'000) continue;
    std::int64_t const start = bytes.number(0, length), end = bytes.number(start, length);
    if (static_cast<std::int64_t>(genome.fetch(contig, start, end).size()) != end - start) std::abort();
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  set_log_level(LogLevel::error);
  fuzz::Bytes bytes(data, size);
  bool const as_genome = bytes.flag();
  fuzz::MemoryFile const file(bytes.rest());
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    if (as_genome) {
      read_windows(file.path(), bytes);
    } else {
      read_records(file.path());
    }
  });
  return 0;
}
