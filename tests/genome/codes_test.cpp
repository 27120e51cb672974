// SPDX-License-Identifier: MIT
#include "genome/codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "genome/packed_rows.hpp"
#include "genome/support.hpp"

namespace shoal::genome {
namespace {

TEST(Codes, FoldsCaseAndReadsOtherLettersAsN) {
  EXPECT_EQ(to_codes("ACGTacgtNnRy*-."), (Codes{0, 1, 2, 3, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4}));
  EXPECT_EQ(to_text(Codes{3, 2, 1, 0, 4}), "TGCAN");
}

TEST(Codes, ReadsRnaAsDna) {
  EXPECT_EQ(to_codes("ACGUacgu"), to_codes("ACGTacgt"));
}

TEST(Codes, RefusesWhatIsNoLetter) {
  EXPECT_THAT(test::error_text(ErrorCode::input, [] { to_codes("AC1T"); }), testing::HasSubstr("'1' at position 3"));
  EXPECT_THAT(test::error_text(ErrorCode::input, [] { to_codes("AC T"); }), testing::HasSubstr("' '"));
}

TEST(Codes, ReverseComplementByHand) {
  Codes sequence = to_codes("AACGNT");
  reverse_complement(sequence);
  EXPECT_EQ(to_text(sequence), "ANCGTT");
  reverse_complement(sequence);
  EXPECT_EQ(to_text(sequence), "AACGNT");
}

TEST(Identity, DependsOnSequenceAndPlaceButNotOnName) {
  Locus const locus{"chr1", 10, 14, '+', "one", ""};
  Codes const sequence = to_codes("ACGT");
  auto const identity = locus_identity(locus, sequence);
  auto with = [&](auto change) {
    Locus other = locus;
    change(other);
    return locus_identity(other, sequence);
  };
  EXPECT_EQ(with([](Locus& other) { other.name += "two"; }), identity);
  EXPECT_EQ(with([](Locus& other) { other.skip_reason += "x"; }), identity);
  EXPECT_EQ(with([](Locus& other) { other.strand = '.'; }), identity);
  std::set<std::uint64_t> const distinct = {identity,
                                            with([](Locus& other) { other.strand = '-'; }),
                                            with([](Locus& other) { other.contig += "2"; }),
                                            with([](Locus& other) { other.start = 9; }),
                                            with([](Locus& other) { other.end = 15; }),
                                            locus_identity(locus, to_codes("ACGA"))};
  EXPECT_EQ(distinct.size(), 6u);
}

// A changed value would change every library of every store. From Python: the low half of XXH3-128 of the pieces 00 01
// 02 03, "chr1", 10, 14 (64 bits) and "-", each after its length in 64 bits.
TEST(Identity, KeepsItsValue) {
  EXPECT_EQ(locus_identity(Locus{"chr1", 10, 14, '-', "one", ""}, to_codes("ACGT")), 0x591f4c41400045d2u);
}

TEST(PackedRows, GivesBackWhatWasAppended) {
  std::mt19937 random(7);
  for (std::size_t const length : {1u, 31u, 32u, 33u, 64u, 65u, 249u}) {
    PackedRows rows;
    std::vector<Codes> kept;
    for (int row = 0; row < 20; ++row) {
      Codes sequence(length);
      unsigned const letters = row % 2 == 0 ? 4 : 5;
      for (auto& code : sequence) code = static_cast<std::uint8_t>(random() % letters);
      rows.append(sequence);
      kept.push_back(sequence);
    }
    for (std::size_t row = 0; row < kept.size(); ++row) EXPECT_EQ(rows.row(static_cast<std::int64_t>(row)), kept[row]);
  }
}

}  // namespace
}  // namespace shoal::genome
