// SPDX-License-Identifier: MIT
#include "surrogate/data/library_checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "surrogate/alphabet.hpp"

namespace shoal::surrogate {
namespace {

// Observations of a few sequences; all rows train, except the last `test` ones.
struct Sample {
  std::vector<std::uint8_t> letters;
  std::vector<double> y;
  std::int64_t length;
  std::int64_t test = 0;

  Sample(std::vector<std::string> const& sequences, std::vector<double> values)
      : y(std::move(values)), length(static_cast<std::int64_t>(sequences.front().size())) {
    for (auto const& sequence : sequences) {
      auto const codes = Alphabet("dna").encode(sequence, "");
      letters.insert(letters.end(), codes.begin(), codes.end());
    }
  }
  Observations observations() const {
    auto const rows = static_cast<std::int64_t>(y.size());
    return {.letters = {letters.data(), rows, length, length},
            .alphabet = 4,
            .responses = {y.data(), rows, 1, 1},
            .split = {{0, rows - test}, {rows - test, rows - test}, {rows - test, rows}}};
  }
};

TEST(LibraryChecks, SeeWhatVaries) {
  EXPECT_FALSE(check_library(Sample({"ACG", "ACG"}, {1, 2}).observations()).varies);
  EXPECT_FALSE(check_library(Sample({"ACG", "ANG"}, {1, 2}).observations()).varies);
  EXPECT_TRUE(check_library(Sample({"ACG", "AAG"}, {1, 2}).observations()).varies);
  Sample held_out({"ACG", "ACG", "TTT"}, {1, 1, 2});
  held_out.test = 1;
  EXPECT_FALSE(check_library(held_out.observations()).varies);
  EXPECT_TRUE(constant_response(held_out.observations(), 0));
  EXPECT_FALSE(constant_response(Sample({"ACG", "AAG"}, {1, 2}).observations(), 0));
}

TEST(LibraryChecks, SeeSingleMutants) {
  EXPECT_TRUE(check_library(Sample({"ACG", "ACG", "AAG", "TCG"}, {1, 2, 3, 4}).observations()).single_mutants);
  EXPECT_FALSE(
      check_library(Sample({"ACG", "ACG", "ACG", "AAG", "TAG"}, {1, 2, 3, 4, 5}).observations()).single_mutants);
}

TEST(LibraryChecks, NameUnseenLetters) {
  // Position 0 never varies and is not counted; position 1 lacks two letters.
  auto const checks = check_library(Sample({"AC", "AG", "AC"}, {1, 2, 3}).observations());
  EXPECT_EQ(checks.unseen, 2);
  EXPECT_EQ(checks.unseen_text, "position 1 lacks 0, 3");
  // By their names, where the caller knows them.
  Sample const named({"AC", "AG", "AC"}, {1, 2, 3});
  auto observations = named.observations();
  observations.letter_names = "ACGU";
  EXPECT_EQ(check_library(observations).unseen_text, "position 1 lacks A, U");
}

}  // namespace
}  // namespace shoal::surrogate
