// SPDX-License-Identifier: MIT
// From an allele of a VCF record to the two sequences that a network compares.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genome/genome_file.hpp"
#include "genome/loci.hpp"
#include "genome/vcf_file.hpp"

namespace shoal::variants {

// Windows of `length` bases on the + strand, both beginning at position - length / 2, so that the record's first
// base stands at length / 2. The alternative has the allele in the reference's place and then goes on with the genome:
// after a deletion it reaches further right, after an insertion less far. Outside the contig both are N.
struct AlleleWindows {
  std::string skipped;  // why there are no windows, in one word or more joined by '_' (VCF allows no spaces); or empty
  genome::Codes reference;
  genome::Codes alternative;
};

// Rules, in this order. Skipped: overlapping_deletion (the allele '*'), no_alternative ('.'), symbolic (<DEL>, …),
// breakend, not_ACGT (another letter in either allele), same_as_reference, longer_than_half_the_window (either
// allele), unknown_contig, reference_mismatch (REF is not what the genome has there, or reaches over the contig's end).
// Letters' case does not matter.
AlleleWindows allele_windows(genome::GenomeFile& genome, genome::Variant const& variant, std::string const& alternative,
                             std::int64_t length);

// The rules that need no genome; empty when the allele passes them.
std::string allele_objection(std::string const& reference, std::string const& alternative);

}  // namespace shoal::variants
