// SPDX-License-Identifier: MIT
// The largest change that an allele makes to a head's profile, and where it is, as SpliceAI's delta scores.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace shoal::variants {

// Where a head's positions lie in a window, in the genome's direction: position t stands for the bases from
// first_base + t * bases_per_position up to the next position's.
struct ProfileGrid {
  std::int64_t first_base = 0;
  std::int64_t bases_per_position = 1;
};

// The grid inside a window of `length` bases; `reversed` is for profiles of the reverse complement, which are turned
// round.
ProfileGrid grid_of(std::int64_t length, std::int64_t positions, std::int64_t bases_per_position, bool reversed);

// An allele in its window.
struct AllelePlace {
  std::int64_t start = 0;        // the variant's first base in both windows
  std::int64_t reference = 0;    // bases of REF
  std::int64_t alternative = 0;  // length of ALT, in REF's place in the alternative's window
};

struct ProfileChange {
  double gain = 0;               // the largest of alternative - reference
  double loss = 0;               // the largest of reference - alternative
  std::int64_t gain_offset = 0;  // the base where it is, minus the variant's first base; at bins, their middle base
  std::int64_t loss_offset = 0;  // the first such base where several are as large
};

struct ChangeOptions {
  std::int64_t distance = -1;       // bases to either side of the variant's first base that are examined; below 0: all
  bool deleted_bases_count = true;  // true: as a change from the reference's value to 0; false: they are left out
};

// Compares two profiles with the same number of positions, in the genome's direction. With one base per position,
// values of the same base of the genome are compared:
//   before the variant             as they stand;
//   base k of REF, for k below the shorter allele's length
//                                  with base k of ALT;
//   bases of REF after ALT's end   (a deletion) with 0, since the alternative has nothing there;
//   bases of ALT after REF's end   (an insertion) together with the ALT base at REF's last: the largest of these
//                                  values is compared with that of REF's last base;
//   after the variant              base by base, the alternative being shifted by the alleles' difference in length;
//                                  what leaves the profile on the right is not compared.
// These are SpliceAI's rules (Jaganathan et al., Cell 2019). With several bases per position, positions are compared as
// they stand, also after insertions and deletions. Nothing where no pair of values is finite.
std::optional<ProfileChange> largest_change(std::span<float const> reference, std::span<float const> alternative,
                                            ProfileGrid const& grid, AllelePlace const& allele,
                                            ChangeOptions const& options);

}  // namespace shoal::variants
