// SPDX-License-Identifier: MIT
// Coordinates in names of FASTA records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genome/fasta_name.hpp"
#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

TEST(FastaNames, ArePlacesOfTwoKinds) {
  struct Case {
    char const* name;
    std::int64_t bases;
    char const* contig;
    std::int64_t start;
    std::int64_t end;
    char strand;
  };
  std::vector<Case> const cases = {
      {"chr1:100-260", 160, "chr1", 100, 260, '+'},         // bedtools getfasta
      {"chr1:101-260", 160, "chr1", 100, 260, '+'},         // samtools faidx
      {"chr1:0-4", 4, "chr1", 0, 4, '+'},                   //
      {"chr1:1-4", 4, "chr1", 0, 4, '+'},                   //
      {"chr1:100-260(-)", 160, "chr1", 100, 260, '-'},      // getfasta -s
      {"chr1:100-260(.)", 160, "chr1", 100, 260, '.'},      //
      {"chr1:101-260/rc", 160, "chr1", 100, 260, '-'},      // faidx -i
      {"chr1:101-260(-)", 160, "chr1", 100, 260, '-'},      // faidx -i --mark-strand sign
      {"p1::chr1:100-260(+)", 160, "chr1", 100, 260, '+'},  // getfasta -name -s
      {"HLA*A:01:01:5-9", 4, "HLA*A:01:01", 5, 9, '+'},     //
      {"chr1_KI270706v1_random:5-9", 5, "chr1_KI270706v1_random", 4, 9, '+'},
  };
  for (auto const& one : cases) {
    auto const place = place_in_name(one.name, one.bases);
    ASSERT_TRUE(place) << one.name;
    EXPECT_EQ(place->contig, one.contig) << one.name;
    EXPECT_EQ(place->start, one.start) << one.name;
    EXPECT_EQ(place->end, one.end) << one.name;
    EXPECT_EQ(place->strand, one.strand) << one.name;
  }
}

TEST(FastaNames, OfOtherKindsStayNames) {
  struct Case {
    char const* name;
    std::int64_t bases;
  };
  std::vector<Case> const cases = {{"peak_1", 4},
                                   {"chr1:5-9", 6},
                                   {"chr1:5-9", 3},
                                   {"chr1:1,000-2,000", 1000},
                                   {"chr1:0-3", 4},
                                   {":5-9", 4},
                                   {"chr1:5-", 4},
                                   {"chr1:-9", 9},
                                   {"chr1:a-9", 4},
                                   {"chr1-5:9", 4},
                                   {"chr1:5-9(x)", 4},
                                   {"chr1:5-9(+", 4},
                                   {"chr1:5-9/rc", 4},
                                   {"chr1:+5-9", 4},
                                   {"chr1:5-9:+", 4},
                                   {"chr1:9-5", 4},
                                   {"", 4},
                                   {"::", 4},
                                   {"x::", 4},
                                   {"chr1:5--9", 4},
                                   {"chr1:-5--1", 4},
                                   {"chr1:99999999999999999995-99999999999999999999", 4}};
  for (auto const& one : cases) EXPECT_FALSE(place_in_name(one.name, one.bases)) << one.name;
}

// The same rows as BED and as what tools cut out of the genome: one identity, so the same libraries and maps.
TEST(FastaNames, GiveTheIdentityOfTheBedRow) {
  test::TemporaryFolder folder;
  auto const genome = test::write(folder, "g.fa", test::tiny_genome);
  auto const bed = test::write(folder, "l.bed", "chr1\t8\t12\tp\t0\t+\nchr1\t8\t12\tq\t0\t-\nchr2\t2\t6\tr\t0\t+\n");
  auto rows = LocusTable::read(test::windows(genome, bed));
  for (char const* fasta : {">chr1:8-12(+)\nTTGG\n>chr1:8-12(-)\nCCAA\n>r::chr2:2-6(+)\nGCCC\n",
                            ">chr1:9-12\nTTGG\n>chr1:9-12/rc\nCCAA\n>chr2:3-6\nGCCC\n"}) {
    auto records = LocusTable::read(test::ready(test::write(folder, "s.fa", fasta)));
    ASSERT_EQ(records.size(), 3);
    for (std::int64_t row = 0; row < 3; ++row) {
      EXPECT_EQ(locus_identity(records.locus(row), records.sequence(row)),
                locus_identity(rows.locus(row), rows.sequence(row)));
    }
  }
  auto records = LocusTable::read(test::ready(test::write(folder, "s.fa", ">p::chr1:8-12(+) first\nTTGG\n")));
  EXPECT_EQ(records.locus(0).name, "p::chr1:8-12(+)");
}

TEST(FastaNames, AreReadRecordByRecordAndCanBeTurnedOff) {
  test::TemporaryFolder folder;
  auto options = test::ready(test::write(folder, "s.fa", ">chr1:8-12\nTTGG\n>control\nAAAA\n>chr1:9-12\nTTGG\n"));
  testing::internal::CaptureStderr();
  auto table = LocusTable::read(options);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("of 3 names of records, 2 are coordinates (1 from 0, half-open; 1 from 1, inclusive)"));
  EXPECT_EQ(table.locus(0).start, 8);
  EXPECT_EQ(table.locus(1).contig, "control");
  EXPECT_EQ(table.locus(1).start, 0);
  EXPECT_EQ(table.locus(2).start, 8);
  options.fasta_coordinates = false;
  testing::internal::CaptureStderr();
  auto names = LocusTable::read(options);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(names.locus(0).contig, "chr1:8-12");
  EXPECT_EQ(names.locus(0).start, 0);
  EXPECT_EQ(names.locus(0).end, 4);
}

TEST(StandardInput, IsReadInPlaceOfAFileOfLoci) {
  test::TemporaryFolder folder;
  auto rows = test::windows(test::write(folder, "g.fa", test::tiny_genome), "-");
  rows.standard_input = "chr1\t8\t12\n";
  EXPECT_EQ(to_text(LocusTable::read(rows).sequence(0)), "TTGG");
  rows.standard_input = "chr1\t8\n";
  EXPECT_THAT(test::table_error(rows), HasSubstr("standard input:1: 'chr1\\t8' has 2 column(s)"));
  rows.standard_input = "";
  EXPECT_THAT(test::table_error(rows), HasSubstr("standard input: the file is empty"));
  auto records = test::ready("-");
  records.standard_input = test::read_bytes(test::data("genome/small.fa.gz"));
  EXPECT_THAT(test::table_error(records), HasSubstr("standard input:"));
  records.standard_input = ">a\nACGT\n";
  EXPECT_EQ(to_text(LocusTable::read(records).sequence(0)), "ACGT");
}

}  // namespace
}  // namespace shoal::genome
