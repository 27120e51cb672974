// SPDX-License-Identifier: MIT
// Windows against `samtools faidx` (tests/data/genome/make.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "genome/support.hpp"

namespace shoal::genome {
namespace {

std::string const real_genome = "genome/hg38_1m.fa.gz";

void expect_golden(LociOptions options, std::string const& golden) {
  auto const bytes = test::read_bytes(test::data("genome/" + golden));
  auto lines = split(bytes, '\n');
  lines.pop_back();
  for (EdgePolicy const edge : {EdgePolicy::pad, EdgePolicy::skip}) {
    options.edge = edge;
    auto table = LocusTable::read(options);
    ASSERT_EQ(table.size(), static_cast<std::int64_t>(lines.size()));
    EXPECT_EQ(table.length(), options.length);
    for (std::int64_t i = 0; i < table.size(); ++i) {
      auto const wanted = split(lines[static_cast<std::size_t>(i)], '\t');
      ASSERT_EQ(wanted.size(), 7u);
      Locus const& locus = table.locus(i);
      EXPECT_EQ(locus.contig, wanted[0]);
      EXPECT_EQ(std::to_string(locus.start), wanted[1]);
      EXPECT_EQ(std::to_string(locus.end), wanted[2]);
      EXPECT_EQ(std::string(1, locus.strand), wanted[3]);
      EXPECT_EQ(locus.name, wanted[4]);
      EXPECT_EQ(!locus.skip_reason.empty(), edge == EdgePolicy::skip && wanted[5] == "over") << locus.name;
      EXPECT_EQ(to_text(table.sequence(i)), wanted[6]) << locus.name;
    }
  }
}

TEST(Golden, SmallGenomeMidpoints) {
  expect_golden(test::windows(test::data("genome/small.fa"), test::data("genome/small.bed"), 41), "small.tsv");
}

TEST(Golden, SmallGenomeSummits) {
  auto options = test::windows(test::data("genome/small.fa"), test::data("genome/small.narrowPeak"), 30);
  options.anchor = Anchor::summit;
  expect_golden(options, "small_summits.tsv");
}

TEST(Golden, SmallGenomeInBgzipAndLociInGzip) {
  expect_golden(test::windows(test::data("genome/small.fa.gz"), test::data("genome/small.bed.gz"), 41), "small.tsv");
}

// One contig of 20,000 bases in bgzip beside samtools' index, loci of two widths.
TEST(Golden, LociWithTheIndexBesideTheGenome) {
  expect_golden(test::windows(test::data("genome/contig.fa.gz"), test::data("genome/contig.bed"), 49), "contig.tsv");
}

TEST(Golden, SummitsWithoutAnIndex) {
  test::TemporaryFolder folder;
  std::filesystem::copy_file(test::data("genome/contig.fa.gz"), folder.file("genome.fa.gz"));
  auto options = test::windows(folder.file("genome.fa.gz"), test::data("genome/contig.narrowPeak"), 40);
  options.anchor = Anchor::summit;
  expect_golden(options, "contig_summits.tsv");
}

TEST(Golden, LociWithoutAnIndexLeaveNothingBesideTheGenome) {
  test::TemporaryFolder folder;
  std::string const lone = folder.file("genome.fa.gz");
  std::filesystem::copy_file(test::data("genome/contig.fa.gz"), lone);
  expect_golden(test::windows(lone, test::data("genome/contig.bed"), 49), "contig.tsv");
  EXPECT_FALSE(std::filesystem::exists(lone + ".fai"));
  EXPECT_FALSE(std::filesystem::exists(lone + ".gzi"));
}

TEST(Golden, LociOfTwoWidthsNeedALength) {
  EXPECT_THAT(test::table_error(test::windows(test::data("genome/contig.fa.gz"), test::data("genome/contig.bed"))),
              testing::AllOf(testing::HasSubstr("contig.bed:31: the row is 25 bases wide, but line 1 is 49"),
                             testing::HasSubstr("--length")));
}

// Row 13 begins at 60, where the contig's first 100 bases are N; the last one's window ends at 20007.
TEST(Golden, SmallLociThatTouchNAndTheContigEnd) {
  auto table = LocusTable::read(test::windows(test::data("genome/contig.fa.gz"), test::data("genome/contig.bed"), 49));
  std::int64_t clean = 0;
  for (std::int64_t row = 0; row < table.size(); ++row) {
    auto const text = to_text(table.sequence(row));
    auto const unknown = std::count(text.begin(), text.end(), 'N');
    EXPECT_EQ(unknown, row == 13 ? 40 : (row == 30 ? 7 : 0)) << row;
    clean += unknown == 0 ? 1 : 0;
  }
  EXPECT_EQ(clean, 29);
  EXPECT_EQ(table.locus(30).end - 20000, 7);
  EXPECT_TRUE(to_text(table.sequence(30)).starts_with(std::string(7, 'N')));  // on the minus strand
}

TEST(Golden, ReadySequencesComeBackAsTheyStand) {
  auto const path = test::data("published/deepstarr.fa");
  auto table = LocusTable::read(test::ready(path));
  EXPECT_EQ(table.size(), 40);
  EXPECT_EQ(table.length(), 60);
  std::string again;
  for (std::int64_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(table.locus(i).contig, table.locus(i).name);
    again += ">" + table.locus(i).name + "\n" + to_text(table.sequence(i)) + "\n";
  }
  EXPECT_EQ(again, test::read_bytes(path));
}

TEST(Golden, RealLociWithTheIndexBesideTheGenome) {
  SHOAL_NEEDS_SHARED_DATA();
  expect_golden(test::windows(test::shared(real_genome), test::shared("genome/loci.bed"), 249), "loci.tsv");
}

TEST(Golden, RealSummitsWithoutAnIndex) {
  SHOAL_NEEDS_SHARED_DATA();
  test::TemporaryFolder folder;
  std::filesystem::copy_file(test::shared(real_genome), folder.file("genome.fa.gz"));
  auto options = test::windows(folder.file("genome.fa.gz"), test::shared("genome/peaks.narrowPeak"), 200);
  options.anchor = Anchor::summit;
  expect_golden(options, "peaks.tsv");
}

TEST(Golden, RealLociWithoutAnIndexLeaveNothingBesideTheGenome) {
  SHOAL_NEEDS_SHARED_DATA();
  test::TemporaryFolder folder;
  std::filesystem::copy_file(test::shared(real_genome), folder.file("genome.fa.gz"));
  std::string const lone = folder.file("genome.fa.gz");
  expect_golden(test::windows(lone, test::shared("genome/loci.bed"), 249), "loci.tsv");
  EXPECT_FALSE(std::filesystem::exists(lone + ".fai"));
  EXPECT_FALSE(std::filesystem::exists(lone + ".gzi"));
}

TEST(Golden, RealLociOfTwoWidthsNeedALength) {
  SHOAL_NEEDS_SHARED_DATA();
  EXPECT_THAT(test::table_error(test::windows(test::shared(real_genome), test::shared("genome/loci.bed"))),
              testing::AllOf(testing::HasSubstr("loci.bed:60: the row is 120 bases wide, but line 1 is 249"),
                             testing::HasSubstr("--length")));
}

// Numbers of data/README.md.
TEST(Golden, LociThatTouchNAndTheContigEnd) {
  SHOAL_NEEDS_SHARED_DATA();
  auto table = LocusTable::read(test::windows(test::shared(real_genome), test::shared("genome/loci.bed"), 249));
  auto unknown = [&](std::int64_t row) {
    auto const text = to_text(table.sequence(row));
    return std::count(text.begin(), text.end(), 'N');
  };
  EXPECT_EQ(table.locus(13).name, "locus_14_touches_N");
  EXPECT_EQ(unknown(13), 40);
  EXPECT_EQ(table.locus(59).end - 1000000, 65);
  EXPECT_EQ(unknown(59), 65);
  EXPECT_TRUE(to_text(table.sequence(59)).starts_with(std::string(65, 'N')));
  std::int64_t clean = 0;
  for (std::int64_t row = 0; row < table.size(); ++row) clean += unknown(row) == 0 ? 1 : 0;
  EXPECT_EQ(clean, 58);
}

TEST(Golden, ThousandEnhancers) {
  SHOAL_NEEDS_SHARED_DATA();
  auto table = LocusTable::read(test::ready(test::shared("deepstarr/enhancers.fa")));
  EXPECT_EQ(table.size(), 1000);
  EXPECT_EQ(table.length(), 249);
  EXPECT_EQ(table.locus(0).name, "chrX_4544150_4544398_-_peak_849bp_region");
  EXPECT_EQ(table.locus(0).contig, table.locus(0).name);
  auto const bytes = test::read_bytes(test::shared("deepstarr/enhancers.fa"));
  std::string again;
  for (std::int64_t i = 0; i < table.size(); ++i) {
    again += ">" + table.locus(i).name + "\n" + to_text(table.sequence(i)) + "\n";
  }
  EXPECT_EQ(again, bytes);
}

}  // namespace
}  // namespace shoal::genome
