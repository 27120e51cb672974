// SPDX-License-Identifier: MIT
// Coordinates that tools write into the names of FASTA records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shoal::genome {

// Where a record comes from, 0-based and half-open.
struct NamedPlace {
  std::string contig;
  std::int64_t start = 0;
  std::int64_t end = 0;
  char strand = '+';             // '+', '-' or '.'; the record of '-' is the reverse complement
  bool counts_from_one = false;  // as the name writes it
};

// The place in a name "CONTIG:A-B", "CONTIG:A-B(STRAND)" (bedtools getfasta, also with -name: "TEXT::CONTIG:A-B") or
// "CONTIG:A-B/rc" (samtools faidx -i). The record's length tells what A and B are: with B - A bases they are 0-based
// and half-open; with B - A + 1 bases they count from 1 and are inclusive. Nothing if neither fits, or the name has
// another form: signs are not read.
std::optional<NamedPlace> place_in_name(std::string_view name, std::int64_t bases);

}  // namespace shoal::genome
