// SPDX-License-Identifier: MIT
// Tables of measured effects and of sites, and what is measured with them.
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "compare/effect_table.hpp"
#include "compare/site_table.hpp"
#include "compare/sites/site_variation.hpp"
#include "support/data.hpp"

namespace shoal::compare {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

std::string write(std::string const& name, std::string const& text) {
  static test::TemporaryFolder const folder;
  std::string const path = folder.file(name);
  std::ofstream(path) << text;
  return path;
}

template <class Read>
std::string error_of(Read&& read) {
  try {
    read();
  } catch (Error const& error) {
    return error.what();
  }
  return "no error";
}

// A map whose value at base b and position l is 10 b + l.
std::vector<double> counted_map(std::size_t length) {
  std::vector<double> map;
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t l = 0; l < length; ++l) map.push_back(static_cast<double>(10 * base + l));
  }
  return map;
}

TEST(EffectTable, PairsVariantsWithTheMapOnBothStrands) {
  auto const table =
      EffectTable::read(write("effects.tsv",
                              "chrom\tpos\tref\talt\tvalue\textra\nchr1\t102\tC\tT\t0.5\tx\nchr1\t101\tA\tG\t-1\tx\n"
                              "chr2\t101\tA\tG\t3\tx\nchr1\t90\tA\tG\t3\tx\n"));
  genome::Locus const forward{"chr1", 100, 104, '+', "here", ""};
  auto const found = table.pairs(forward, genome::Codes{0, 1, 2, 3}, counted_map(4));
  EXPECT_THAT(found.measured, ElementsAre(-1, 0.5));
  EXPECT_THAT(found.predicted, ElementsAre(20, 20));  // A to G, C to T: two bases further
  // The other strand: ACGT is ACGT, A at 101 is T at its end, so A to G is T to C there.
  genome::Locus const reverse{"chr1", 100, 104, '-', "here", ""};
  auto const turned = table.pairs(reverse, genome::Codes{0, 1, 2, 3}, counted_map(4));
  EXPECT_THAT(turned.predicted, ElementsAre(-20, -20));
}

TEST(EffectTable, RefusesByLine) {
  auto const wrong = EffectTable::read(write("wrong.tsv", "chrom\tpos\tref\talt\tvalue\nchr1\t101\tC\tG\t1\n"));
  genome::Locus const locus{"chr1", 100, 104, '+', "here", ""};
  EXPECT_THAT(error_of([&] {
                wrong.pairs(locus, genome::Codes{0, 1, 2, 3}, counted_map(4));
              }),
              testing::AllOf(HasSubstr("wrong.tsv:2"), HasSubstr("has A")));
  auto const refused = [](std::string const& row) {
    auto const path = write("refused.tsv", "chrom\tpos\tref\talt\tvalue\n" + row);
    return error_of([&] { EffectTable::read(path); });
  };
  EXPECT_THAT(refused("chr1\t0\tA\tC\t1\n"), HasSubstr("refused.tsv:2"));
  EXPECT_THAT(refused("chr1\t1\tAC\tC\t1\n"), HasSubstr("substitutions"));
  EXPECT_THAT(refused("chr1\t1\tA\tC\tnan\n"), HasSubstr("no number"));
  EXPECT_THAT(error_of([] { EffectTable::read(write("columns.tsv", "chrom\tpos\nchr1\t1\n")); }), HasSubstr("ref"));
}

TEST(SiteTable, HasStrataOfOneWidth) {
  auto const table =
      SiteTable::read(write("sites.bed", "chr1\t10\t17\tone\t0\t+\nchr1\t30\t37\ttwo\t0\t-\nchr2\t5\t12\tone\t0\t+\n"));
  EXPECT_THAT(table.strata, ElementsAre("one", "two"));
  EXPECT_THAT(table.widths, ElementsAre(7, 7));
  EXPECT_EQ(table.sites[1].strand, '-');
  EXPECT_EQ(table.sites[2].stratum, 0U);
  auto const ragged = write("ragged.bed", "chr1\t10\t17\tone\nchr1\t30\t36\tone\n");
  EXPECT_THAT(error_of([&] { SiteTable::read(ragged); }), HasSubstr("ragged.bed:2"));
}

TEST(SiteColumns, AreScaledAndTurned) {
  // One base minus its mean: 10 b - 15 at every position: -15, -5, 5, 15; standard deviation sqrt(125).
  auto const map = counted_map(6);
  double const unit = std::sqrt(125.0);
  genome::Locus const locus{"chr1", 100, 106, '+', "here", ""};
  Site site{"chr1", 102, 104, '+', 0};
  auto const columns = site_columns(map, locus, site, 1);
  ASSERT_EQ(columns.size(), 16U);
  EXPECT_NEAR(columns[0], -15 / unit, 1e-12);
  site.strand = '-';
  EXPECT_NEAR(site_columns(map, locus, site, 1)[0], 15 / unit, 1e-12);
  EXPECT_TRUE(site_columns(map, locus, site, 3).empty());
  site.contig = "chr2";
  EXPECT_TRUE(site_columns(map, locus, site, 0).empty());
  // A position that stands out: the third of the window is the site's second from the right on the other strand.
  std::vector<double> spike(24);
  spike[2] = 1;
  site = {"chr1", 102, 105, '-', 0};
  auto const turned = site_columns(spike, locus, site, 0);
  EXPECT_GT(turned[3 * 3 + 2], 1);  // A of the window is T of the site, and its first position the last
  EXPECT_LT(turned[2], 0);
}

}  // namespace
}  // namespace shoal::compare
