// SPDX-License-Identifier: MIT
#include "variants/records/profile_change.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "scan/profile_heads.hpp"

namespace shoal::variants {
namespace {

// A window of 8 bases, the variant at base 4, a head of 6 positions for the bases 1 … 6.
constexpr ProfileGrid grid{.first_base = 1, .bases_per_position = 1};

std::string change(std::vector<float> const& reference, std::vector<float> const& alternative,
                   AllelePlace const& allele, ChangeOptions const& options = {}, ProfileGrid const& on = grid) {
  auto const found = largest_change(reference, alternative, on, allele, options);
  if (!found) return "none";
  return fmt::format("{:g} at {}, {:g} at {}", found->gain, found->gain_offset, found->loss, found->loss_offset);
}

TEST(ProfileChange, ComparesASubstitutionBaseByBase) {
  AllelePlace const snv{.start = 4, .reference = 1, .alternative = 1};
  EXPECT_EQ(change({0, 0, 0, 1, 0, 0}, {0, 0.5, 0, 0.25, 0, 0}, snv), "0.5 at -2, 0.75 at 0");
  EXPECT_EQ(change({0, 0, 0, 1, 0, 0}, {0, 0, 0, 1, 0, 0}, snv), "0 at -3, 0 at -3");
  // The first of equal changes; a distance leaves out what is further away.
  EXPECT_EQ(change({0, 0, 0, 0, 0, 0}, {2, 0, 0, 0, 0, 2}, snv), "2 at -3, 0 at -2");
  EXPECT_EQ(change({0, 0, 0, 0, 0, 0}, {2, 0, 1, 0, -1, 2}, snv, {.distance = 1}), "1 at -1, 1 at 1");
  // Both are signed: where all values fall, the largest gain is the smallest fall.
  EXPECT_EQ(change({3, 3, 3, 3, 3, 3}, {1, 2, 1, 1, 1, 1}, snv), "-1 at -2, 2 at -3");
  float const nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(change({nan, 0, 0, 0, 0, 0}, {5, 0, 0, 1, 0, 0}, snv), "1 at 0, 0 at -2");
  EXPECT_EQ(change({nan, nan}, {0, 0}, snv), "none");
}

// The bases 1 2 3 [4 5] 6 are 1 2 3 [4] 6 7 in the alternative.
TEST(ProfileChange, ShiftsBehindADeletion) {
  AllelePlace const deletion{.start = 4, .reference = 2, .alternative = 1};
  EXPECT_EQ(change({1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 6, 7}, deletion), "0 at -3, 5 at 1");
  EXPECT_EQ(change({1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 6, 7}, deletion, {.deleted_bases_count = false}),
            "0 at -3, 0 at -3");
}

// The bases 1 2 3 [4] 5 6 are 1 2 3 [4 x y] 5 6 in the alternative, and 6 is outside the profile there.
TEST(ProfileChange, TakesTheLargestOfAnInsertion) {
  AllelePlace const insertion{.start = 4, .reference = 1, .alternative = 2};
  EXPECT_EQ(change({1, 2, 3, 4, 5, 9}, {1, 2, 3, 0, 7, 5}, insertion), "3 at 0, 0 at -3");
  EXPECT_EQ(change({1, 2, 3, 4, 5, 9}, {1, 2, 3, 1, 2, 5}, insertion), "0 at -3, 2 at 0");
  // Two bases by three: base 4 with base 4, base 5 with the larger of 5 and 6.
  AllelePlace const block{.start = 4, .reference = 2, .alternative = 3};
  EXPECT_EQ(change({1, 2, 3, 4, 5, 6}, {1, 2, 3, 3, 1, 8}, block), "3 at 1, 1 at 0");
}

TEST(ProfileChange, ComparesBinsAsTheyStand) {
  ProfileGrid const bins{.first_base = 0, .bases_per_position = 4};
  AllelePlace const deletion{.start = 9, .reference = 3, .alternative = 1};
  EXPECT_EQ(change({1, 1, 1}, {0, 1, 3}, deletion, {}, bins), "2 at 1, 1 at -7");
}

TEST(ProfileChange, GridsLieAmidTheWindow) {
  EXPECT_EQ(grid_of(41, 31, 1, false).first_base, 5);
  EXPECT_EQ(grid_of(41, 31, 1, true).first_base, 5);
  // An odd extra base lies at the end; turned round, at the beginning.
  EXPECT_EQ(grid_of(42, 31, 1, false).first_base, 5);
  EXPECT_EQ(grid_of(42, 31, 1, true).first_base, 6);
  EXPECT_EQ(grid_of(100, 12, 8, false).first_base, 2);
  EXPECT_EQ(grid_of(10, 3, 4, false).first_base, -1);
  EXPECT_EQ(grid_of(11, 3, 4, false).first_base, -1);
  EXPECT_EQ(grid_of(11, 3, 4, true).first_base, 0);
}

// A graph of layers that are never run: what strides say.
network::Network chain(std::vector<std::pair<network::Layer, network::Shape>> const& layers) {
  network::Network network;
  network.source = "in memory";
  for (auto const& [layer, shape] : layers) {
    int const before = static_cast<int>(network.nodes.size()) - 1;
    network.nodes.push_back({.name = fmt::format("n{}", before + 1),
                             .class_name = "",
                             .layer = layer,
                             .inputs = before < 0 ? std::vector<int>{} : std::vector<int>{before},
                             .shape = shape});
  }
  network.outputs = {static_cast<int>(network.nodes.size()) - 1};
  return network;
}

TEST(ProfileHeads, KnowHowManyBasesAPositionStandsFor) {
  std::pair<network::Layer, network::Shape> const input{network::InputLayer{}, {100, 4}};
  std::pair<network::Layer, network::Shape> const pooled{network::Pool{.width = 5, .stride = 5}, {20, 4}};
  auto const bases = [](network::Network const& network) {
    return scan::select_profiles(network, {}).heads.front().bases_per_position;
  };
  EXPECT_EQ(bases(chain({input, {network::Slice{.start = 10, .count = 80}, {80, 4}}})), 1);
  EXPECT_EQ(bases(chain({input, pooled})), 5);
  EXPECT_EQ(
      bases(chain(
          {input, pooled, {network::Conv1D{.filters = 2, .width = 3, .stride = 2, .kernel = {}, .bias = {}}, {9, 2}}})),
      10);
  EXPECT_EQ(bases(chain({input,
                         pooled,
                         {network::ConvTranspose1D{.filters = 2, .width = 5, .stride = 5, .kernel = {}, .bias = {}},
                          {100, 2}}})),
            1);
  EXPECT_EQ(bases(chain({input, pooled, {network::Reshape{}, {10, 8}}})), 0);
}

TEST(ProfileHeads, HaveATaskAPosition) {
  auto const network = chain({{network::InputLayer{}, {7, 4}}, {network::Identity{}, {7, 4}}});
  auto const selection = scan::select_profiles(network, {.heads = {"n1:2", "n1:0+1"}});
  ASSERT_EQ(selection.heads.size(), 2u);
  EXPECT_EQ(selection.heads[0].name, "n1:2");
  EXPECT_EQ(selection.heads[1].name, "n1:0+1");
  ASSERT_EQ(selection.tasks.size(), 14u);
  auto const& part = selection.tasks[9].terms.front().part;
  EXPECT_EQ(part.first_position, 2);
  EXPECT_EQ(part.positions, 1);
  EXPECT_EQ(part.first_track, 0);
  EXPECT_EQ(part.tracks, 2);
}

}  // namespace
}  // namespace shoal::variants
