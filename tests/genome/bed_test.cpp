// SPDX-License-Identifier: MIT
// What is read from a BED file, and what is refused, with the message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

LocusTable read(std::string const& bed, std::int64_t length = 0) {
  test::TemporaryFolder folder;
  auto const genome = test::write(folder, "g.fa", test::tiny_genome);
  return LocusTable::read(test::windows(genome, test::write(folder, "l.bed", bed), length));
}

std::string error(std::string const& bed, std::int64_t length = 0, Anchor anchor = Anchor::midpoint) {
  test::TemporaryFolder folder;
  auto const genome = test::write(folder, "g.fa", test::tiny_genome);
  auto options = test::windows(genome, test::write(folder, "l.bed", bed), length);
  options.anchor = anchor;
  return test::table_error(options);
}

TEST(Bed, ReadsCommentsHeadersBlankLinesAndBothLineEnds) {
  auto table =
      read("browser position chr1:1-20\ntrack name=\"x\"\n#note\r\n\n  \t\nchr1\t0\t4\r\nchr1\t4\t8\n\nchr2\t2\t6");
  ASSERT_EQ(table.size(), 3);
  EXPECT_EQ(table.length(), 4);
  EXPECT_EQ(to_text(table.sequence(0)), "ACGT");
  EXPECT_EQ(to_text(table.sequence(1)), "ACGT");
  EXPECT_EQ(to_text(table.sequence(2)), "GCCC");
  EXPECT_EQ(table.locus(2).name, "chr2:2-6");
  EXPECT_EQ(table.locus(2).strand, '+');
}

TEST(Bed, ReadsBlanksInPlaceOfTabsAndNamesWithBlanks) {
  auto blanks = read("chr1 8  12 name 0 -\n");
  EXPECT_EQ(blanks.locus(0).name, "name");
  EXPECT_EQ(to_text(blanks.sequence(0)), "CCAA");
  EXPECT_EQ(read("chr1\t8\t12\ta name\n").locus(0).name, "a name");
}

TEST(Bed, ReadsTwelveColumnsAndEmptyNames) {
  auto table = read("chr1\t0\t4\t.\t0\t.\t0\t4\t0\t1\t4,\t0,\nchr1\t4\t8\t\t0\t-\t0\t4\t0\t1\t4,\t0,\n");
  EXPECT_EQ(table.locus(0).name, "chr1:0-4");
  EXPECT_EQ(table.locus(0).strand, '.');
  EXPECT_EQ(table.locus(1).name, "chr1:4-8");
  EXPECT_EQ(to_text(table.sequence(1)), "ACGT");
}

TEST(Bed, NamesOfContigsMayBeginLikeHeaders) {
  test::TemporaryFolder folder;
  auto const genome = test::write(folder, "g.fa", ">track1\nACGT\n>browser_x\nTTTT\n");
  auto const bed = test::write(folder, "l.bed", "track1\t0\t4\nbrowser_x\t0\t4\n");
  EXPECT_EQ(LocusTable::read(test::windows(genome, bed)).size(), 2);
}

// gappedPeak has 15 columns, IDR's narrowPeak 20; a table may have any number.
TEST(Bed, ReadsTheFirstColumnsOfRowsThatHaveMore) {
  for (char const* rest :
       {"\t1\t2\t3", "\t1\t8\t0\t1\t4\t0\t3.2\t4\t5", "\t1\t-1\t-1\t2\t9\t9\t9\t9\t9\t9\t9\t9\t9\t9"}) {
    auto table = read(std::string("chr1\t8\t12\tp\t0\t-") + rest + "\n");
    EXPECT_EQ(table.locus(0).name, "p");
    EXPECT_EQ(to_text(table.sequence(0)), "CCAA");
  }
}

TEST(Bed, PassesOverAByteOrderMarkAndBlankLinesAtTheEnd) {
  auto table = read(
      "\xef\xbb\xbf"
      "chr1\t0\t4\r\nchr1\t4\t8\r\n\r\n\n");
  ASSERT_EQ(table.size(), 2);
  EXPECT_EQ(table.locus(0).contig, "chr1");
}

TEST(Bed, AnInsertionPointIsItsOwnAnchor) {
  auto table = read("chr1\t10\t10\tins\t0\t+\n", 4);
  EXPECT_EQ(table.locus(0).start, 8);
  EXPECT_EQ(to_text(table.sequence(0)), "TTGG");
}

TEST(Bed, MalformedRowsAreNamed) {
  struct Case {
    char const* bed;
    char const* fragment;
  };
  std::vector<Case> const cases = {
      {"chr1\t0\t4\nchr1\t4\n", "l.bed:2: 'chr1\\t4' has 2 column(s)"},
      {"# c\n\nchr1\n", "l.bed:3: 'chr1' has 1 column(s)"},
      {"chr1\t0\t4\nchr1\t0\t4\tname\n", "l.bed:2: 'chr1\\t0\\t4\\tname' has 4 columns, but line 1 has 3"},
      {"chr1\tx\t4\n", "l.bed:1: the start (column 2) 'x' is not an integer"},
      {"chr1\t-1\t4\n", "the start (column 2) '-1' is not"},
      {"chr1\t+1\t4\n", "the start (column 2) '+1' is not"},
      {"chr1\t1.0\t4\n", "the start (column 2) '1.0' is not"},
      {"chr1\t1\t4e3\n", "the end (column 3) '4e3' is not"},
      {"chr1\t1\t\n", "the end (column 3) '' is not"},
      {"chr1\t1\t99999999999999999999\n", "the end (column 3) '99999999999999999999' is not"},
      {"chr1\t1\t9223372036854775807\n", "the end (column 3) '9223372036854775807' is not"},
      {"chr1\t4\t4\n", "l.bed:1: the row has no bases (start and end are 4): give --length"},
      {"chr1\t9\t4\n", "the start 9 is above the end 4"},
      {"\t1\t4\n", "no contig (column 1)"},
      {"chr1\t0\t4\tn\t0\tx\n", "l.bed:1: the strand (column 6) 'x' is not +, - or ."},
      {"chr1\t0\t4\tn\t0\t\n", "the strand (column 6) ''"},
      {"chr1\t0\t4\tn\t0\t+-\n", "the strand (column 6) '+-'"},
      {"chr1\t0\t4\nchr9\t0\t4\n", "l.bed:2: contig 'chr9' is not in the genome"},
      {"chr9\t0\t4\n", "which has 'chr1', 'chr2'"},
      {"1\t0\t4\nchr1\t0\t4\n", "l.bed:2: '1' and 'chr1' would both be 'chr1'"},
      {"chr1\t0\t4\nchr1\t4\t9\n", "l.bed:2: the row is 5 bases wide, but line 1 is 4: give --length"},
      {"chr2\t0\t7\n", "l.bed:1: the window chr2:0-7 of 7 bases is longer than its contig of 6"},
      {"chr2\t6\t8\n", "l.bed:1: the window chr2:6-8 lies outside its contig of 6 bases"},
      {"\xff\xfe"
       "c",
       "l.bed:1: the file is UTF-16 text: save it as UTF-8"},
      {"\xfe\xff"
       "c",
       "l.bed:1: the file is UTF-16 text: save it as UTF-8"},
      {"", "l.bed: the file is empty"},
      {"\n# nothing\n", "l.bed: holds no locus"},
  };
  for (auto const& one : cases) EXPECT_THAT(error(one.bed), HasSubstr(one.fragment)) << one.bed;
}

TEST(Bed, SummitsMustExistAndLieInThePeak) {
  std::string const peak = "chr1\t4\t8\tp\t0\t.\t1\t-1\t-1\t";
  struct Case {
    std::string bed;
    char const* fragment;
  };
  std::vector<Case> const cases = {
      {peak + "-1\n", "l.bed:1: the peak has no summit"},
      {peak + "4\n", "l.bed:1: the summit (column 10) '4' lies outside its peak of 4 bases"},
      {peak + "-2\n", "'-2' lies outside"},
      {peak + "x\n", "'x' is not an integer"},
      {peak + "\n", "'' is not an integer"},
      {"chr1\t4\t8\tp\t0\t.\n", "l.bed:1: the anchor 'summit' needs narrowPeak's 10 columns, this row has 6"},
      {"chr1\t0\t4\t.\t0\t.\t0\t4\t0\t1\t4,\t0,\n", "this row has 12 with blocks"},
      {"chr1\t4\t8\tp\t0\t.\t4\t8\t0\t1\t4\t0\t3.2\t4\t5\n", "this row has 15 with blocks"},
  };
  for (auto const& one : cases) EXPECT_THAT(error(one.bed, 4, Anchor::summit), HasSubstr(one.fragment)) << one.bed;
  EXPECT_EQ(error(peak + "3\n", 4, Anchor::summit), "");
  // Peaks with more columns, of IDR and of others.
  EXPECT_EQ(error(peak + "3\t1\t2\n", 4, Anchor::summit), "");
  EXPECT_EQ(error(peak + "3\t9\t9\t9\t9\t9\t9\t9\t9\t9\t9\n", 4, Anchor::summit), "");
}

}  // namespace
}  // namespace shoal::genome
