// SPDX-License-Identifier: MIT
// Genomes that cannot be used, and indexes that do not belong to them.
#include "genome/genome_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

class GenomeFiles : public testing::Test {
 protected:
  // The error of opening a genome and asking for all of every contig.
  std::string error(std::string const& path) {
    return test::error_text(ErrorCode::input, [&] {
      GenomeFile genome(path);
      for (auto const& contig : genome.contigs()) {
        std::int64_t const length = genome.length(contig);
        genome.fetch(contig, 0, length);
        // From the end, so that every block is looked up in the index.
        for (std::int64_t end = length; end > 0; end -= 1000)
          genome.fetch(contig, std::max<std::int64_t>(end - 10, 0), end);
      }
    });
  }
  std::string error_of(std::string const& bytes) { return error(test::write(folder_, "g.fa", bytes)); }

  test::TemporaryFolder folder_;
};

TEST_F(GenomeFiles, GiveLettersAsTheyStand) {
  GenomeFile genome(test::write(folder_, "g.fa", test::tiny_genome));
  EXPECT_EQ(genome.contigs(), (std::vector<std::string>{"chr1", "chr2"}));
  EXPECT_EQ(genome.length("chr1"), 20);
  EXPECT_EQ(genome.length("chr3"), -1);
  EXPECT_EQ(genome.fetch("chr1", 0, 20), "ACGTACGTTTGGCCAAACGn");
  EXPECT_EQ(genome.fetch("chr1", 7, 9), "TT");
  EXPECT_EQ(genome.fetch("chr2", 3, 6), "ccc");
  EXPECT_EQ(genome.fetch("chr2", 6, 6), "");
}

TEST_F(GenomeFiles, MayHaveCrlfAndNoLastLineEnd) {
  GenomeFile genome(test::write(folder_, "g.fa", ">a b\r\nACGT\r\nAC\r\n>c\r\nTTTT\r\nG"));
  EXPECT_EQ(genome.fetch("a", 0, genome.length("a")), "ACGTAC");
  EXPECT_EQ(genome.fetch("c", 0, genome.length("c")), "TTTTG");
}

TEST_F(GenomeFiles, ThatCannotBeUsedAreNamed) {
  EXPECT_THAT(error(folder_.file("none.fa")), HasSubstr("none.fa: cannot be read: No such file"));
  EXPECT_THAT(error(folder_.file("")), HasSubstr("is a folder"));
  EXPECT_THAT(error_of(""), HasSubstr("g.fa: the file is empty"));
  EXPECT_THAT(error(test::data("genome/small.fa.plain.gz")), HasSubstr("compress it with bgzip"));
  struct Case {
    char const* bytes;
    char const* fragment;
  };
  std::vector<Case> const cases = {
      {"ACGT\n", "g.fa:1: 'ACGT' comes before the first FASTA header"},
      {"\n\n", "g.fa: the genome has no contig"},
      {"@read\nACGT\n+\n!!!!\n", "g.fa:1: '@read' comes before"},
      {">\nACGT\n", "g.fa:1: the header '>' has no name"},
      {">a\nACGT\nAC\nACGT\n", "g.fa:4: the lines of contig 'a' differ in length"},
      {">a\nACGT\nACGTA\n", "g.fa:3: the lines of contig 'a' differ in length"},
      {">a\nACGT\n\nACGT\n", "g.fa:4: the lines of contig 'a' differ in length"},
      {">a\n\nACGT\n", "g.fa:3: the lines of contig 'a' differ in length"},
      {">a\nACGT\r\nACGT\nACGT\n", "g.fa:4: the lines of contig 'a' differ in length"},
      {">a\nAC1T\n", "g.fa:2: '1' in 'AC1T' is not a letter"},
      {">a\nACGT\n>a x\nTTTT\n", "g.fa:3: a second contig is called 'a'"},
  };
  for (auto const& one : cases) EXPECT_THAT(error_of(one.bytes), HasSubstr(one.fragment)) << one.bytes;
}

// Contigs without bases, blank lines between contigs, lines that end at block borders.
TEST_F(GenomeFiles, MayHaveEmptyContigsAndBlankLinesBetween) {
  GenomeFile genome(test::write(folder_, "g.fa", ">none\n>a\nACGT\nAC\n\n\n>c\nTTTT\nGGGG\n\n>last"));
  EXPECT_EQ(genome.length("none"), 0);
  EXPECT_EQ(genome.length("last"), 0);
  EXPECT_EQ(genome.fetch("a", 0, genome.length("a")), "ACGTAC");
  EXPECT_EQ(genome.fetch("c", 2, genome.length("c")), "TTGGGG");
}

// The index made here and samtools' index of the same file.
TEST_F(GenomeFiles, AgreeWithTheirStoredIndex) {
  std::filesystem::copy_file(test::data("genome/contig.fa.gz"), folder_.file("g.fa.gz"));
  GenomeFile lone(folder_.file("g.fa.gz"));
  GenomeFile indexed(test::data("genome/contig.fa.gz"));
  EXPECT_EQ(lone.contigs(), indexed.contigs());
  EXPECT_EQ(lone.length("chr1"), 20000);
  EXPECT_EQ(lone.fetch("chr1", 0, 20000), indexed.fetch("chr1", 0, 20000));
  for (std::int64_t start = 19400; start > 0; start -= 337) {
    EXPECT_EQ(lone.fetch("chr1", start, start + 500), indexed.fetch("chr1", start, start + 500));
  }
  EXPECT_EQ(lone.fetch("chr1", 98, 112), "NNGAccaCGaATCT");
  EXPECT_EQ(lone.fetch("chr1", 12340, 12352), "CggaGgtatGta");
  EXPECT_EQ(lone.fetch("chr1", 19990, 20000), "CTGTgtCtTg");
}

TEST_F(GenomeFiles, RealOnesAgreeWithTheirStoredIndex) {
  SHOAL_NEEDS_SHARED_DATA();
  std::filesystem::copy_file(test::shared("genome/hg38_1m.fa.gz"), folder_.file("g.fa.gz"));
  GenomeFile lone(folder_.file("g.fa.gz"));
  GenomeFile indexed(test::shared("genome/hg38_1m.fa.gz"));
  EXPECT_EQ(lone.contigs(), indexed.contigs());
  EXPECT_EQ(lone.length("chr1"), 1000000);
  EXPECT_EQ(lone.fetch("chr1", 0, 1000000), indexed.fetch("chr1", 0, 1000000));
  for (std::int64_t start = 999000; start > 0; start -= 13337) {
    EXPECT_EQ(lone.fetch("chr1", start, start + 500), indexed.fetch("chr1", start, start + 500));
  }
  // Samples of data/README.md.
  EXPECT_EQ(lone.fetch("chr1", 10000, 10012), "TAACCCTAACCC");
  EXPECT_EQ(lone.fetch("chr1", 69090, 69102), "ATGGTGACTGAA");
  EXPECT_EQ(lone.fetch("chr1", 999990, 1000000), "CCCGTGCCGG");
}

TEST_F(GenomeFiles, CutShortAreErrors) {
  auto const bytes = test::read_bytes(test::data("genome/small.fa.gz"));
  for (std::size_t const size : {std::size_t{10}, std::size_t{30}, bytes.size() / 2, bytes.size() - 28}) {
    EXPECT_NE(error(test::write(folder_, "cut.fa.gz", bytes.substr(0, size))), "") << size;
  }
}

TEST_F(GenomeFiles, IndexesOfAnotherFileAreNoticed) {
  auto const genome = test::write(folder_, "g.fa", test::tiny_genome);
  auto with_index = [&](std::string const& index) {
    test::write(folder_, "g.fa.fai", index);
    return error(genome);
  };
  EXPECT_EQ(with_index("chr1\t20\t12\t8\t9\nchr2\t6\t41\t7\t8\n"), "");
  EXPECT_THAT(with_index("chr1\t18\t12\t8\t9\n"), HasSubstr("contig 'chr1' does not lie where the index says"));
  EXPECT_THAT(with_index("chr1\t20\t11\t8\t9\n"), HasSubstr("does not lie where"));
  EXPECT_THAT(with_index("chr1\t25\t12\t8\t9\n"), HasSubstr("does not lie where"));
  EXPECT_THAT(with_index("chr1\t20\t12\t10\t11\n"), HasSubstr("does not lie where"));
  EXPECT_THAT(with_index("chr1\t20\t5000\t8\t9\n"), HasSubstr("does not lie where"));
  EXPECT_THAT(with_index("chr1\t20\t12\t0\t0\n"), HasSubstr("g.fa.fai:1: 0 bases in 0 bytes per line"));
  EXPECT_THAT(with_index("chr1\t20\t12\t8\t80\n"), HasSubstr("8 bases in 80 bytes"));
  EXPECT_THAT(with_index("chr1\t20\t12\n"), HasSubstr("g.fa.fai:1: 'chr1\\t20\\t12' is not a line"));
  EXPECT_THAT(with_index("chr1\t20\tx\t8\t9\n"), HasSubstr("'x' is no length"));
  EXPECT_THAT(with_index("chr1\t20\t12\t8\t9\nchr1\t20\t12\t8\t9\n"), HasSubstr("g.fa.fai:2: a second contig"));
  EXPECT_THAT(with_index(""), HasSubstr("g.fa.fai: the file is empty"));
}

// An index made before the contig grew by whole lines: what follows its last base is a line's end, but no header.
TEST_F(GenomeFiles, AnIndexThatEndsAContigAtALinesEndIsNoticed) {
  std::string const genome = test::write(folder_, "g.fa", ">c\nACGT\nACGT\n>d\nAC\n");
  test::write(folder_, "g.fa.fai", "c\t4\t3\t4\t5\nd\t2\t16\t2\t3\n");
  EXPECT_THAT(error(genome), HasSubstr("contig 'c' does not lie where the index says"));
  test::write(folder_, "g.fa.fai", "c\t8\t3\t4\t5\nd\t2\t16\t2\t3\n");
  EXPECT_EQ(error(genome), "");
}

TEST_F(GenomeFiles, DamagedBlockIndexesAreNoticed) {
  auto const genome = folder_.file("g.fa.gz");
  std::filesystem::copy_file(test::data("genome/contig.fa.gz"), genome);
  std::filesystem::copy_file(test::data("genome/contig.fa.gz.fai"), genome + ".fai");
  auto const whole = test::read_bytes(test::data("genome/contig.fa.gz.gzi"));
  auto with_index = [&](std::string const& index) {
    test::write(folder_, "g.fa.gz.gzi", index);
    return error(genome);
  };
  EXPECT_EQ(with_index(whole), "");
  EXPECT_THAT(with_index(whole.substr(0, 100)), HasSubstr("not a whole bgzip index"));
  EXPECT_THAT(with_index(""), HasSubstr("not a whole bgzip index"));
  EXPECT_THAT(with_index(std::string(8, '\xff') + whole.substr(8)), HasSubstr("not a whole bgzip index"));
  auto swapped = whole;
  std::swap_ranges(swapped.begin() + 8, swapped.begin() + 24, swapped.begin() + 24);
  EXPECT_THAT(with_index(swapped), HasSubstr("do not ascend"));
  auto shifted = whole;
  shifted[8 + 16] = static_cast<char>(shifted[8 + 16] + 1);
  EXPECT_THAT(with_index(shifted), HasSubstr("does not lie where the index says"));
}

}  // namespace
}  // namespace shoal::genome
