// SPDX-License-Identifier: MIT
#include "library/motif.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "chi_square.hpp"

namespace shoal::library {
namespace {

using Codes = std::vector<std::uint8_t>;
using testing::ElementsAre;
using testing::HasSubstr;

Draws draws_of(std::uint32_t item) {
  return {1, Draws::Purpose::motif_letters, 0, item};
}

std::string refusal(std::string const& text) {
  try {
    parse_motif(text);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "no error";
}

TEST(Motif, IsNameAndLetters) {
  EXPECT_EQ(parse_motif("AP1=tgasTCA").name, "AP1");
  EXPECT_EQ(parse_motif("AP1=tgasTCA").letters, "TGASTCA");
  EXPECT_EQ(parse_motif("GATU").name, "GATU");
  EXPECT_EQ(parse_motif("GATU").letters, "GATT");
  EXPECT_THAT(refusal("AP1=TGAXTCA"), HasSubstr("'X' is no IUPAC letter"));
  EXPECT_THAT(refusal("AP1="), HasSubstr("no base"));
  EXPECT_THAT(refusal("AP1=NNN"), HasSubstr("no base"));
  EXPECT_THAT(refusal("=ACGT"), HasSubstr("no name"));
  EXPECT_THAT(refusal("a/b=ACGT"), HasSubstr("a name has no /"));
}

// Every IUPAC letter by hand: A 1, C 2, G 4, T 8.
TEST(Motif, KnowsEveryLetter) {
  EXPECT_THAT(parse_motif("x=ACGTRYSWKMBDHVN").choices(),
              ElementsAre(1, 2, 4, 8, 1 + 4, 2 + 8, 2 + 4, 1 + 8, 4 + 8, 1 + 2, 14, 13, 11, 7, 15));
}

TEST(Motif, DrawsAmbiguousLettersEvenly) {
  Motif const motif = parse_motif("x=ASNHT");
  std::vector<double> two(4), three(4);
  for (std::uint32_t item = 0; item < 6000; ++item) {
    Draws draws = draws_of(item);
    Codes const codes = draw_motif(motif, draws);
    ASSERT_EQ(codes[0], 0);
    ASSERT_EQ(codes[2], 4);
    ASSERT_EQ(codes[4], 3);
    ++two[codes[1]];
    ++three[codes[3]];
  }
  EXPECT_LT(std::abs(chi_square_excess(two, [](std::size_t i) { return i == 1 || i == 2 ? 3000.0 : 0; })), 4);
  EXPECT_LT(std::abs(chi_square_excess(three, [](std::size_t i) { return i == 2 ? 0 : 2000.0; })), 4);
}

TEST(Control, IsAnotherOrder) {
  Motif const motif = parse_motif("x=TGACTNCA");
  for (std::uint32_t item = 0; item < 200; ++item) {
    Draws draws = draws_of(item);
    Codes const letters = draw_motif(motif, draws);
    Codes scrambled = control_of(motif, letters, Control::scrambled, draws);
    EXPECT_NE(scrambled, letters);
    EXPECT_EQ(scrambled[5], 4);
    std::ranges::sort(scrambled);
    Codes sorted = letters;
    std::ranges::sort(sorted);
    EXPECT_EQ(scrambled, sorted);
  }
}

TEST(Control, KeepsDinucleotides) {
  Motif const motif = parse_motif("x=ACATAGA");
  Draws draws = draws_of(0);
  Codes const letters = draw_motif(motif, draws);
  Codes const shuffled = control_of(motif, letters, Control::dinucleotide, draws);
  EXPECT_NE(shuffled, letters);
  auto const counts = [](Codes const& codes) {
    std::array<int, 16> pairs{};
    for (std::size_t i = 0; i + 1 < codes.size(); ++i) ++pairs[4u * codes[i] + codes[i + 1]];
    return pairs;
  };
  EXPECT_EQ(counts(shuffled), counts(letters));
}

TEST(Control, IsRefusedWhereThereIsNone) {
  Motif const motif = parse_motif("poly=AAAAA");
  for (Control const control : {Control::scrambled, Control::dinucleotide}) {
    Draws draws = draws_of(0);
    try {
      control_of(motif, {0, 0, 0, 0, 0}, control, draws);
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_THAT(error.what(), HasSubstr("the motif poly (AAAAA) has no other order"));
    }
  }
}

}  // namespace
}  // namespace shoal::library
