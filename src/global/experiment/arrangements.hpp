// SPDX-License-Identifier: MIT
// Which sequences are made of every context, each arrangement of inserts once, and which effects are made of which.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "global/global.hpp"

namespace shoal::global {

// What is inserted: the motif itself, or a control.
enum class InsertKind { motif, scrambled, dinucleotide };

std::string_view to_string(InsertKind kind);
InsertKind insert_kind(library::Control control);

struct Insert {
  std::size_t motif = 0;
  InsertKind kind = InsertKind::motif;
  char orientation = '+';
  std::int64_t position = 0;

  friend auto operator<=>(Insert const&, Insert const&) = default;
};

// A context with these inserts, which do not overlap; without inserts the context itself.
using Arm = std::vector<Insert>;

// The numbers of the arms from which the effects of a pair are made.
struct PairArms {
  std::size_t both = 0;
  std::size_t upstream = 0;
  std::size_t downstream = 0;
  // The arms with a scrambled downstream motif; 0 without that control.
  std::size_t control_both = 0;
  std::size_t control_downstream = 0;
};

struct Arrangements {
  std::vector<Arm> arms;  // arm 0: the context itself
  std::vector<SingleDesign> singles;
  std::vector<std::size_t> single_arms;
  std::vector<PairDesign> pairs;
  std::vector<PairArms> pair_arms;
};

// Where the upstream motif of a pair begins.
std::int64_t pair_start(GlobalOptions const& options, MotifPair pair, std::int64_t spacing, std::int64_t length);
// Where a single motif begins: the options' positions, or the middle.
std::vector<std::int64_t> single_positions(GlobalOptions const& options, library::Motif const& motif,
                                           std::int64_t length);

// Single motifs and their controls at every position in both orientations, then the pairs at every orientation and
// spacing.
Arrangements make_arrangements(GlobalOptions const& options, std::int64_t length);

}  // namespace shoal::global
