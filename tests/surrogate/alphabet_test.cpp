// SPDX-License-Identifier: MIT
#include "surrogate/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {
namespace {

using testing::ElementsAre;

TEST(Alphabet, KnowsTheNamedOnes) {
  EXPECT_EQ(Alphabet("dna").letters(), "ACGT");
  EXPECT_EQ(Alphabet("rna").letters(), "ACGU");
  EXPECT_EQ(Alphabet("protein").size(), 20);
  EXPECT_EQ(Alphabet("protein*").size(), 21);
  EXPECT_THAT(Alphabet("rna").encode("ACguN", ""), ElementsAre(0, 1, 2, 3, missing_letter));
  // T and U are one letter, whichever the alphabet is called by; of proteins and of a user's letters they are not.
  EXPECT_THAT(Alphabet("rna").encode("ACTtUu", ""), ElementsAre(0, 1, 3, 3, 3, 3));
  EXPECT_THAT(Alphabet("dna").encode("ACTtUu", ""), ElementsAre(0, 1, 3, 3, 3, 3));
  EXPECT_THROW(Alphabet("protein").encode("U", ""), Error);
  EXPECT_THROW(Alphabet("ACGT").encode("U", ""), Error);
  EXPECT_THAT(Alphabet("protein*").encode("a*X", ""), ElementsAre(0, 20, missing_letter));
  EXPECT_THAT(Alphabet("01").encode("0110", ""), ElementsAre(0, 1, 1, 0));
  EXPECT_EQ(Alphabet("rna").decode({3, 0, missing_letter}), "UA-");
}

TEST(Alphabet, NamesTheLetterThatItDoesNotHave) {
  try {
    Alphabet("rna").encode("ACB", "table.tsv:7");
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    EXPECT_THAT(error.what(), testing::HasSubstr("table.tsv:7: character 3 of the sequence is 'B'"));
  }
}

TEST(Alphabet, RefusesBadLetters) {
  EXPECT_THROW(Alphabet("A"), Error);
  EXPECT_THROW(Alphabet("AaC"), Error);
  EXPECT_THROW(Alphabet("A C"), Error);
  EXPECT_THROW(Alphabet(""), Error);
}

}  // namespace
}  // namespace shoal::surrogate
