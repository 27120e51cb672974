// SPDX-License-Identifier: MIT
#include "library/library.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/backends.hpp"

namespace shoal::library {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

using Codes = std::vector<std::uint8_t>;

Codes wild_type_of(std::size_t length, std::size_t unknown_every = 0) {
  Codes codes(length);
  for (std::size_t i = 0; i < length; ++i) {
    bool const is_unknown = unknown_every > 0 && i % unknown_every == unknown_every - 1;
    codes[i] = is_unknown ? kernels::code_n : static_cast<std::uint8_t>((i * i + i / 3) % 4);
  }
  return codes;
}

std::span<std::uint8_t const> row_of(Codes const& codes, std::size_t row, std::size_t length) {
  return std::span(codes).subspan(row * length, length);
}

std::size_t differences(std::span<std::uint8_t const> one, std::span<std::uint8_t const> other) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < one.size(); ++i) count += one[i] != other[i] ? 1 : 0;
  return count;
}

using Libraries = test::OnBackend;

TEST_P(Libraries, SingleSubstitutionsByHand) {
  Codes const wild_type{2, 4, 0};  // GNA
  Library const library = single_substitutions(backend(), wild_type);
  EXPECT_EQ(library.mutants(), 7);
  EXPECT_EQ(library.length(), 3);
  EXPECT_THAT(library.codes(), ElementsAre(2, 4, 0,                    //
                                           0, 4, 0, 1, 4, 0, 3, 4, 0,  // A, C, T for G
                                           2, 4, 1, 2, 4, 2, 2, 4, 3));
}

TEST_P(Libraries, SingleSubstitutionsAcrossWords) {
  Codes const wild_type = wild_type_of(101, 10);
  Library const library = single_substitutions(backend(), wild_type);
  ASSERT_EQ(library.mutants(), 3 * 91 + 1);
  Codes const codes = library.codes();
  EXPECT_THAT(row_of(codes, 0, 101), ElementsAreArray(wild_type));
  std::size_t row = 1;
  for (std::size_t position = 0; position < 101; ++position) {
    if (wild_type[position] == kernels::code_n) continue;
    for (std::uint8_t base = 0; base < 4; ++base) {
      if (base == wild_type[position]) continue;
      Codes expected = wild_type;
      expected[position] = base;
      EXPECT_THAT(row_of(codes, row, 101), ElementsAreArray(expected));
      ++row;
    }
  }
}

TEST_P(Libraries, APartHasItsPositionsOfEveryRow) {
  Codes const wild_type = wild_type_of(150, 11);
  Design design;
  design.mutants = 60;
  design.rate = 0.3;
  Library const library = random_library(backend(), design, 5, wild_type);
  Codes const codes = library.codes();
  for (auto const& [first, length] : {std::pair{0, 150}, std::pair{37, 70}, std::pair{64, 32}, std::pair{149, 1}}) {
    Library const part = library.part(first, length);
    ASSERT_EQ(part.mutants(), 60);
    ASSERT_EQ(part.length(), length);
    Codes const cut = part.codes();
    for (std::size_t row = 0; row < 60; ++row) {
      auto const expected =
          row_of(codes, row, 150).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(length));
      EXPECT_THAT(row_of(cut, row, static_cast<std::size_t>(length)), ElementsAreArray(expected))
          << first << " " << row;
    }
  }
  EXPECT_EQ(library.part(0, 10).view().unknown, nullptr) << "a part without N has no mask";
  EXPECT_THROW(library.part(140, 11), Error);
  EXPECT_THROW(library.part(-1, 11), Error);
}

TEST_P(Libraries, RowZeroIsTheWildTypeAndNStays) {
  Codes const wild_type = wild_type_of(77, 6);
  for (MutationLaw law : {MutationLaw::poisson, MutationLaw::fixed, MutationLaw::bernoulli}) {
    Design design;
    design.mutants = 500;
    design.rate = 0.6;
    design.law = law;
    design.window_start = 10;
    design.window_stop = 70;
    Codes const codes = random_library(backend(), design, 1, wild_type).codes();
    EXPECT_THAT(row_of(codes, 0, 77), ElementsAreArray(wild_type));
    std::vector<bool> changes(77, false);
    for (std::size_t row = 1; row < 500; ++row) {
      for (std::size_t i = 0; i < 77; ++i) {
        if (codes[row * 77 + i] != wild_type[i]) changes[i] = true;
      }
    }
    for (std::size_t i = 0; i < 77; ++i) {
      bool const may_change = i >= 10 && i < 70 && wild_type[i] != kernels::code_n;
      EXPECT_EQ(changes[i], may_change) << i;
    }
  }
}

TEST_P(Libraries, FixedLawChangesExactlyTheCeiling) {
  Codes const wild_type = wild_type_of(90, 3);  // 60 known sites
  Design design;
  design.mutants = 300;
  design.law = MutationLaw::fixed;
  for (auto const& [rate, expected] : {std::pair{0.05, 3u}, {0.051, 4u}, {1.0, 60u}, {1e-9, 1u}}) {
    design.rate = rate;
    Codes const codes = random_library(backend(), design, 2, wild_type).codes();
    for (std::size_t row = 1; row < 300; ++row) {
      ASSERT_EQ(differences(row_of(codes, row, 90), wild_type), expected) << rate;
    }
  }
}

TEST_P(Libraries, BernoulliAtRateOneChangesEverySite) {
  Codes const wild_type = wild_type_of(64);
  Design design;
  design.mutants = 50;
  design.law = MutationLaw::bernoulli;
  design.rate = 1;
  Codes const codes = random_library(backend(), design, 2, wild_type).codes();
  for (std::size_t row = 1; row < 50; ++row) EXPECT_EQ(differences(row_of(codes, row, 64), wild_type), 64u);
}

TEST_P(Libraries, WithoutKnownSitesEveryRowIsTheWildType) {
  Codes wild_type(40, kernels::code_n);
  wild_type[0] = 3;  // outside the window
  for (MutationLaw law : {MutationLaw::poisson, MutationLaw::fixed, MutationLaw::bernoulli}) {
    Design design;
    design.mutants = 5;
    design.law = law;
    design.window_start = 1;
    Codes const codes = random_library(backend(), design, 2, wild_type).codes();
    for (std::size_t row = 0; row < 5; ++row) EXPECT_THAT(row_of(codes, row, 40), ElementsAreArray(wild_type));
  }
}

TEST_P(Libraries, OneBaseAndOneMutant) {
  Design design;
  design.mutants = 1;
  EXPECT_THAT(random_library(backend(), design, 2, Codes{3}).codes(), ElementsAre(3));
  design.mutants = 2;
  design.law = MutationLaw::fixed;
  Codes const codes = random_library(backend(), design, 2, Codes{3}).codes();
  EXPECT_EQ(codes[0], 3);
  EXPECT_LT(codes[1], 3);
}

// Rows too long for shared memory take another path on the GPU.
TEST_P(Libraries, LongSequencesAgreeWithTheCpu) {
  for (std::size_t length : {1503u, 1537u, 5983u, 6100u, 15000u}) {
    Codes const wild_type = wild_type_of(length, 100);
    Design design;
    design.mutants = 70;
    auto const cpu = device::Backend::cpu();
    Codes const codes = random_library(backend(), design, 9, wild_type).codes();
    EXPECT_EQ(codes, random_library(*cpu, design, 9, wild_type).codes());
    EXPECT_THAT(row_of(codes, 0, length), ElementsAreArray(wild_type));
  }
}

TEST_P(Libraries, MoreMutantsKeepTheFirstOnes) {
  Codes const wild_type = wild_type_of(249);
  Design design;
  design.mutants = 37;
  Codes const few = random_library(backend(), design, 9, wild_type).codes();
  design.mutants = 1000;
  Codes many = random_library(backend(), design, 9, wild_type).codes();
  many.resize(few.size());
  EXPECT_EQ(few, many);
}

TEST_P(Libraries, SeedAndLocusChangeTheLibrary) {
  Codes const wild_type = wild_type_of(249);
  Design design;
  design.mutants = 20;
  Codes const codes = random_library(backend(), design, 9, wild_type).codes();
  EXPECT_EQ(codes, random_library(backend(), design, 9, wild_type).codes());
  EXPECT_NE(codes, random_library(backend(), design, 9 + (std::uint64_t{1} << 32), wild_type).codes());
  EXPECT_NE(codes, random_library(backend(), design, 10, wild_type).codes());
  design.seed = std::uint64_t{1} << 63;
  EXPECT_NE(codes, random_library(backend(), design, 9, wild_type).codes());
}

TEST_P(Libraries, ExplicitSequencesRoundTrip) {
  Codes codes = wild_type_of(70, 11);
  Codes other = codes;
  for (std::uint8_t& code : other) code = code == kernels::code_n ? code : static_cast<std::uint8_t>(3 - code);
  codes.insert(codes.end(), other.begin(), other.end());
  Library const library = explicit_library(backend(), codes, 2, 70);
  EXPECT_EQ(library.codes(), codes);
  EXPECT_NE(library.view().unknown, nullptr);
  EXPECT_EQ(explicit_library(backend(), Codes{0, 1, 2, 3}, 2, 2).view().unknown, nullptr);
}

TEST_P(Libraries, ExplicitSequencesShareTheirN) {
  try {
    explicit_library(backend(), Codes{0, 4, 2, 0, 4, 2, 0, 1, 2}, 3, 3);
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_THAT(error.what(), HasSubstr("sequence 3"));
    EXPECT_THAT(error.what(), HasSubstr("position 2"));
  }
}

SHOAL_ON_EVERY_BACKEND(Libraries);

TEST(Library, RefusesCodesAboveFour) {
  auto const cpu = device::Backend::cpu();
  EXPECT_THROW(random_library(*cpu, Design(), 0, Codes{0, 5, 1}), Error);
}

TEST(Library, ValidatesTheDesign) {
  auto const cpu = device::Backend::cpu();
  Design design;
  design.window_stop = 4;
  EXPECT_THROW(random_library(*cpu, design, 0, Codes{0, 2, 1}), Error);
}

}  // namespace
}  // namespace shoal::library
