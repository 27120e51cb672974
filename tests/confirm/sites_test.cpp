// SPDX-License-Identifier: MIT
// Where sites lie in loci, and tables of them, by hand.
#include "confirm/sites.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "confirm/tables.hpp"
#include "support/data.hpp"

namespace shoal::confirm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Sites : public testing::Test {
 protected:
  std::string write(std::string const& name, std::string const& text) const {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  // chr1:10-20 on +, chr1:15-25 on -, chr2:0-10 on +.
  genome::LocusTable loci() const {
    genome::LociOptions options;
    options.genome = write("genome.fa", ">chr1\nACGTACGTACGTACGTACGTACGTACGTACGT\n>chr2\nTTTTTGGGGGCCCCC\n");
    options.loci = write("loci.bed", "chr1\t10\t20\tone\t0\t+\nchr1\t15\t25\ttwo\t0\t-\nchr2\t0\t10\tthree\t0\t+\n");
    return genome::LocusTable::read(options);
  }
  std::string refusal(std::string const& name, std::string const& text) const {
    auto const table = loci();
    try {
      read_sites(write(name, text), table);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input);
      return error.what();
    }
    return "no error";
  }

  test::TemporaryFolder const folder_;
};

TEST_F(Sites, OfABedAreInEveryLocusThatHoldsThem) {
  auto const table = loci();
  SiteList const list = read_sites(
      write("sites.bed", "chr1\t16\t19\tA\t0\t-\nchr1\t11\t13\tB\t0\t+\nchr1\t21\t26\tA\t0\t+\nchr2\t4\t6\tB\t0\t.\n"),
      table);
  EXPECT_THAT(list.motifs, ElementsAre("A", "B"));
  std::vector<std::string> found;
  for (Site const& site : list.sites) {
    found.push_back(fmt::format("{} {} {} {} {}", site.locus, site.start, site.end, site.motif, site.strand));
  }
  // 16 to 19 of the turned locus 15 to 25 are its positions 6 to 9.
  EXPECT_THAT(found, ElementsAre("0 6 9 0 -", "1 6 9 0 -", "0 1 3 1 +", "2 4 6 1 ."));
}

TEST_F(Sites, OfATableFollowRowsAndNames) {
  auto const table = loci();
  SiteList list =
      read_sites(write("hits.tsv", "locus\tname\tfirst\tlast\tmotif\tstrand\n2\tthree\t0\t10\tM\t-\n"), table);
  ASSERT_EQ(list.sites.size(), 1U);
  EXPECT_EQ(list.sites[0].locus, 2);
  EXPECT_EQ(list.sites[0].end, 10);
  EXPECT_EQ(list.sites[0].strand, '-');
  list = read_sites(write("named.tsv", "first\tlast\tname\n1\t4\ttwo\n"), table);
  EXPECT_EQ(list.sites[0].locus, 1);
  EXPECT_THAT(list.motifs, ElementsAre("site"));
}

TEST_F(Sites, RefusesByLine) {
  std::string const heading = "locus\tname\tfirst\tlast\n";
  EXPECT_THAT(refusal("a.tsv", heading + "0\tone\t1\t3\n0\ttwo\t1\t3\n"),
              testing::AllOf(HasSubstr("a.tsv:3"), HasSubstr("other loci")));
  EXPECT_THAT(refusal("a.tsv", heading + "3\tone\t1\t3\n"),
              HasSubstr("there is no locus 3: the loci have rows 0 to 2"));
  EXPECT_THAT(refusal("a.tsv", heading + "0\tone\t1\t11\n"), HasSubstr("positions 1 to 11 of a locus of 10 bases"));
  EXPECT_THAT(refusal("a.tsv", heading + "0\tone\t3\t3\n"), HasSubstr("positions 3 to 3"));
  EXPECT_THAT(refusal("a.tsv", heading + "0\tone\tx\t3\n"), HasSubstr("in column first is no whole number"));
  EXPECT_THAT(refusal("a.tsv", "name\tfirst\tlast\nfour\t1\t3\n"), HasSubstr("there is no locus"));
  EXPECT_THAT(refusal("a.tsv", "name\tfirst\n"), HasSubstr("has the columns locus or name, first and last"));
  EXPECT_THAT(refusal("a.tsv", "name\tfirst\tlast\tfirst\none\t1\t3\t2\n"),
              testing::AllOf(HasSubstr("a.tsv:1"), HasSubstr("two columns are called first")));
  EXPECT_THAT(refusal("a.tsv", heading), HasSubstr("has no site in the loci"));
  EXPECT_THAT(refusal("a.tsv", heading + "0\tone\t1\n"), HasSubstr("3 fields"));
  EXPECT_THAT(refusal("a.bed", "chr3\t1\t3\n"), HasSubstr("has no site in the loci"));
}

TEST_F(Sites, TilesAreWhole) {
  auto const table = loci();
  SiteList const list = tile_loci(4, 3, table);
  std::vector<std::int64_t> starts;
  for (Site const& site : list.sites) {
    EXPECT_EQ(site.end - site.start, 4);
    if (site.locus == 1) starts.push_back(site.start);
  }
  EXPECT_THAT(starts, ElementsAre(0, 3, 6));
  EXPECT_EQ(list.sites.size(), 9U);
  EXPECT_THROW(tile_loci(11, 1, table), Error);
  EXPECT_THROW(tile_loci(4, 0, table), Error);
}

TEST_F(Sites, TablesHaveTheGenomesPlaces) {
  auto const table = loci();
  SiteList const list{.motifs = {"A", "B"},
                      .sites = {{1, 6, 9, 0, '-'}, {0, 1, 3, 1, '+'}, {2, 0, 4, 0, '.'}, {2, 1, 4, 0, '.'}}};
  SiteEffects found{.tasks = {{"net", "task"}}, .effects = std::vector<SiteEffect>(4)};
  found.effects[0].necessity.mean = 2;
  found.effects[2].necessity.mean = 4;
  found.effects[3].necessity.mean = 6;
  found.effects[0].necessity_q = 0.01;
  found.effects[2].necessity_q = 0.5;
  found.effects[1].necessity_q = found.effects[3].necessity_q = std::numeric_limits<double>::quiet_NaN();
  std::string const sites = site_table(table, list, found);
  EXPECT_THAT(sites, HasSubstr("\n1\ttwo\tchr1\t16\t19\t-\t6\t9\tA\tnet\ttask\t0\t2\tNA\t"));
  EXPECT_THAT(sites, HasSubstr("\n0\tone\tchr1\t11\t13\t+\t1\t3\tB\tnet\ttask\t"));
  std::string const motifs = motif_table(list, found, 0.1, 0.95);
  EXPECT_THAT(motifs, HasSubstr("\nA\tnet\ttask\t3\t4\t"));  // the mean of 2, 4 and 6
  EXPECT_THAT(motifs, HasSubstr("\t0\t0.5\t"));              // control; one of the two that were tested is necessary
  EXPECT_THAT(motifs, HasSubstr("\nB\tnet\ttask\t1\tNA\t"));
}

}  // namespace
}  // namespace shoal::confirm
