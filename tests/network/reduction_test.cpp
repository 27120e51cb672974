// SPDX-License-Identifier: MIT
// Profiles made into scores: definitions by hand and against NumPy, orientations, sets, differences, ensembles.
#include "network/reduction.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <map>
#include <numeric>

#include "base/text.hpp"
#include "inference/forward/principal_component.hpp"
#include "inference/scorer.hpp"
#include "network/ensemble.hpp"
#include "support/backends.hpp"
#include "support/keras_support.hpp"
#include "support/reference_network.hpp"

namespace shoal::network {
namespace {

using test::Codes;
using test::NetworkMaker;
using testing::HasSubstr;

struct Golden {
  std::vector<std::vector<float>> profiles;
  std::map<std::string, std::vector<double>> expected;
};

Golden read_golden() {
  Golden golden;
  std::ifstream file(test::data("network/reductions.tsv"));
  for (std::string line; std::getline(file, line);) {
    auto const fields = split(line, '\t');
    bool const is_profile = fields[0] == "input";
    std::vector<double> values;
    for (std::size_t i = is_profile ? 2 : 1; i < fields.size(); ++i) values.push_back(parse_real(fields[i]).value());
    if (is_profile) {
      golden.profiles.emplace_back(values.begin(), values.end());
    } else {
      golden.expected[std::string(fields[0])] = values;
    }
  }
  return golden;
}

// 23 positions of 2 tracks, whose values for the 40 one-hot sequences "A at position m, N elsewhere" are the profiles:
// a dense layer over the flattened sequence, then a transposition-free reshape through a kernel of one row each.
std::shared_ptr<Network const> network_of(std::vector<std::vector<float>> const& profiles) {
  auto const mutants = static_cast<std::int64_t>(profiles.size());
  NetworkMaker maker(mutants, 1);
  maker.add(Flatten{});
  Dense dense;
  dense.units = 46;
  dense.kernel.assign(static_cast<std::size_t>(4 * mutants * dense.units), 0.0F);
  for (std::size_t m = 0; m < profiles.size(); ++m) {
    std::copy(profiles[m].begin(), profiles[m].end(), dense.kernel.begin() + static_cast<std::ptrdiff_t>(4 * m * 46));
  }
  maker.add(dense);
  maker.add(Reshape{{23, 2}});
  return maker.network();
}

std::vector<float> scores_of(device::Backend const& backend, std::shared_ptr<Network const> const& network,
                             TaskSelection const& selection, std::vector<Codes> const& sequences,
                             std::int64_t batch = 0) {
  test::PackedCodes const packed(backend, sequences);
  inference::Scorer scorer(backend, network, select_tasks(*network, selection), batch, selection.orientations);
  device::Buffer<float> scores(backend, sequences.size() * scorer.tasks().size());
  scorer.score(packed.view(), scores);
  return scores.to_host();
}

std::string head_name(Network const& network) {
  return network.nodes.back().name;
}

class ReductionTest : public test::OnBackend {};

// The profiles come out of a network one at a time, since N is N in all rows of a library; pca takes them together.
TEST_P(ReductionTest, AgreesWithNumPy) {
  Golden const golden = read_golden();
  ASSERT_EQ(golden.profiles.size(), 40u);
  auto const network = network_of(golden.profiles);
  std::map<std::string, std::string> const tracks = {
      {"sum", ":0"}, {"mean", ":1"},   {"max", ":0"},          {"position:7", ":1"}, {"centre:4", ":0"},
      {"wn", ""},    {"wn-squid", ""}, {"sum,softplus", ":0"}, {"profile", ""},      {"profile-joint", ""}};
  for (auto const& [reduction, track] : tracks) {
    SCOPED_TRACE(reduction);
    TaskSelection const selection{{head_name(*network) + track}, false, parse_reduction(reduction), {}};
    for (std::size_t m = 0; m < 40; ++m) {
      Codes codes(40, kernels::code_n);
      codes[m] = 0;
      auto const score = scores_of(backend(), network, selection, {codes});
      ASSERT_EQ(score.size(), 1u);
      double const expected = golden.expected.at(reduction)[m];
      EXPECT_NEAR(score[0], expected, 2e-6 * (1.0 + std::abs(expected))) << m;
    }
  }
}

SHOAL_ON_EVERY_BACKEND(ReductionTest);

std::vector<double> first_component_scores(std::vector<float> const& profiles, std::int64_t mutants, std::int64_t bins,
                                           int threads) {
  return inference::projections(inference::first_component(profiles, mutants, bins, threads), profiles);
}

TEST(PrincipalComponent, AgreesWithNumPyWhateverTheThreads) {
  Golden const golden = read_golden();
  std::vector<float> profiles;
  for (auto const& each : golden.profiles) {
    for (std::size_t i = 0; i < each.size(); i += 2) profiles.push_back(each[i]);
  }
  auto const scores = first_component_scores(profiles, 40, 23, 1);
  for (std::size_t m = 0; m < 40; ++m) EXPECT_NEAR(scores[m], golden.expected.at("pca")[m], 1e-6);
  for (int const threads : {2, 3, 8}) EXPECT_EQ(first_component_scores(profiles, 40, 23, threads), scores);
  for (float& value : profiles) value = -value;  // the sign follows the sums
  auto const flipped = first_component_scores(profiles, 40, 23, 1);
  for (std::size_t m = 0; m < 40; ++m) EXPECT_NEAR(flipped[m], -scores[m], 1e-9);
}

TEST(PrincipalComponent, Edges) {
  EXPECT_EQ(first_component_scores(std::vector<float>{1, 2, 3}, 1, 3, 1), std::vector<double>{0.0});
  EXPECT_TRUE(std::isnan(first_component_scores(std::vector<float>{1, INFINITY}, 2, 1, 1)[0]));
  // Points on a line through (1, 2): distances from their mean, larger where the sum is larger.
  auto const line = first_component_scores(std::vector<float>{0, 0, 1, 2, 2, 4}, 3, 2, 1);
  EXPECT_NEAR(line[0], -std::sqrt(5.0), 1e-12);
  EXPECT_NEAR(line[2], std::sqrt(5.0), 1e-12);
}

TEST(Reduction, TextsAreReadAndWritten) {
  for (std::string const text :
       {"scalar", "sum", "position:0", "centre:200,log", "pca", "wn-squid,log2fc", "mean,softplus,log"}) {
    EXPECT_EQ(to_string(parse_reduction(text)), text);
  }
  EXPECT_EQ(to_string(parse_reduction(" log ")), "scalar,log");
  EXPECT_EQ(suffix(parse_reduction("centre:3,log")), ".centre:3.log");
  EXPECT_EQ(suffix({}), "");
  EXPECT_EQ(definition(parse_reduction("position:4,log2fc")),
            "y = x[P, c], P = 4; then y = log2(y / y of the wild type)");
  for (std::string const bad :
       {"", "total", "sum:3", "position", "position:-1", "centre:0", "centre:x", "sum,mean", "sum,", "log,sum"}) {
    EXPECT_THAT(
        test::error_of(ErrorCode::config, [&] { parse_reduction(bad); }),
        testing::AllOf(HasSubstr("--reduce '" + bad + "'"), HasSubstr("position:P, centre:K, pca, wn, wn-squid"),
                       HasSubstr("log, log2fc, softplus")))
        << bad;
  }
}

TEST(Reduction, TransformsByHand) {
  using enum ScoreTransform;
  EXPECT_EQ(transformed({log2_fold_change}, 12.0, 3.0), 2.0);
  EXPECT_EQ(transformed({log2_fold_change}, 3.0, 3.0), 0.0);
  EXPECT_EQ(transformed({log}, 1.0, 9.0), 0.0);
  EXPECT_TRUE(std::isnan(transformed({log}, -1.0, 1.0)));
  EXPECT_NEAR(transformed({softplus}, 0.0, 0.0), std::log(2.0), 1e-15);
  EXPECT_EQ(transformed({softplus}, 1000.0, 0.0), 1000.0);
  EXPECT_NEAR(transformed({softplus, log2_fold_change}, 1.0, 0.0), std::log2(std::log1p(std::exp(1.0)) / std::log(2.0)),
              1e-15);
}

// A profile head of 7 positions and 3 tracks.
std::shared_ptr<Network const> profile_network(unsigned seed) {
  NetworkMaker maker(29, seed);
  maker.convolution(9, 5);
  maker.activate(Activation::softplus);
  maker.max_pool(4, 4);
  maker.convolution(3, 3);
  return maker.network();
}

std::vector<double> profile(Network const& network, Codes const& codes) {
  return test::reference_value(network, codes, static_cast<int>(network.nodes.size()) - 1);
}

TEST(Orientations, MeanOverStrandsAndShifts) {
  auto const network = profile_network(3);
  std::string const head = head_name(*network);
  auto const backend = device::Backend::cpu(2);
  TaskSelection selection{
      {head + ":1"}, false, parse_reduction("position:2"), {{false, 0}, {true, 0}, {false, 2}, {true, -3}}};
  auto const sequences = test::random_codes(9, 29, 7, {4, 20});
  auto const scores = scores_of(*backend, network, selection, sequences);
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    double expected = 0.0;
    for (auto const& [reverse, shift] : selection.orientations) {
      Codes oriented(29, kernels::code_n);
      for (int p = 0; p < 29; ++p) {
        int const from = p - shift;
        if (from >= 0 && from < 29)
          oriented[static_cast<std::size_t>(p)] = sequences[s][static_cast<std::size_t>(from)];
      }
      if (reverse) {
        std::reverse(oriented.begin(), oriented.end());
        for (auto& code : oriented) code = code == kernels::code_n ? code : static_cast<std::uint8_t>(3 - code);
      }
      std::size_t const position = reverse ? 7 - 1 - 2 : 2;
      expected += profile(*network, oriented)[position * 3 + 1] / 4.0;
    }
    EXPECT_NEAR(scores[s], expected, 1e-5 * (1.0 + std::abs(expected))) << s;
  }
}

TEST(Reduction, BatchAndThreadsDoNotChangeABit) {
  auto const network = profile_network(4);
  auto const sequences = test::random_codes(67, 29, 8, {11});
  for (std::string const text : {"sum", "pca", "wn,softplus", "wn-squid,log2fc", "centre:3"}) {
    SCOPED_TRACE(text);
    TaskSelection const selection{{}, false, parse_reduction(text), {{false, 0}, {true, 1}}};
    auto const expected = scores_of(*device::Backend::cpu(1), network, selection, sequences);
    for (int const threads : {2, 5}) {
      for (std::int64_t const batch : {0, 1, 7}) {
        EXPECT_EQ(scores_of(*device::Backend::cpu(threads), network, selection, sequences, batch), expected);
      }
    }
  }
}

TEST(ReducedTasks, SetsOfTracksAndDifferences) {
  auto const network = profile_network(5);
  std::string const head = head_name(*network);
  auto const backend = device::Backend::cpu();
  auto const sequences = test::random_codes(3, 29, 9);
  TaskSelection const selection{
      {head, head + ":0+2", head + ":0-2", head + ":2 - " + head + ":0"}, false, parse_reduction("max"), {}};
  auto const tasks = select_tasks(*network, selection);
  ASSERT_EQ(tasks.size(), 6u);
  EXPECT_EQ(tasks[1].name, head + ":1.max");
  EXPECT_EQ(tasks[3].name, head + ":0+2.max");
  EXPECT_EQ(tasks[5].name, head + ":2-" + head + ":0.max");
  auto const scores = scores_of(*backend, network, selection, sequences);
  for (std::size_t s = 0; s < 3; ++s) {
    float const* const y = &scores[6 * s];
    EXPECT_NEAR(y[3], (y[0] + y[2]) / 2, 1e-6);
    EXPECT_NEAR(y[4], (y[0] + y[1] + y[2]) / 3, 1e-6);
    EXPECT_NEAR(y[5], y[2] - y[0], 1e-6);
  }
}

TEST(ReducedTasks, AHeadMayHaveAReductionOfItsOwn) {
  auto const network = profile_network(5);
  std::string const head = head_name(*network);
  std::vector<std::string> const texts = {
      head + "@profile",     head + ":1@max,softplus", head + ":2 - " + head + ":0@max",
      head + ":0+2@profile", head + "@profile-joint",  head + ":1"};
  auto const tasks = select_tasks(*network, {texts, false, parse_reduction("sum"), {}});
  ASSERT_EQ(tasks.size(), 6u);
  EXPECT_EQ(tasks[0].name, head + ".profile");
  EXPECT_EQ(tasks[1].name, head + ":1.max.softplus");
  EXPECT_EQ(tasks[2].name, head + ":2-" + head + ":0.max");
  EXPECT_EQ(tasks[3].name, head + ":0+2.profile");
  EXPECT_EQ(tasks[4].name, head + ".profile-joint");
  EXPECT_EQ(tasks[5].name, head + ":1.sum");
  EXPECT_EQ(to_string(tasks[1].reduction), "max,softplus");
  // Each task as the default of a selection of its own.
  auto const backend = device::Backend::cpu();
  auto const sequences = test::random_codes(2, 29, 9);
  auto const together = scores_of(*backend, network, {texts, false, parse_reduction("sum"), {}}, sequences);
  for (std::size_t t = 0; t < texts.size(); ++t) {
    std::string const plain = texts[t].substr(0, texts[t].find('@'));
    TaskSelection const alone{{plain}, false, tasks[t].reduction, {}};
    auto const scores = scores_of(*backend, network, alone, sequences);
    ASSERT_EQ(scores.size(), 2u);
    for (std::size_t s = 0; s < 2; ++s) EXPECT_EQ(together[6 * s + t], scores[s]) << texts[t];
  }
}

TEST(ReducedTasks, WhatAHeadCannotHaveIsRefused) {
  auto const network = profile_network(5);
  std::string const head = head_name(*network);
  auto const error = [&](std::string const& name, std::string const& reduction) {
    return test::error_of(ErrorCode::config, [&] {
      select_tasks(*network, {{name}, false, parse_reduction(reduction), {}});
    });
  };
  EXPECT_THAT(error(head, "position:7"), HasSubstr("has 7 positions only"));
  EXPECT_THAT(error(head, "centre:8"), HasSubstr("has 7 positions only"));
  EXPECT_THAT(error(head, "scalar"), HasSubstr("--reduce sum, mean"));
  EXPECT_THAT(error(head + ":0+2", "wn-squid"), HasSubstr("no neighbours"));
  EXPECT_THAT(error(head + ":0+2", "profile-joint"), HasSubstr("no neighbours"));
  EXPECT_THAT(error(head + "@total", "sum"),
              HasSubstr("--head " + head + "@ 'total': 'total' is no reduction; choose"));
  EXPECT_THAT(error("nothing@sum", "sum"), HasSubstr("has no head 'nothing'"));
  EXPECT_THAT(error(head + ":0+0", "sum"), HasSubstr("no head"));
  EXPECT_THAT(error(head + ":1-0", "sum"), HasSubstr("no head"));
  EXPECT_THAT(error(head + ":0+3", "sum"), HasSubstr("no track 3"));
  EXPECT_THAT(error(head + " - " + head, "sum"), HasSubstr("3 tracks; a difference takes one of each"));
}

// One position has no profile: its weighted mean minus its mean would be 0 for every sequence.
TEST(ReducedTasks, AProfileOfOnePositionIsRefused) {
  NetworkMaker maker(29, 5);
  maker.add(Flatten{});
  auto const network = maker.network();
  for (std::string const text : {"profile", "profile-joint"}) {
    EXPECT_THAT(test::error_of(ErrorCode::config,
                               [&] {
                                 select_tasks(*network, {{}, false, parse_reduction(text), {}});
                               }),
                HasSubstr("has one position, of which " + text + " makes 0"));
  }
}

TEST(Ensemble, IsTheMeanOfItsMembers) {
  std::vector<std::shared_ptr<Network const>> const members = {profile_network(6), profile_network(7),
                                                               profile_network(8)};
  auto const ensemble = average_networks(members);
  auto const backend = device::Backend::cpu(2);
  auto const sequences = test::random_codes(30, 29, 10);
  for (std::string const text : {"sum", "wn", "mean,softplus"}) {
    TaskSelection const selection{{}, false, parse_reduction(text), {}};
    TaskSelection plain = selection;
    plain.reduction.transforms.clear();
    auto const together = scores_of(*backend, ensemble, selection, sequences);
    std::vector<double> means(together.size(), 0.0);
    for (auto const& member : members) {
      auto const scores = scores_of(*backend, member, plain, sequences);
      ASSERT_EQ(scores.size(), means.size());
      for (std::size_t i = 0; i < means.size(); ++i) means[i] += static_cast<double>(scores[i]) / 3.0;
    }
    for (std::size_t i = 0; i < means.size(); ++i) {
      EXPECT_NEAR(together[i], transformed(selection.reduction.transforms, means[i], means[i]),
                  2e-6 * (1 + std::abs(means[i])));
    }
  }
  EXPECT_EQ(ensemble->outputs.size(), 3u);
  EXPECT_EQ(select_tasks(*ensemble, {{}, false, parse_reduction("sum"), {}})[2].name,
            head_name(*members[0]) + ":2.sum");
}

TEST(Ensemble, MembersMustFit) {
  NetworkMaker longer(30, 1);
  longer.convolution(3, 5);
  auto const first = profile_network(1);
  EXPECT_THAT(test::error_of(ErrorCode::config, [&] { average_networks({first}); }), HasSubstr("at least two"));
  EXPECT_THAT(test::error_of(ErrorCode::config,
                             [&] {
                               average_networks({first, longer.network()});
                             }),
              HasSubstr("one input length"));
  NetworkMaker wider(29, 1);
  wider.convolution(4, 5);
  auto const unequal = average_networks({first, wider.network()});
  EXPECT_THAT(test::error_of(ErrorCode::config,
                             [&] {
                               select_tasks(*unequal, {{}, false, parse_reduction("sum"), {}});
                             }),
              HasSubstr("has 4 tasks"));
  EXPECT_THAT(test::error_of(ErrorCode::config,
                             [&] {
                               select_tasks(*unequal, {{"0:1"}, false, parse_reduction("pca"), {}});
                             }),
              HasSubstr("not as many positions"));
}

}  // namespace
}  // namespace shoal::network
