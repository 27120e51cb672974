// SPDX-License-Identifier: MIT
// Contigs that files spell differently.
#include "genome/contig_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

TEST(ContigNames, FindTheOnlyOtherSpelling) {
  ContigNames names({"chr1", "chrX", "MT", "scaffold_3"}, "the genome", "l.bed");
  EXPECT_EQ(names.find("1", "l.bed:1"), "chr1");
  EXPECT_EQ(names.find("1", "l.bed:2"), "chr1");
  EXPECT_EQ(names.find("chrX", "l.bed:3"), "chrX");
  EXPECT_EQ(names.find("chrM", "l.bed:4"), "MT");
  EXPECT_EQ(names.find("Chrscaffold_3", "l.bed:5"), "scaffold_3");
  EXPECT_EQ(names.find("chr2", "l.bed:6"), std::nullopt);
  EXPECT_EQ(names.find("chr", "l.bed:7"), std::nullopt);
}

TEST(ContigNames, AreNotGuessedWhereThereAreTwo) {
  ContigNames both({"1", "chr1"}, "the genome", "l.bed");
  EXPECT_EQ(both.find("1", ""), "1");
  EXPECT_EQ(both.find("chr1", ""), "chr1");
  ContigNames mitochondria({"chrM", "MT"}, "the genome", "l.bed");
  EXPECT_EQ(mitochondria.find("M", ""), std::nullopt);
}

TEST(ContigNames, TwoSpellingsInOneFileAreAnError) {
  ContigNames names({"chr1"}, "the genome g.fa", "l.bed");
  EXPECT_EQ(names.find("1", "l.bed:1"), "chr1");
  EXPECT_THAT(test::error_text(ErrorCode::input, [&] { names.find("chr1", "l.bed:2"); }),
              HasSubstr("l.bed:2: '1' and 'chr1' would both be 'chr1' of the genome g.fa"));
}

TEST(ContigNames, TheNoticeComesOnce) {
  testing::internal::CaptureStderr();
  ContigNames names({"chr1", "chr2", "3"}, "the genome g.fa", "l.bed");
  names.find("3", "");
  names.find("1", "");
  names.find("2", "");
  std::string const said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("l.bed: the contig '1' is taken for 'chr1' of the genome g.fa"));
  EXPECT_THAT(said, testing::Not(HasSubstr("'2'")));
}

TEST(ContigNames, GiveLociTheGenomesNames) {
  test::TemporaryFolder folder;
  auto const genome = test::write(folder, "g.fa", test::tiny_genome);
  auto without = LocusTable::read(test::windows(genome, test::write(folder, "a.bed", "1\t0\t4\n2\t2\t6\n")));
  auto with = LocusTable::read(test::windows(genome, test::write(folder, "b.bed", "chr1\t0\t4\nchr2\t2\t6\n")));
  for (std::int64_t row = 0; row < 2; ++row) {
    EXPECT_EQ(locus_identity(without.locus(row), without.sequence(row)),
              locus_identity(with.locus(row), with.sequence(row)));
  }
}

}  // namespace
}  // namespace shoal::genome
