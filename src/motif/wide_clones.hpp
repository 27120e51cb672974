// SPDX-License-Identifier: MIT
// Loops that GCC compiles for several instruction sets and chooses from when the program starts. They may only do the
// same operation on every element (no sums, no fused multiply-adds: -ffp-contract=off), so that all give the same bits.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define SHOAL_WIDE_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
// The same for whole numbers of 16 bits, of which 32 fit into a vector of AVX-512BW.
#define SHOAL_WORD_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SHOAL_WIDE_CLONES
#define SHOAL_WORD_CLONES
#endif
