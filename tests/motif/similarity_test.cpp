// SPDX-License-Identifier: MIT
// Sliding profiles of whole numbers against every offset in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "motif/discovery/sliding.hpp"

namespace shoal::motif {
namespace {

double uniform(std::uint32_t& state) {
  state = state * 1664525U + 1013904223U;
  return (state >> 8) / 16777216.0;
}

// Profiles as of seqlets: contributions are 0 but at one base per position. `peaked`: a few positions have most.
std::vector<Profile> some_profiles(std::size_t number, std::size_t length, bool peaked, std::uint32_t seed) {
  std::vector<Profile> profiles;
  for (std::size_t i = 0; i < number; ++i) {
    Columns hypothetical(length), contributions(length);
    for (std::size_t p = 0; p < length; ++p) {
      double const size = peaked && p != (i * 3) % length ? 0.01 : 1;
      for (double& value : hypothetical[p]) value = size * (uniform(seed) - 0.4);
      auto const base = static_cast<std::size_t>(uniform(seed) * 4);
      contributions[p] = Column{};
      contributions[p][base] = hypothetical[p][base];
    }
    profiles.push_back(profile_of(hypothetical, contributions));
  }
  return profiles;
}

double jaccard_at(Profile const& parent, Profile const& child, std::int64_t offset) {
  double sum = 0, difference = 0;
  for (std::int64_t i = 0; i < child.length; ++i) {
    std::int64_t const place = i + offset;
    for (std::int64_t c = 0; c < 8; ++c) {
      double const x = child.values[static_cast<std::size_t>(i * 8 + c)];
      bool const is_inside = place >= 0 && place < parent.length;
      double const y = is_inside ? parent.values[static_cast<std::size_t>(place * 8 + c)] : 0;
      sum += std::abs(x + y);
      difference += std::abs(x - y);
    }
  }
  return sum + difference > 0 ? (sum - difference) / (sum + difference) : 0;
}

void expect_best_offsets(std::vector<Profile> const& profiles, std::int64_t pad) {
  SlidingProfiles const sliding(profiles, pad);
  SlidingProfiles::Parent parent(sliding);
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    parent.set(static_cast<std::int64_t>(i));
    for (std::size_t j = 0; j < profiles.size(); ++j) {
      double best = -2;
      Profile const turned = reversed(profiles[j]);
      for (std::int64_t offset = -pad; offset <= pad; ++offset) {
        best = std::max({best, jaccard_at(profiles[i], profiles[j], offset), jaccard_at(profiles[i], turned, offset)});
      }
      EXPECT_NEAR(parent.best(static_cast<std::int64_t>(j)), best, 2e-6) << i << " " << j;
    }
  }
}

TEST(Sliding, FindsTheLargestSimilarityOfAllOffsets) {
  for (std::size_t const length : {1U, 5U, 12U, 30U, 50U}) {
    for (bool const peaked : {false, true}) {
      SCOPED_TRACE(length);
      expect_best_offsets(some_profiles(12, length, peaked, 7), static_cast<std::int64_t>(length) * 3 / 10);
    }
  }
}

TEST(Sliding, AProfileIsItselfAndItsReverse) {
  auto profiles = some_profiles(3, 30, false, 3);
  profiles.push_back(reversed(profiles[1]));
  SlidingProfiles const sliding(profiles, 9);
  SlidingProfiles::Parent parent(sliding);
  parent.set(1);
  EXPECT_EQ(parent.best(1), 1);
  EXPECT_EQ(parent.best(3), 1);
  EXPECT_LT(parent.best(0), 0.9F);
}

TEST(Sliding, ProfilesWithoutValuesAreLikeNothing) {
  std::vector<Profile> profiles = some_profiles(2, 10, false, 3);
  profiles.push_back(profile_of(Columns(10), Columns(10)));
  SlidingProfiles const sliding(profiles, 3);
  SlidingProfiles::Parent parent(sliding);
  parent.set(2);
  EXPECT_EQ(parent.best(2), 0);
  EXPECT_EQ(parent.best(0), 0);
  parent.set(0);
  EXPECT_EQ(parent.best(2), 0);
}

}  // namespace
}  // namespace shoal::motif
