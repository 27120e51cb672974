// SPDX-License-Identifier: MIT
// Attributions of a small BPNet's profile against PyTorch's autograd (tests/data/attribution/profile_attribution.py),
// the weights of the sequence explained held constant, and DeepSHAP of readouts that are not linear.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include "attribution/gradients/deepshap_method.hpp"
#include "base/text.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::attribution {
namespace {

using Key = std::vector<std::string>;  // METHOD, REDUCTION, NAME

struct Golden {
  std::map<std::string, test::Codes> sequences;
  std::map<Key, std::vector<double>> values;
};

Golden read_golden() {
  Golden golden;
  std::ifstream file(test::data("attribution/profile_attribution.tsv"));
  for (std::string line; std::getline(file, line);) {
    auto const fields = split(line, '\t');
    if (fields[0] == "sequence") golden.sequences[std::string(fields[1])] = test::codes_of(std::string(fields[2]));
    if (fields[0] == "sequence" || fields[0] == "version") continue;
    auto& values = golden.values[Key(fields.begin(), fields.begin() + 3)];
    for (std::size_t i = 3; i < fields.size(); ++i) values.push_back(parse_real(fields[i]).value());
  }
  return golden;
}

// Output 0 is the profile.
std::vector<network::Task> tasks_of(network::Network const& network, std::string const& reduction,
                                    std::vector<kernels::Orientation> orientations = {}) {
  return network::select_tasks(network, {{"0@" + reduction}, false, {}, std::move(orientations)});
}

class ProfileAttributionTest : public test::OnBackend {
 protected:
  // The first attribution, and the score of the sequence itself.
  std::pair<Attribution, double> explain(std::string const& method, std::string const& reduction,
                                         test::Codes const& codes,
                                         std::vector<kernels::Orientation> const& orientations = {}) {
    auto const network = readers::read_network(test::data("attribution/profile_network.onnx"));
    auto const tasks = tasks_of(*network, reduction, orientations);
    inference::Scorer scorer(backend(), network, tasks, 0, orientations);
    inference::Gradient gradient(backend(), network, tasks);
    auto const alone = library::explicit_library(backend(), codes, 1, static_cast<std::int32_t>(codes.size()));
    device::Buffer<float> scores(backend(), tasks.size());
    scorer.score(alone.view(), scores);
    double const score = static_cast<double>(scores.to_host().front());
    LocusContext const context{.backend = backend(),
                               .scorer = scorer,
                               .wild_type = codes,
                               .library = alone,
                               .scores = scores,
                               .gradient = &gradient,
                               .locus_identity = 1};
    if (method == "deepshap") {
      auto const& sequences = golden_.sequences;
      return {deepshap(context, {sequences.at("r0"), sequences.at("r1"), sequences.at("r2")}).front(), score};
    }
    return {make_method(method, {})->explain(context).front(), score};
  }

  Golden golden_ = read_golden();
};

TEST_P(ProfileAttributionTest, AgreesWithPyTorch) {
  ASSERT_EQ(golden_.values.size(), 36u);
  for (auto const& [key, expected] : golden_.values) {
    std::string const method = key[0], reduction = key[1];
    if (method == "score") continue;
    SCOPED_TRACE(method + " " + reduction + " " + key[2]);
    auto const [found, score] = explain(method, reduction, golden_.sequences.at(key[2]));
    double const expected_score = golden_.values.at({"score", reduction, key[2]}).front();
    EXPECT_NEAR(score, expected_score, 1e-6);
    auto const& map = found.map();
    ASSERT_EQ(map.size(), expected.size());
    double largest = 0.0, error = 0.0;
    for (std::size_t i = 0; i < map.size(); ++i) {
      largest = std::max(largest, std::abs(expected[i]));
      error = std::max(error, std::abs(static_cast<double>(map[i]) - expected[i]));
    }
    EXPECT_LE(error, 1e-5 * largest);
    if (method == "deepshap") {  // one function's scores and map
      EXPECT_NEAR(found.scalars[0], expected_score, 1e-6);
      EXPECT_NEAR(found.scalars[2], 0.0, 2e-6);
    }
  }
}

// Both strands of the sequence have weights of their own: the map is the mean of those of the two sequences.
TEST_P(ProfileAttributionTest, HoldsTheWeightsOfEachOrientation) {
  test::Codes const codes = golden_.sequences.at("x");
  std::size_t const length = codes.size();
  test::Codes reverse(codes.rbegin(), codes.rend());
  for (auto& code : reverse) code = static_cast<std::uint8_t>(3 - code);
  for (std::string const reduction : {"profile", "profile-joint"}) {
    for (std::string const method : {"saliency", "integrated-gradients"}) {
      SCOPED_TRACE(method + " " + reduction);
      auto const map_of = [&](test::Codes const& sequence, std::vector<kernels::Orientation> const& orientations) {
        return explain(method, reduction, sequence, orientations).first.map();
      };
      auto const both = map_of(codes, {{false, 0}, {true, 0}}), forward = map_of(codes, {}), back = map_of(reverse, {});
      for (std::size_t i = 0; i < both.size(); ++i) {
        std::size_t const mirrored = (3 - i / length) * length + (length - 1 - i % length);
        EXPECT_NEAR(both[i], 0.5F * (forward[i] + back[mirrored]), 1e-7F) << i;
      }
    }
  }
}

SHOAL_ON_EVERY_BACKEND(ProfileAttributionTest);

}  // namespace
}  // namespace shoal::attribution
