// SPDX-License-Identifier: MIT
// Letters and base codes, one at a time, and the other strand.
#pragma once

#include <cstdint>

#include "genome/loci.hpp"

namespace shoal::genome {

// Whether a sequence may hold this character: a letter, a stop or pad ('*'), or a gap ('-').
bool is_sequence_character(char character);

// The code of a sequence character: 0..3 for A, C, G, T in either case, otherwise kernels::code_n.
std::uint8_t to_code(char character);

// Replaces `sequence` by its reverse complement; N stays N.
void reverse_complement(Codes& sequence);

}  // namespace shoal::genome
