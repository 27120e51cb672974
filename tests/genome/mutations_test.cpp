// SPDX-License-Identifier: MIT
// Seeded random damage to every kind of input gives a table or an input error, never a crash and never anything else.
#include <gtest/gtest.h>

#include <random>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

// One to four edits: a byte changed to a likely or to any other, a piece removed, doubled or moved, or the end cut off.
std::string damage(std::string bytes, std::mt19937& random) {
  static std::string const likely = "\t\n\r >#0123456789-+.ACGTN\x1f\x8b\xff" + std::string(1, '\0');
  unsigned const edits = 1 + random() % 4;
  for (unsigned edit = 0; edit < edits && !bytes.empty(); ++edit) {
    std::size_t const at = random() % bytes.size();
    std::size_t const length = 1 + random() % 12;
    switch (random() % 6) {
      case 0:
        bytes[at] = likely[random() % likely.size()];
        break;
      case 1:
        bytes[at] = static_cast<char>(random());
        break;
      case 2:
        bytes.erase(at, length);
        break;
      case 3:
        bytes.insert(random() % bytes.size(), bytes.substr(at, length));
        break;
      case 4:
        bytes.insert(at, 1, likely[random() % likely.size()]);
        break;
      default:
        if (random() % 4 == 0) bytes.resize(at);
    }
  }
  return bytes;
}

struct Outcome {
  int tables = 0;
  int errors = 0;
};

// Reads tables of `options` while `target` (one of its files) holds damaged versions of `bytes`.
Outcome read_damaged(LociOptions const& options, test::TemporaryFolder const& folder, std::string const& target,
                     std::string const& bytes, int rounds, unsigned seed) {
  std::mt19937 random(seed);
  Outcome outcome;
  for (int round = 0; round < rounds; ++round) {
    test::write(folder, target, damage(bytes, random));
    try {
      auto table = LocusTable::read(options);
      for (std::int64_t i = 0; i < table.size(); ++i) {
        EXPECT_EQ(static_cast<std::int64_t>(table.sequence(i).size()), table.length());
      }
      ++outcome.tables;
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input) << error.what();
      EXPECT_GT(std::string(error.what()).size(), 10u);
      ++outcome.errors;
    }
  }
  return outcome;
}

void expect_both(Outcome const& outcome) {
  EXPECT_GT(outcome.tables, 0);
  EXPECT_GT(outcome.errors, 0);
}

constexpr char const* small_bed =
    "#c\nchr1\t2\t8\tone\t0\t+\t1\t-1\t-1\t3\nchr2\t0\t6\ttwo\t0\t-\t1\t-1\t-1\t0\nchr1\t9\t15\t.\t0\t.\t1\t-1\t-"
    "1\t5\n";
constexpr char const* small_index = "chr1\t20\t12\t8\t9\nchr2\t6\t41\t7\t8\n";

class Mutations : public testing::Test {
 protected:
  Mutations() {
    test::write(folder_, "g.fa", test::tiny_genome);
    test::write(folder_, "l.bed", small_bed);
  }
  LociOptions options(std::int64_t length) const {
    return test::windows(folder_.file("g.fa"), folder_.file("l.bed"), length);
  }
  test::TemporaryFolder folder_;
};

TEST_F(Mutations, OfBed) {
  expect_both(read_damaged(options(0), folder_, "l.bed", small_bed, 3000, 1));
  expect_both(read_damaged(options(4), folder_, "l.bed", small_bed, 3000, 2));
}

TEST_F(Mutations, OfNarrowPeakSummits) {
  auto summits = options(4);
  summits.anchor = Anchor::summit;
  summits.edge = EdgePolicy::skip;
  expect_both(read_damaged(summits, folder_, "l.bed", small_bed, 3000, 3));
}

TEST_F(Mutations, OfGenomes) {
  expect_both(read_damaged(options(4), folder_, "g.fa", test::tiny_genome, 3000, 4));
}

TEST_F(Mutations, OfFastaIndexes) {
  expect_both(read_damaged(options(4), folder_, "g.fa.fai", small_index, 3000, 5));
}

TEST_F(Mutations, OfReadySequences) {
  std::string const fasta = ">one a\nACGTN\nACG\n>two\nacgtnrya\n>three\nTTTTTTTT\n";
  expect_both(read_damaged(test::ready(folder_.file("s.fa")), folder_, "s.fa", fasta, 5000, 6));
}

TEST_F(Mutations, OfCompressedFiles) {
  auto const loci = test::read_bytes(test::data("genome/small.bed.gz"));
  auto damaged_loci = test::windows(test::data("genome/small.fa"), folder_.file("l.bed.gz"), 40);
  read_damaged(damaged_loci, folder_, "l.bed.gz", loci, 1000, 7);

  auto const genome = test::read_bytes(test::data("genome/small.fa.gz"));
  auto damaged_genome = test::windows(folder_.file("g.fa.gz"), test::data("genome/small.bed"), 40);
  read_damaged(damaged_genome, folder_, "g.fa.gz", genome, 1000, 8);
}

TEST_F(Mutations, RandomBytes) {
  std::mt19937 random(9);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(1 + random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    test::write(folder_, "l.bed", bytes);
    EXPECT_NE(test::table_error(options(4)), "");
    EXPECT_NE(test::table_error(test::ready(folder_.file("l.bed"))), "");
  }
}

}  // namespace
}  // namespace shoal::genome
