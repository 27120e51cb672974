// SPDX-License-Identifier: MIT
// Windows by hand on a tiny genome, and combinations of options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "genome/codes.hpp"
#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::HasSubstr;

class Windows : public testing::Test {
 protected:
  LocusTable read(std::string const& bed, std::int64_t length, EdgePolicy edge = EdgePolicy::pad,
                  Anchor anchor = Anchor::midpoint) {
    auto options = test::windows(genome_, test::write(folder_, "l.bed", bed), length);
    options.edge = edge;
    options.anchor = anchor;
    return LocusTable::read(options);
  }

  test::TemporaryFolder folder_;
  std::string genome_ = test::write(folder_, "g.fa", test::tiny_genome);
};

// chr1 is ACGTACGT TTGGCCAA ACGN.
TEST_F(Windows, AreCentredOnTheMidpoint) {
  auto even = read("chr1\t6\t10\n", 6);  // midpoint 8
  EXPECT_EQ(even.locus(0).start, 5);
  EXPECT_EQ(even.locus(0).end, 11);
  EXPECT_EQ(to_text(even.sequence(0)), "CGTTTG");
  auto odd = read("chr1\t6\t11\n", 5);  // midpoint 8, rounded down
  EXPECT_EQ(odd.locus(0).start, 6);
  EXPECT_EQ(to_text(odd.sequence(0)), "GTTTG");
}

TEST_F(Windows, AreCentredOnTheSummit) {
  auto table = read("chr1\t4\t14\tp\t0\t-\t1\t-1\t-1\t6\n", 5, EdgePolicy::pad, Anchor::summit);
  EXPECT_EQ(table.locus(0).start, 8);
  EXPECT_EQ(to_text(table.sequence(0)), "GCCAA");
}

// The rows' own intervals where they have the network's length, windows of it around their midpoints elsewhere.
TEST_F(Windows, HaveTheNetworksLengthByDefault) {
  auto options = test::windows(genome_, test::write(folder_, "l.bed", "chr1\t6\t10\nchr1\t3\t9\n"));
  options.default_length = 6;
  testing::internal::CaptureStderr();
  auto table = LocusTable::read(options);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("l.bed: 1 of 2 rows are not 6 bases wide, which is what the network reads; windows of 6 bases "
                        "around each row's midpoint are taken"));
  EXPECT_EQ(table.length(), 6);
  EXPECT_EQ(table.locus(0).start, 5);
  EXPECT_EQ(table.locus(0).end, 11);
  EXPECT_EQ(table.locus(1).start, 3);
  EXPECT_EQ(table.locus(1).end, 9);

  // An odd length, and rows that have it: nothing moves and nothing is reported.
  options.loci = test::write(folder_, "l.bed", "chr1\t6\t11\nchr1\t3\t8\n");
  options.default_length = 5;
  testing::internal::CaptureStderr();
  auto own = LocusTable::read(options);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(own.locus(0).start, 6);
  EXPECT_EQ(own.locus(1).start, 3);

  // A length that was asked for wins, and a summit has a length around it.
  options.length = 4;
  EXPECT_EQ(LocusTable::read(options).length(), 4);
  options.length = 0;
  options.loci = test::write(folder_, "l.bed", "chr1\t4\t14\tp\t0\t+\t1\t-1\t-1\t6\n");
  options.anchor = Anchor::summit;
  testing::internal::CaptureStderr();
  EXPECT_EQ(LocusTable::read(options).locus(0).start, 8);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("around each row's summit"));
}

TEST_F(Windows, OverAnEdgeArePadded) {
  auto table = read("chr1\t0\t2\nchr1\t18\t20\n", 6);
  EXPECT_EQ(table.locus(0).start, -2);
  EXPECT_EQ(to_text(table.sequence(0)), "NNACGT");
  EXPECT_EQ(table.locus(1).end, 22);
  EXPECT_EQ(to_text(table.sequence(1)), "ACGNNN");
}

TEST_F(Windows, OverAnEdgeAreTurnedRoundWithTheirPadding) {
  auto table = read("chr2\t0\t2\tn\t0\t-\nchr2\t4\t6\tn\t0\t-\n", 6);
  EXPECT_EQ(to_text(table.sequence(0)), "GCCCNN");
  EXPECT_EQ(to_text(table.sequence(1)), "NNGGGC");
}

TEST_F(Windows, OverAnEdgeAreSkippedOnRequest) {
  auto table = read("chr1\t0\t2\nchr1\t8\t10\nchr1\t18\t20\n", 6, EdgePolicy::skip);
  EXPECT_THAT(table.locus(0).skip_reason, HasSubstr("chr1:-2-4 reaches over the edge of its contig of 20 bases"));
  EXPECT_EQ(table.locus(1).skip_reason, "");
  EXPECT_THAT(table.locus(2).skip_reason, HasSubstr("chr1:16-22"));
  EXPECT_EQ(to_text(table.sequence(0)), "NNACGT");
}

TEST_F(Windows, AsLongAsTheContigFit) {
  auto table = read("chr2\t2\t4\n", 6, EdgePolicy::skip);
  EXPECT_EQ(table.locus(0).skip_reason, "");
  EXPECT_EQ(to_text(table.sequence(0)), "GGGCCC");
}

TEST_F(Windows, LongerThanTheContigAreRefusedUnderBothPolicies) {
  for (EdgePolicy const edge : {EdgePolicy::pad, EdgePolicy::skip}) {
    EXPECT_THAT(test::error_text(ErrorCode::input, [&] { read("chr1\t4\t8\nchr2\t2\t4\n", 7, edge); }),
                HasSubstr("l.bed:2: the window chr2:0-7 of 7 bases is longer than its contig of 6"));
  }
}

TEST_F(Windows, KeepInputOrderAndDuplicates) {
  auto table = read("chr2\t0\t4\tb\nchr1\t0\t4\ta\nchr2\t0\t4\tb\n", 0);
  EXPECT_EQ(table.size(), 3);
  EXPECT_EQ(table.locus(0).name, "b");
  EXPECT_EQ(table.locus(1).name, "a");
  EXPECT_EQ(to_text(table.sequence(2)), to_text(table.sequence(0)));
}

// Random windows of a random genome against slices of it in memory, both strands, over both edges.
TEST_F(Windows, AreSlicesOfTheContig) {
  std::mt19937 random(11);
  auto below = [&](std::size_t limit) { return static_cast<std::int64_t>(random() % limit); };
  for (int round = 0; round < 30; ++round) {
    std::size_t const width = 1 + random() % 70;
    std::string contig(100 + random() % 400, 'A');
    for (char& base : contig) base = "ACGTNacgtR"[random() % 10];
    std::string fasta = ">before\nAC\n>chr1\n";
    for (std::size_t at = 0; at < contig.size(); at += width) fasta += contig.substr(at, width) + "\n";
    genome_ = test::write(folder_, "g.fa", fasta + ">after\nGT\n");
    std::int64_t const length = 1 + below(contig.size());
    std::string bed;
    for (int row = 0; row < 20; ++row) {
      std::int64_t const start = below(contig.size());
      bed += "chr1\t" + std::to_string(start) + "\t" + std::to_string(start + 1) + "\t.\t0\t" + "+-"[row % 2] + "\n";
    }
    auto table = read(bed, length);
    for (std::int64_t row = 0; row < table.size(); ++row) {
      Locus const& locus = table.locus(row);
      std::string wanted;
      for (std::int64_t at = locus.start; at < locus.end; ++at) {
        bool const inside = at >= 0 && at < static_cast<std::int64_t>(contig.size());
        wanted += inside ? contig[static_cast<std::size_t>(at)] : 'N';
      }
      Codes codes = to_codes(wanted);
      if (locus.strand == '-') reverse_complement(codes);
      EXPECT_EQ(table.sequence(row), codes) << locus.name << " width " << width;
    }
  }
}

TEST_F(Windows, TablesMove) {
  auto table = read("chr1\t0\t4\n", 0);
  auto moved = std::move(table);
  EXPECT_EQ(to_text(moved.sequence(0)), "ACGT");
  EXPECT_THROW(moved.sequence(1), Error);
  EXPECT_THROW(moved.locus(-1), Error);
}

TEST_F(Windows, OptionsThatContradictAreConfigurationErrors) {
  auto const bed = test::write(folder_, "l.bed", "chr1\t0\t4\n");
  LociOptions none;
  LociOptions both = test::windows(genome_, bed);
  both.fasta = genome_;
  LociOptions half = test::windows(genome_, "");
  LociOptions other_half = test::windows("", bed);
  LociOptions negative = test::windows(genome_, bed, -5);
  LociOptions summit = test::windows(genome_, bed);
  summit.anchor = Anchor::summit;
  for (auto const& options : {none, both, half, other_half}) {
    EXPECT_THAT(test::table_error(options, ErrorCode::config), HasSubstr("either --fasta FILE, or --genome FILE"));
  }
  EXPECT_THAT(test::table_error(negative, ErrorCode::config), HasSubstr("--length -5"));
  EXPECT_THAT(test::table_error(summit, ErrorCode::config), HasSubstr("'summit' needs --length"));
}

}  // namespace
}  // namespace shoal::genome
