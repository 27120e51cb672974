// SPDX-License-Identifier: MIT
// A whole run on a genome, a network and records by hand: what stands beside what.
#include "variants/variants.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "base/text.hpp"
#include "genome/codes.hpp"
#include "scan/linear_network.hpp"
#include "support/data.hpp"

namespace shoal::variants {
namespace {

constexpr char genome[] = "ACGTTGCAACGTACGGTCAATCGA";
constexpr char header[] = "##fileformat=VCFv4.2\n##contig=<ID=c>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

class Variants : public testing::Test {
 protected:
  Variants() {
    std::ofstream(folder_.file("g.fa")) << ">c\n" << genome << "\n";
    options_.genome = folder_.file("g.fa");
    options_.networks = {{"m", shoal::test::linear_network(network::Activation::linear, 1.0)}};
    options_.output_table = folder_.file("table.tsv");
  }

  // The table's lines, field by field, for records "POS REF ALT" without their other columns.
  std::vector<std::vector<std::string>> run(std::vector<std::string> const& records) {
    options_.vcf = folder_.file("v.vcf");
    {
      std::ofstream vcf(options_.vcf);
      vcf << header;
      for (std::string const& record : records) {
        auto const fields = split(record, ' ');
        vcf << "c\t" << fields[0] << "\t.\t" << fields[1] << '\t' << fields[2] << "\t.\t.\t.\n";
      }
    }
    summary_ = run_variants(options_);
    std::ifstream table(options_.output_table);
    std::vector<std::vector<std::string>> lines;
    for (std::string line; std::getline(table, line);) {
      auto& fields = lines.emplace_back();
      for (std::string_view const field : split(line, '\t')) fields.emplace_back(field);
    }
    return lines;
  }

  // The network's first output for the window of 8 bases around position `at` (from 0), with another base there.
  static double score(std::size_t at, char base) {
    std::string window = std::string(genome).substr(at - 4, 8);
    window[4] = base;
    double sum = 0.5;
    auto const codes = genome::to_codes(window);
    for (std::size_t i = 0; i < 8; ++i) sum += shoal::test::weight(0, i, codes[i]);
    return sum;
  }

  shoal::test::TemporaryFolder folder_;
  VariantOptions options_;
  VariantSummary summary_;
};

TEST_F(Variants, SkippedAllelesShiftNoScores) {
  // Positions from 1; the genome has T at 5, A at 9, G at 11, T at 12 and C at 14.
  auto const lines = run({"5 T A", "9 A *,C,<DEL>,G", "11 G <DEL>", "12 T A,*", "14 C G"});
  std::vector<std::vector<std::string>> const expected = {{"5", "A"},     {"9", "*"},  {"9", "C"},
                                                          {"9", "<DEL>"}, {"9", "G"},  {"11", "<DEL>"},
                                                          {"12", "A"},    {"12", "*"}, {"14", "G"}};
  ASSERT_EQ(lines.size(), 1 + expected.size());
  EXPECT_EQ(lines[0][6], "m/final:0:ref");
  int scored = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    auto const& line = lines[i + 1];
    EXPECT_EQ(line[1], expected[i][0]);
    EXPECT_EQ(line[4], expected[i][1]);
    bool const is_scored = expected[i][1].size() == 1 && expected[i][1] != "*";
    EXPECT_EQ(line[5] == "NA", is_scored);
    if (!is_scored) {
      EXPECT_EQ(line[6], "NA");
      continue;
    }
    ++scored;
    auto const at = static_cast<std::size_t>(std::stoi(line[1])) - 1;
    EXPECT_NEAR(std::stod(line[6]), score(at, genome[at]), 1e-5) << line[1];
    EXPECT_NEAR(std::stod(line[7]), score(at, expected[i][1][0]), 1e-5) << line[1] << line[4];
  }
  EXPECT_EQ(scored, 5);
  EXPECT_EQ(summary_.records, 5);
  EXPECT_EQ(summary_.alleles, 9);
  EXPECT_EQ(summary_.skipped, 4);
}

TEST_F(Variants, NetworksOfOtherLengthsReadTheirOwnWindows) {
  // Both orders: columns follow the networks, and a network's numbers are those of its run alone.
  std::vector<std::string> const records = {"9 A C,G", "10 CGTAC C", "12 T TAAAAA,A"};
  auto const with = [&](std::vector<std::pair<std::string, std::int64_t>> const& networks) {
    options_.networks.clear();
    for (auto const& [name, bases] : networks) {
      options_.networks.push_back({name, shoal::test::linear_network(network::Activation::linear, 1.0, bases)});
    }
    return run(records);
  };
  constexpr std::size_t fixed = 6;
  constexpr std::size_t of_network = 6;  // two tasks: ref, alt and effect
  for (VariantStrand const strand : {VariantStrand::forward, VariantStrand::reverse}) {
    options_.strand = strand;
    auto const small = with({{"s", 8}});
    auto const large = with({{"l", 12}});
    auto const together = with({{"s", 8}, {"l", 12}});
    ASSERT_EQ(together.size(), 6U);
    for (std::size_t line = 0; line < together.size(); ++line) {
      auto wanted = small[line];
      wanted.insert(wanted.end(), large[line].begin() + fixed, large[line].end());
      // A deletion or insertion of 5 and 6 bases is too long for 8 bases, not for 12.
      bool const is_long = line == 3 || line == 4;
      EXPECT_EQ(small[line][5], line == 0 ? "skipped" : is_long ? "longer_than_half_the_window" : "NA");
      if (is_long) wanted[5] = "NA";
      EXPECT_EQ(together[line], wanted) << line;
      for (std::size_t column = fixed; column < fixed + of_network; ++column) {
        EXPECT_EQ(together[line][column] == "NA", is_long) << line << ' ' << column;
        EXPECT_NE(together[line][column + of_network], "NA") << line << ' ' << column;
      }
    }
    auto const turned = with({{"l", 12}, {"s", 8}});
    EXPECT_EQ(turned[5][fixed], together[5][fixed + of_network]);
    EXPECT_EQ(turned[5][fixed + of_network], together[5][fixed]);
  }
}

TEST_F(Variants, BothStrandsOfNetworksOfTwoLengthsKeepTheirColumns) {
  options_.networks.push_back({"l", shoal::test::linear_network(network::Activation::linear, 1.0, 12)});
  options_.strand = VariantStrand::both;
  auto const both = run({"9 A C"});
  options_.strand = VariantStrand::reverse;
  auto const reverse = run({"9 A C"});
  options_.strand = VariantStrand::forward;
  auto const forward = run({"9 A C"});
  constexpr std::size_t fixed = 6;
  for (std::size_t line = 0; line < 2; ++line) {
    auto wanted = forward[line];
    wanted.insert(wanted.end(), reverse[line].begin() + fixed, reverse[line].end());
    EXPECT_EQ(both[line], wanted);
  }
  EXPECT_EQ(both[0][fixed + 12], "m/final:0(-):ref");
}

}  // namespace
}  // namespace shoal::variants
