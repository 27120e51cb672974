// SPDX-License-Identifier: MIT
// Rules of a VCF data line that htslib does not hold, or breaks off at without saying why.
#pragma once

#include <string>
#include <string_view>

namespace shoal::genome {

// The first rule of VCF 4.3 (sections 1.4 and 1.6) that the line's fixed columns CHROM to INFO break, as the end of a
// sentence; empty when they break none. htslib takes "12x" and "1,200" as POS for 12 and 1.
std::string vcf_objection(std::string_view line);

// Why a line whose fixed columns are right cannot be read: its number of columns is not the header's, or something
// else.
std::string vcf_refusal(std::string_view line, std::size_t header_columns);

}  // namespace shoal::genome
