// SPDX-License-Identifier: MIT
#include "genome/window_part.hpp"

#include <gtest/gtest.h>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

TEST(WindowPart, BeginsWhereAWindowAroundTheSameAnchorDoes) {
  // Anchor at 5: windows of 10, 9, 5, 4 begin at 0, 1, 3, 3.
  EXPECT_EQ(centred_part(10, 10), (WindowPart{0, 10}));
  EXPECT_EQ(centred_part(10, 9), (WindowPart{1, 9}));
  EXPECT_EQ(centred_part(10, 5), (WindowPart{3, 5}));
  EXPECT_EQ(centred_part(10, 4), (WindowPart{3, 4}));
  EXPECT_EQ(centred_part(9, 4), (WindowPart{2, 4}));
  EXPECT_EQ(centred_part(1000, 249), (WindowPart{376, 249}));
  // On the strand '-' what lies after the part comes first.
  EXPECT_EQ(oriented_start({376, 249}, 1000, '+'), 376);
  EXPECT_EQ(oriented_start({376, 249}, 1000, '.'), 376);
  EXPECT_EQ(oriented_start({376, 249}, 1000, '-'), 375);
}

// Windows of every pair of lengths, on both strands and over a contig's edges.
TEST(WindowPart, IsTheWindowOfATableOfThatLength) {
  test::TemporaryFolder const folder;
  std::string letters;
  for (int i = 0; i < 60; ++i) letters += "ACGTTGCAAC"[(i * i + i / 7) % 10];
  std::string const genome = test::write(folder, "genome.fa", ">chr\n" + letters + "\n");
  std::string const bed = test::write(folder, "loci.bed",
                                      "chr\t2\t5\ta\t0\t+\nchr\t20\t30\tb\t0\t-\nchr\t21\t30\tc\t0\t+\n"
                                      "chr\t40\t41\td\t0\t-\nchr\t55\t60\te\t0\t.\n");
  auto const table_of = [&](std::int64_t length) {
    LociOptions options;
    options.genome = genome;
    options.loci = bed;
    options.length = length;
    return LocusTable::read(options);
  };
  for (std::int64_t const window : {16, 17}) {
    LocusTable whole = table_of(window);
    for (std::int64_t const length : {1, 2, 7, 8, 15, 16}) {
      LocusTable own = table_of(length);
      WindowPart const part = centred_part(window, length);
      for (std::int64_t row = 0; row < whole.size(); ++row) {
        Locus const cut = part_of(whole.locus(row), part);
        EXPECT_EQ(cut.start, own.locus(row).start) << window << " " << length << " " << row;
        EXPECT_EQ(cut.end, own.locus(row).end);
        EXPECT_EQ(cut.strand, own.locus(row).strand);
        Codes const sequence = part_of(whole.sequence(row), part, cut.strand);
        EXPECT_EQ(sequence, own.sequence(row)) << window << " " << length << " " << row;
        EXPECT_EQ(locus_identity(cut, sequence), locus_identity(own.locus(row), own.sequence(row)));
      }
    }
  }
}

}  // namespace
}  // namespace shoal::genome
