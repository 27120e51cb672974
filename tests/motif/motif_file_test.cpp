// SPDX-License-Identifier: MIT
// Motif files of every format: what they mean, and the line that a refusal names.
#include "motif/motif_file.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal::motif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string const meme_head = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n";
std::string const meme_motif =
    "MOTIF MA1 first\nletter-probability matrix: alength= 4 w= 2 nsites= 10 E= 0\n 0.1 0.2 0.3 0.4\n 1 0 0 0\nURL x\n";

MotifFile read(std::string const& text) {
  return read_motifs("some.motifs", &text);
}

std::string refusal(std::string const& text) {
  try {
    read(text);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    return error.what();
  }
  return "no refusal";
}

TEST(MotifFile, MemeHasNamesProbabilitiesAndSites) {
  MotifFile const file = read(meme_head + "Background letter frequencies\nA 0.3 C 0.2 G 0.2 T 0.3\n\n" + meme_motif +
                              "MOTIF MA2\nletter-probability matrix:\n0.25 0.25 0.25 0.25\n");
  ASSERT_EQ(file.motifs.size(), 2U);
  EXPECT_EQ(file.format, MotifFormat::meme);
  EXPECT_EQ(file.motifs[0].name, "MA1");
  EXPECT_EQ(file.motifs[0].alternate, "first");
  EXPECT_EQ(file.motifs[0].sites, 10);
  ASSERT_EQ(file.motifs[0].columns.size(), 2U);
  EXPECT_THAT(file.motifs[0].columns[0], ElementsAre(0.1, 0.2, DoubleNear(0.3, 1e-15), 0.4));
  EXPECT_EQ(file.motifs[1].columns.size(), 1U);
  EXPECT_THAT(file.background, ElementsAre(0.3, 0.2, 0.2, 0.3));
}

TEST(MotifFile, JasparCountsBecomeShares) {
  MotifFile const file =
      read(">MA0002.2\tRUNX1\nA  [ 1 0 ]\nC  [ 1 0 ]\nG  [ 2 8 ]\nT  [ 4 0 ]\n\n>bare\n1\n1\n1\n1\n");
  ASSERT_EQ(file.motifs.size(), 2U);
  EXPECT_EQ(file.format, MotifFormat::jaspar);
  EXPECT_EQ(file.motifs[0].alternate, "RUNX1");
  EXPECT_EQ(file.motifs[0].sites, 8);
  EXPECT_THAT(file.motifs[0].columns, ElementsAre(ElementsAre(0.125, 0.125, 0.25, 0.5), ElementsAre(0, 0, 1, 0)));
}

TEST(MotifFile, TransfacHasItsMatrixBetweenP0AndXX) {
  MotifFile const file = read(
      "VV  some release\nXX\n//\nAC  M00001\nXX\nID  V$MYOD_01\nNA  MyoD\nP0      A      C      G      T\n"
      "01      1      2      2      0      S\n02      2      1      2      0      R\nXX\n//\n");
  ASSERT_EQ(file.motifs.size(), 1U);
  EXPECT_EQ(file.format, MotifFormat::transfac);
  EXPECT_EQ(file.motifs[0].name, "M00001");
  EXPECT_EQ(file.motifs[0].alternate, "MyoD");
  EXPECT_THAT(file.motifs[0].columns, ElementsAre(ElementsAre(0.2, 0.4, 0.4, 0), ElementsAre(0.4, 0.2, 0.4, 0)));
}

TEST(MotifFile, RefusalsNameTheLine) {
  std::string const matrix = "letter-probability matrix: alength= 4 w= 2\n";
  EXPECT_THAT(refusal("chr1 1 2\n"), HasSubstr("some.motifs:1: 'chr1 1 2' begins no motif file"));
  EXPECT_THAT(refusal("\n\n"), HasSubstr("some.motifs has no motifs"));
  EXPECT_THAT(refusal(meme_head), HasSubstr("some.motifs has no motifs"));
  EXPECT_THAT(refusal("MEME version 4\nALPHABET= ACGU\n"), HasSubstr("some.motifs:2: the alphabet is"));
  EXPECT_THAT(refusal(meme_head + "MOTIF\n"), HasSubstr("some.motifs:7: MOTIF without a name"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\n"), HasSubstr("some.motifs:7: motif 'a' has no columns"));
  EXPECT_THAT(refusal(meme_head + matrix), HasSubstr(":7: a matrix without a MOTIF line"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\n" + matrix + "1 0 0 0\n"),
              HasSubstr("1 columns, and its header says w= 2"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\n" + matrix + "1 0 0 0\n1 0 0\n"), HasSubstr(":10: a column has 4"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\n" + matrix + "1 0 0 0\n1 -1 1 0\n"), HasSubstr(":10: '-1' is negative"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\n" + matrix + "1 0 0 0\n.5 0 0 0\n"), HasSubstr("sums to 0.5 and not to 1"));
  EXPECT_THAT(refusal(meme_head + "MOTIF a\nletter-probability matrix: alength= 20 w= 2\n"), HasSubstr("alength= 20"));
  EXPECT_THAT(refusal(meme_head + meme_motif + meme_motif), HasSubstr(":12: motif 'MA1' was given before, in line 7"));
  EXPECT_THAT(refusal(">a\n1 2\n1 2\n1\n1 2\n"), HasSubstr(":4: this row has 1 counts, and the first has 2"));
  EXPECT_THAT(refusal(">a\n1 2\n1 2\n"), HasSubstr(":3: motif 'a' ends before its four rows"));
  EXPECT_THAT(refusal(">a\nC 1\nA 1\nG 1\nT 1\n"), HasSubstr(":2: 'C' stands where the counts of A should"));
  EXPECT_THAT(refusal(">a\n0\n0\n0\n0\n"), HasSubstr(":1: column 1 of motif 'a' sums to 0"));
  EXPECT_THAT(refusal("AC a\nP0 C A G T\n"), HasSubstr(":2: P0 should name the bases"));
  EXPECT_THAT(refusal("AC a\nP0 A C G T\n02 1 1 1 1\n"), HasSubstr(":3: column 02 stands where column 1 should"));
  EXPECT_THAT(refusal("AC a\nP0 A C G T\n01 1 nan 1 1\n"), HasSubstr(":3: 'nan' is no number"));
}

TEST(MotifFile, WhatIsWrittenIsReadAgain) {
  test::TemporaryFolder const folder;
  std::vector<Motif> const motifs = {{"a b", "factor", {{0.125, 0.25, 0.5, 0.125}}, 17, 0}, {"c", "", {{0, 1, 0, 0}}}};
  write_meme(folder.file("out.meme"), motifs);
  MotifFile const file = read_motifs(folder.file("out.meme"));
  ASSERT_EQ(file.motifs.size(), 2U);
  EXPECT_EQ(file.motifs[0].name, "a_b");
  EXPECT_EQ(file.motifs[0].alternate, "factor");
  EXPECT_EQ(file.motifs[0].sites, 17);
  EXPECT_EQ(file.motifs[0].columns, motifs[0].columns);
  EXPECT_EQ(file.motifs[1].columns, motifs[1].columns);
}

TEST(MotifFile, PublishedCollections) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const meme = read_motifs(test::shared("motifs/JASPAR_CORE_2016_vertebrates.meme")).motifs;
  auto const counts = read_motifs(test::shared("motifs/pfm_vertebrates.txt")).motifs;
  auto const core = read_motifs(test::shared("motifs/HOCOMOCO_v12_CORE.meme")).motifs;
  EXPECT_EQ(meme.size(), 518U);
  EXPECT_EQ(counts.size(), 519U);
  EXPECT_EQ(core.size(), 1443U);
  std::size_t columns = 0;
  for (Motif const& motif : core) columns += motif.columns.size();
  EXPECT_EQ(columns, 21845U);
  ASSERT_EQ(meme[0].name, counts[0].name);
  for (std::size_t base = 0; base < 4; ++base) {
    EXPECT_NEAR(meme[0].columns[0][base], counts[0].columns[0][base], 1e-6);
  }
}

// A majority twice as large as the next, two bases above 3/4, neither; and ends without a letter.
TEST(IupacLetters, FollowCavenersRule) {
  std::vector<Column> const columns = {{.25, .25, .25, .25}, {.6, .3, .1, 0}, {.6, .31, .05, .04}, {.5, .1, .3, .1},
                                       {.4, .3, .2, .1},     {0, .1, 0, .9},  {.45, .3, .15, .1}};
  EXPECT_EQ(iupac_letters(columns), "AMRNT");
  EXPECT_EQ(iupac_letters({{.25, .25, .25, .25}}), "");
}

}  // namespace
}  // namespace shoal::motif
