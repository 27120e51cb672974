// SPDX-License-Identifier: MIT
#include "variants/records/alleles.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/data.hpp"

namespace shoal::variants {
namespace {

// Positions from 0:       0123456789
constexpr char genome[] = ">c\nACGTTGCAAC\n";

class VariantAlleles : public testing::Test {
 protected:
  VariantAlleles() {
    std::ofstream(folder_.file("g.fa")) << genome;
    file_.emplace(folder_.file("g.fa"));
  }
  // "REFERENCE ALTERNATIVE" of windows of 6 bases, or why there are none.
  std::string windows(std::int64_t position, std::string const& reference, std::string const& alternative,
                      std::string const& contig = "c") {
    auto const made = allele_windows(*file_, {contig, position, "", reference, {alternative}}, alternative, 6);
    if (!made.skipped.empty()) return made.skipped;
    return genome::to_text(made.reference) + " " + genome::to_text(made.alternative);
  }

  shoal::test::TemporaryFolder folder_;
  std::optional<genome::GenomeFile> file_;
};

TEST_F(VariantAlleles, WindowsByHand) {
  EXPECT_EQ(windows(4, "T", "A"), "CGTTGC CGTAGC");
  EXPECT_EQ(windows(4, "t", "a"), "CGTTGC CGTAGC");
  EXPECT_EQ(windows(4, "TG", "AC"), "CGTTGC CGTACC");
  // After a deletion the genome fills up from the right; an insertion pushes it out.
  EXPECT_EQ(windows(4, "TG", "T"), "CGTTGC CGTTCA");
  EXPECT_EQ(windows(4, "T", "TAA"), "CGTTGC CGTTAA");
  EXPECT_EQ(windows(1, "C", "G"), "NNACGT NNAGGT");
  EXPECT_EQ(windows(9, "C", "G"), "CAACNN CAAGNN");
  EXPECT_EQ(windows(8, "AC", "A"), "GCAACN GCAANN");
}

TEST_F(VariantAlleles, ReasonsWhyAnAlleleIsSkipped) {
  EXPECT_EQ(windows(4, "T", "*"), "overlapping_deletion");
  EXPECT_EQ(windows(4, "T", "."), "no_alternative");
  EXPECT_EQ(windows(4, "T", "<DEL>"), "symbolic");
  EXPECT_EQ(windows(4, "T", "T[c:9["), "breakend");
  EXPECT_EQ(windows(4, "T", ".T"), "breakend");
  EXPECT_EQ(windows(4, "T", "N"), "not_ACGT");
  EXPECT_EQ(windows(4, "R", "A"), "not_ACGT");
  EXPECT_EQ(windows(4, "T", "T"), "same_as_reference");
  EXPECT_EQ(windows(4, "T", "TAAA"), "longer_than_half_the_window");
  EXPECT_EQ(windows(4, "T", "A", "chr"), "unknown_contig");
  EXPECT_EQ(windows(4, "G", "A"), "reference_mismatch");
  EXPECT_EQ(windows(9, "CA", "C"), "reference_mismatch");
  EXPECT_EQ(windows(400, "C", "A"), "reference_mismatch");
}

}  // namespace
}  // namespace shoal::variants
