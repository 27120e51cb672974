// SPDX-License-Identifier: MIT
// DeepSHAP and integrated gradients against tangermeme and captum (tests/data/attribution/peers.py).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "attribution/method.hpp"
#include "base/text.hpp"
#include "library/dinucleotide_shuffle.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::attribution {
namespace {

constexpr std::uint64_t seed = 11, locus = 99;
constexpr std::int64_t backgrounds = 5;

std::vector<std::vector<std::string>> read_table(std::string const& name) {
  std::ifstream file(test::data("attribution/peers/" + name));
  std::string line;
  std::getline(file, line);
  std::vector<std::vector<std::string>> rows;
  while (std::getline(file, line)) {
    rows.emplace_back();
    for (std::string_view const field : split(line, '\t')) rows.back().emplace_back(field);
  }
  return rows;
}

// The sequences of backgrounds.tsv, each once.
std::vector<test::Codes> sequences() {
  std::vector<test::Codes> found;
  for (auto const& row : read_table("backgrounds.tsv")) {
    auto const codes = test::codes_of(row.at(0));
    if (found.empty() || found.back() != codes) found.push_back(codes);
  }
  return found;
}

class PeersTest : public test::OnBackend {
 protected:
  std::vector<Attribution> explain(std::string const& method, std::string const& network_name,
                                   test::Codes const& codes) const {
    auto const network = readers::read_network(test::data("attribution/peers/" + network_name + ".onnx"));
    auto const tasks = network::select_tasks(*network, {});
    auto const length = static_cast<std::int32_t>(codes.size());
    inference::Scorer scorer(backend(), network, tasks);
    inference::Gradient gradient(backend(), network, tasks);
    library::Library const alone = library::explicit_library(backend(), codes, 1, length);
    device::Buffer<float> scores(backend(), tasks.size());
    scorer.score(alone.view(), scores);
    MethodOptions options;
    options.gradient.backgrounds = backgrounds;
    options.gradient.seed = seed;
    options.gradient.steps = 25;
    options.gradient.tolerance = 0.0;  // theirs are never doubled
    return make_method(method, options)
        ->explain({.backend = backend(),
                   .scorer = scorer,
                   .wild_type = codes,
                   .library = alone,
                   .scores = scores,
                   .gradient = &gradient,
                   .locus_identity = locus});
  }
};

// What attribution_peers.py gave to captum and tangermeme.
TEST(Peers, BackgroundsAreThoseOfTheTable) {
  std::uint32_t item = 0;
  std::string previous;
  for (auto const& row : read_table("backgrounds.tsv")) {
    item = row.at(0) == previous ? item + 1 : 0;
    previous = row.at(0);
    library::Draws draws(seed, library::Draws::Purpose::backgrounds, locus, item);
    EXPECT_EQ(library::shuffled_dinucleotides(test::codes_of(row.at(0)), draws), test::codes_of(row.at(1)));
  }
  EXPECT_EQ(item, backgrounds - 1);
}

TEST_P(PeersTest, MapsAreTheirs) {
  std::map<std::string, int> compared;
  for (auto const& row : read_table("expected.tsv")) {
    std::string const& peer = row.at(1);
    std::string const method = peer.substr(0, peer.rfind('-'));
    auto const task = static_cast<std::size_t>(std::stoi(row.at(2)));
    auto const codes = sequences().at(static_cast<std::size_t>(std::stoi(row.at(3))));
    Attribution const found = explain(method, row.at(0), codes).at(task);
    std::vector<double> expected;
    for (std::string_view const value : split(row.at(4), ' ')) expected.push_back(std::stod(std::string(value)));
    double largest = 0.0, sum = 0.0;
    for (double const value : expected) largest = std::max(largest, std::abs(value));
    auto const& map = found.map();
    ASSERT_EQ(map.size(), expected.size());
    for (std::size_t i = 0; i < map.size(); ++i) {
      // captum's map of a path is (x - b) times the gradient, as ours: 0 except at the sequence's own bases.
      ASSERT_NEAR(map[i], expected[i], 1e-4 * largest)
          << row.at(0) << ' ' << peer << " task " << task << " element " << i;
      if (codes[i % codes.size()] == i / codes.size()) sum += static_cast<double>(map[i]);
    }
    if (method == "deepshap") {
      EXPECT_NEAR(sum, found.scalars.at(0) - found.scalars.at(1), 1e-4 * std::abs(found.scalars[0] - found.scalars[1]));
    }
    ++compared[peer];
  }
  EXPECT_EQ(compared["deepshap-tangermeme"], 12);
  EXPECT_EQ(compared["deepshap-captum"], 4);
  EXPECT_EQ(compared["integrated-gradients-captum"], 12);
}

SHOAL_ON_EVERY_BACKEND(PeersTest);

}  // namespace
}  // namespace shoal::attribution
