// SPDX-License-Identifier: MIT
#include "app/options/loci_arguments.hpp"

#include <iostream>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "mpi/agree.hpp"

namespace shoal::app {

namespace {

void add_windows(genome::LociOptions& loci, OptionTable& options) {
  options.add<std::int64_t>({
      .name = "length",
      .target = &loci.length,
      .value = "L",
      .help = "window length around each row's anchor, and what networks of an open input length read; 0: what the "
              "network reads, which rows that wide have by themselves",
      .comment = "Bases around the anchor of each row; it has to be what the network reads, and is what it reads where "
                 "its file leaves the length of its input open. 0: what the network reads; rows that are as wide are "
                 "taken as they are, and a notice says how many are not.",
      .key = "loci.digest",
      .check = not_negative<std::int64_t>,
      .is_common = true,
  });
  options.add<genome::Anchor>({
      .name = "anchor",
      .target = &loci.anchor,
      .value = "midpoint|summit",
      .help = "centre of the window: midpoint of the row, or the summit of a narrowPeak",
      .example = "summit",
      .key = "loci.digest",
      .form = one_of<genome::Anchor>({{"midpoint", genome::Anchor::midpoint}, {"summit", genome::Anchor::summit}}),
  });
  options.add<genome::EdgePolicy>({
      .name = "edge",
      .target = &loci.edge,
      .value = "pad|skip",
      .help = "a window over a contig's edge: N there, or a skipped row",
      .comment = "A window over a contig's edge: pad with N, or skip (the row stays in the store, with the reason).",
      .example = "skip",
      .key = "loci.digest",
      .form = one_of<genome::EdgePolicy>({{"pad", genome::EdgePolicy::pad}, {"skip", genome::EdgePolicy::skip}}),
  });
}

}  // namespace

void LociArguments::add_to(OptionTable& options) {
  options.section("loci");
  options.add<std::string>({
      .name = "fasta",
      .target = &loci.fasta,
      .value = "FILE",
      .help = "ready sequences as loci; - is standard input",
      .comment = "Ready sequences of one length, instead of genome and loci; - is standard input.",
      .example = "sequences.fa",
      .key = "loci.digest",
      .is_common = true,
  });
  options.add<std::string>({
      .name = "genome",
      .target = &loci.genome,
      .value = "FILE",
      .help = "genome: FASTA, plain or bgzip",
      .example = "genome.fa",
      .key = "loci.digest",
      .is_common = true,
  });
  options.add<std::string>({
      .name = "loci",
      .target = &loci.loci,
      .value = "BED",
      .help = "rows of the genome: BED, narrowPeak, broadPeak, gappedPeak; - is standard input",
      .example = "peaks.bed",
      .key = "loci.digest",
      .is_common = true,
  });
  add_windows(loci, options);
  options.add<bool>({
      .name = "fasta-coordinates",
      .target = &loci.fasta_coordinates,
      .value = "auto|off",
      .help = "names of FASTA records such as chr1:100-260(-) are their places, where the record's length says so; "
              "off: names",
      .comment = "Names of FASTA records such as chr1:100-260(-) (bedtools) or chr1:101-260/rc (samtools) are places, "
                 "record by record; off: only names.",
      .example = "off",
      .key = "loci.digest",
      .form = one_of<bool>({{"auto", true}, {"off", false}}),
  });
}

void read_standard_input(genome::LociOptions& loci, mpi::Communicator const& communicator) {
  if (loci.loci != genome::standard_input_name && loci.fasta != genome::standard_input_name) return;
  mpi::on_first_rank(communicator, [&] {
    loci.standard_input.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (std::cin.bad()) fail(ErrorCode::input, "standard input: cannot be read");
  });
  loci.standard_input = communicator.broadcast(std::move(loci.standard_input));
}

}  // namespace shoal::app
