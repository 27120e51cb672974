// SPDX-License-Identifier: MIT
// Rules of a VCF data line that htslib does not enforce, or on which it breaks off without saying why.
#pragma once

#include <string>
#include <string_view>

namespace shoal::genome {

// The first rule of VCF 4.3 (sections 1.4 and 1.6) that the line's fixed columns CHROM to INFO break, as the end of a
// sentence; empty if they break none. htslib reads "12x" and "1,200" as POS 12 and 1.
std::string vcf_objection(std::string_view line);

// Why a line whose fixed columns are right cannot be read: its number of columns differs from the header's, or
// something else.
std::string vcf_refusal(std::string_view line, std::size_t header_columns);

}  // namespace shoal::genome
