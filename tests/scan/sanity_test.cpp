// SPDX-License-Identifier: MIT
#include "scan/sanity.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.hpp"
#include "scan/linear_network.hpp"

namespace shoal::scan {
namespace {

using testing::ElementsAre;

TEST(Sanity, ControlsOfASequence) {
  std::vector<std::uint8_t> const sequence = {0, 1, 1, 4};
  auto const controls = sanity_sequences(sequence, {1, 0, 1, 4});
  EXPECT_THAT(controls[0], ElementsAre(4, 2, 2, 3));
  EXPECT_THAT(controls[1], ElementsAre(4, 0, 1, 1));
  EXPECT_THAT(controls[2], ElementsAre(1, 0, 1, 4));
}

TEST(Sanity, NumbersOfMapsThatAreTheSame) {
  // Base minus mean, positions of 3: other numbers everywhere.
  std::vector<float> const map = {5, 0, 1, 0, 2, 0, -1, 0, 7, 0, 0, 0};
  std::vector<float> turned(map.rbegin(), map.rend());
  // Moved to the right: position 0 is new.
  std::vector<float> const moved = {9, 5, 0, 8, 0, 2, 7, -1, 0, 3, 0, 0};
  std::vector<float> half;
  for (float const value : map) half.push_back(value / 2 + 3);
  auto const numbers = sanity_numbers({map, turned, moved, half});
  EXPECT_NEAR(numbers[0], 1, 1e-12);
  EXPECT_NEAR(numbers[1], 1, 1e-12);
  EXPECT_NEAR(numbers[2], 0.5, 1e-12);  // the gauge does not matter
  auto const others = sanity_numbers({map, map, map, map});
  EXPECT_LT(others[0], 0.9);
  EXPECT_LT(others[1], 0.9);
}

TEST(Sanity, ANetworkThatReadsBothStrandsHasSymmetricMaps) {
  ScanOptions options;
  options.networks = {{"linear", test::linear_network(network::Activation::exponential, 1.0)}};
  options.methods = {"ism", "additive-ridge"};
  options.design.mutants = 300;
  options.sanity = true;
  options.output = "unused";
  auto const schema = make_schema(options, make_methods(options), 5, test::length);
  auto const number = [&](store::Row const& row, std::size_t method, std::string const& name) {
    auto const& names = schema.methods[method].scalars;
    EXPECT_EQ(names.size(), row.results[method].scalars.size());
    return row.results[method].scalars[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  };
  auto const alone = test::explained(options, "ACGTAACG");
  EXPECT_LT(number(alone, 0, "reverse_complement_correlation"), 0.9);
  EXPECT_GT(number(alone, 1, "shuffled_size"), 0);
  options.tasks.orientations = {{false, 0}, {true, 0}};
  auto const both = test::explained(options, "ACGTAACG");
  EXPECT_NEAR(number(both, 0, "reverse_complement_correlation"), 1, 1e-6);
  EXPECT_GT(number(both, 1, "reverse_complement_correlation"), 0.5);  // another library
  EXPECT_EQ(both.task_scalars[0], test::explained(options, "ACGTAACG").task_scalars[0]);
}

TEST(Sanity, LibrariesWithWindowsAreRefused) {
  library::Design design;
  EXPECT_NO_THROW(check_sanity_design(design, {}));
  design.window_start = 3;
  EXPECT_THROW(check_sanity_design(design, {}), Error);
  design = {};
  design.kind = library::DesignKind::context;
  EXPECT_THROW(check_sanity_design(design, {}), Error);
  StabilityOptions growing;
  growing.converge = 0.5;
  EXPECT_THROW(check_sanity_design({}, growing), Error);
}

}  // namespace
}  // namespace shoal::scan
