// SPDX-License-Identifier: MIT
// A FASTA of ready sequences: what is read, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

std::string error(std::string const& fasta) {
  test::TemporaryFolder folder;
  return test::table_error(test::ready(test::write(folder, "s.fa", fasta)));
}

TEST(Sequences, AreRowsInInputOrderWithDuplicates) {
  test::TemporaryFolder folder;
  auto table = LocusTable::read(test::ready(
      test::write(folder, "s.fa", "\n>one first words\r\nACG\r\nTac\r\n\r\n>two\nNNRGT-\n>one\tagain\nTTTTTT")));
  ASSERT_EQ(table.size(), 3);
  EXPECT_EQ(table.length(), 6);
  EXPECT_EQ(to_text(table.sequence(0)), "ACGTAC");
  EXPECT_EQ(to_text(table.sequence(1)), "NNNGTN");
  EXPECT_EQ(to_text(table.sequence(2)), "TTTTTT");
  Locus const& last = table.locus(2);
  EXPECT_EQ(last.name, "one");
  EXPECT_EQ(last.contig, "one");
  EXPECT_EQ(last.start, 0);
  EXPECT_EQ(last.end, 6);
  EXPECT_EQ(last.strand, '+');
  EXPECT_EQ(last.skip_reason, "");
}

TEST(Sequences, MalformedFilesAreNamed) {
  struct Case {
    char const* fasta;
    char const* fragment;
  };
  std::vector<Case> const cases = {
      {"", "s.fa: the file is empty"},
      {"\n \n", "s.fa: holds no sequence"},
      {"ACGT\n", "s.fa:1: 'ACGT' is not a FASTA header"},
      {"@read\nACGT\n+\n!!!!\n", "s.fa:1: '@read' is not a FASTA header"},
      {">\nACGT\n", "s.fa:1: the header '>' has no name"},
      {"> name\nACGT\n", "s.fa:1: the header '> name' has no name"},
      {">a\nAC\n>b\n>c\nAC\n", "s.fa:3: the record 'b' has no sequence"},
      {">a\nAC\n>b", "s.fa:3: the record 'b' has no sequence"},
      {">a\nAC\n>b\nACG\n", "s.fa:3: the record 'b' has 3 bases, but that of line 1 has 2"},
      {">a\nAC\n>b\nA1\n", "s.fa:4: '1' in 'A1' is not a letter"},
      {">a\nA C\n", "s.fa:2: ' ' in 'A C' is not a letter"},
      {">a\nA\x80\n", "'\\x80'"},
  };
  for (auto const& one : cases) EXPECT_THAT(error(one.fasta), HasSubstr(one.fragment)) << one.fasta;
}

TEST(Sequences, RnaIsReadAsDnaAndAByteOrderMarkIsPassedOver) {
  test::TemporaryFolder folder;
  auto rna = LocusTable::read(test::ready(test::write(folder, "r.fa", "\xef\xbb\xbf>a\nACGUuNRY\n")));
  auto dna = LocusTable::read(test::ready(test::write(folder, "d.fa", ">a\nACGTtNRY\n")));
  EXPECT_EQ(to_text(rna.sequence(0)), "ACGTTNNN");
  EXPECT_EQ(locus_identity(rna.locus(0), rna.sequence(0)), locus_identity(dna.locus(0), dna.sequence(0)));
}

// A tenth is still read, with a warning; what is no sequence at all is refused.
TEST(Sequences, OfForeignLettersAreRefusedWithCounts) {
  EXPECT_EQ(error(">a\nACGTACGTA-\n"), "");
  EXPECT_THAT(
      error(">a\nACGTACGTAC\n>b\nACGT\nACG-.-\n"),
      HasSubstr("s.fa: 3 of 20 letters (15 %) are no IUPAC codes of DNA or RNA ('-' 2, '.' 1), the first in the "
                "record 'b', line 5: is it protein"));
  EXPECT_THAT(error(">a\nmkvLaarndw\n>b\nMKVLEERNDWFF\n"), HasSubstr("6 of 22 letters (27.3 %) are"));
}

TEST(Sequences, WarnOfFewForeignLettersAndOfManyUnknownOnes) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(error(">a\nACGTNNNN\n>b\nACNNNNNN\n>c\nACRYNNN-\n"), "");
  std::string const said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said,
              HasSubstr("1 of 24 letters (4.17 %) are no IUPAC codes of DNA or RNA ('-' 1), the first in the record "
                        "'c', line 6; they are read as N"));
  EXPECT_THAT(said, HasSubstr("16 of 24 letters are N"));
}

TEST(Sequences, MustHaveTheLengthAskedFor) {
  test::TemporaryFolder folder;
  auto options = test::ready(test::write(folder, "s.fa", ">a\nACGT\n"));
  options.length = 4;
  EXPECT_EQ(test::table_error(options), "");
  options.length = 5;
  EXPECT_THAT(test::table_error(options), HasSubstr("s.fa:1: the record 'a' has 4 bases, but --length has 5"));
}

TEST(Sequences, ReadsGzipAndBgzip) {
  for (char const* name : {"genome/small.fa.gz", "genome/small.fa.plain.gz"}) {
    EXPECT_THAT(test::table_error(test::ready(test::data(name))),
                HasSubstr("the record 'chr2' has 333 bases, but that of line 1 has 500"));
  }
}

TEST(Sequences, TruncatedFilesAreErrors) {
  test::TemporaryFolder folder;
  auto const gzip = test::read_bytes(test::data("genome/small.fa.plain.gz"));
  auto const cut = test::write(folder, "cut.gz", gzip.substr(0, gzip.size() / 2));
  EXPECT_THAT(test::table_error(test::ready(cut)), HasSubstr("cut.gz: damaged or truncated after line"));
  auto const bgzip = test::read_bytes(test::data("genome/small.fa.gz"));
  auto const open = test::write(folder, "open.gz", bgzip.substr(0, bgzip.size() - 28));
  EXPECT_THAT(test::table_error(test::ready(open)), HasSubstr("open.gz: the bgzip file is truncated"));
}

}  // namespace
}  // namespace shoal::genome
