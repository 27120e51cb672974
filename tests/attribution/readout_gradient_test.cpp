// SPDX-License-Identifier: MIT
// Gradients and rescale multipliers of every kind of score: transforms, components, weighted profiles, orientations.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "attribution/gradients/deepshap_method.hpp"
#include "attribution/gradients/gradient_points.hpp"
#include "attribution/gradients/oriented_points.hpp"
#include "support/backends.hpp"
#include "support/reference_network.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 20;

// A positive profile of 20 positions and 2 tracks.
std::shared_ptr<network::Network const> profile_network() {
  test::NetworkMaker maker(length, 5);
  maker.convolution(8, 5);
  maker.activate(network::Activation::tanh);
  maker.convolution(2, 4);
  maker.activate(network::Activation::softplus);
  return maker.network();
}

std::vector<std::uint8_t> wild_type() {
  auto codes = test::random_codes(1, length, 8).front();
  codes[11] = kernels::code_n;
  return codes;
}

// One locus explained with one reduction and some orientations.
class Locus {
 public:
  Locus(device::Backend const& backend, std::string const& reduction, std::vector<kernels::Orientation> orientations)
      : backend_(backend),
        network_(profile_network()),
        codes_(wild_type()),
        tasks_(network::select_tasks(*network_, {{}, false, network::parse_reduction(reduction), orientations})),
        scorer_(backend, network_, tasks_, 0, orientations),
        gradient_(backend, network_, tasks_),
        library_(library::random_library(backend, {.mutants = 60, .rate = 0.2, .seed = 3}, 5, codes_)),
        scores_(backend, 60 * tasks_.size()) {
    scorer_.score(library_.view(), scores_);
    frames_ = scorer_.frames();
  }
  LocusContext context() {
    return {.backend = backend_,
            .scorer = scorer_,
            .wild_type = codes_,
            .library = library_,
            .scores = scores_,
            .gradient = &gradient_,
            .locus_identity = 1,
            .frames = frames_};
  }
  std::vector<std::uint8_t> const& codes() const { return codes_; }
  std::size_t tasks() const { return tasks_.size(); }
  std::vector<float> scores() const { return scores_.to_host(); }

 private:
  device::Backend const& backend_;
  std::shared_ptr<network::Network const> network_;
  std::vector<std::uint8_t> codes_;
  std::vector<network::Task> tasks_;
  inference::Scorer scorer_;
  inference::Gradient gradient_;
  library::Library library_;
  device::Buffer<float> scores_;
  std::vector<inference::ScoreFrame> frames_;
};

struct Case {
  char const* reduction;
  std::vector<kernels::Orientation> orientations;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (char const* const reduction :
       {"sum", "sum,log", "mean,log2fc", "max,softplus", "position:3,log,softplus", "centre:5,softplus,log2fc", "pca",
        "pca,softplus", "wn", "wn-squid,log", "profile", "profile-joint,softplus"}) {
    all.push_back({reduction, {}});
    all.push_back({reduction, {{false, 0}, {true, 0}}});
  }
  all.push_back({"pca", {{false, -2}, {true, 3}, {false, 0}}});
  all.push_back({"position:3,log", {{false, -2}, {true, 3}, {false, 0}}});
  return all;
}

std::string name_of(Case const& each) {
  std::string name = each.reduction;
  for (auto const& orientation : each.orientations) {
    name += (orientation.reverse_complement ? " reverse " : " forward ") + std::to_string(orientation.shift);
  }
  return name;
}

class ReadoutGradientTest : public test::OnBackend {};

TEST_P(ReadoutGradientTest, GradientsAreThoseOfTheScoresByFiniteDifferences) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal;
  std::vector<float> direction(4 * length);
  for (float& entry : direction) entry = normal(generator);
  constexpr float step = 0.004F;
  for (Case const& each : cases()) {
    SCOPED_TRACE(name_of(each));
    Locus locus(backend(), each.reduction, each.orientations);
    std::vector<double> scores(3 * locus.tasks()), slopes(locus.tasks());
    for_each_gradient(
        locus.context(), 3,
        [&](std::int64_t i, std::span<float> point) {
          write_one_hot(locus.codes(), point);
          for (std::size_t j = 0; j < point.size(); ++j) point[j] += static_cast<float>(i - 1) * step * direction[j];
        },
        [&](std::int64_t i, std::size_t task, double score, std::span<float const> gradient) {
          scores[static_cast<std::size_t>(i) * locus.tasks() + task] = score;
          if (i != 1) return;
          for (std::size_t j = 0; j < gradient.size(); ++j) {
            slopes[task] +=
                static_cast<double>(gradient[j]) * static_cast<double>(direction[j % length * 4 + j / length]);
          }
        });
    for (std::size_t task = 0; task < locus.tasks(); ++task) {
      EXPECT_NEAR(scores[locus.tasks() + task], static_cast<double>(locus.scores()[task]), 2e-5);
      double const expected = (scores[2 * locus.tasks() + task] - scores[task]) / (2.0 * static_cast<double>(step));
      EXPECT_GT(std::abs(expected), 1e-4);
      EXPECT_NEAR(slopes[task], expected, 4e-3 * std::abs(expected) + 1e-3);
    }
  }
}

TEST_P(ReadoutGradientTest, DeepShapOfEveryReadoutIsComplete) {
  for (Case const& each : cases()) {
    SCOPED_TRACE(name_of(each));
    Locus locus(backend(), each.reduction, each.orientations);
    std::vector<std::vector<std::uint8_t>> backgrounds = test::random_codes(3, length, 77);
    for (auto& background : backgrounds) background[11] = kernels::code_n;
    for (Attribution const& found : deepshap(locus.context(), backgrounds)) {
      double const difference = found.scalars[0] - found.scalars[1];
      EXPECT_NEAR(found.scalars[2], 0.0, 1e-4 * std::abs(difference) + 1e-6);
    }
  }
}

SHOAL_ON_EVERY_BACKEND(ReadoutGradientTest);

TEST(OrientedPoints, ShiftThenReverseComplementAndItsTransposed) {
  std::vector<float> const point = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::vector<float> found(12);
  orient(point, {false, 1}, found);
  EXPECT_EQ(found, (std::vector<float>{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
  orient(point, {true, 1}, found);
  EXPECT_EQ(found, (std::vector<float>{8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0}));
  orient(point, {true, -2}, found);
  EXPECT_EQ(found, (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 12, 11, 10, 9}));
  // <map, T point> = <transposed T map, point> for every orientation; maps are [4, length].
  std::vector<float> const map = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  for (kernels::Orientation const orientation :
       {kernels::Orientation{false, 0}, {true, 0}, {false, 2}, {true, -1}, {true, 1}, {false, -3}}) {
    orient(point, orientation, found);
    std::vector<double> back(12, 0.0);
    add_from_orientation(map, orientation, 0.5, back);
    double left = 0.0, right = 0.0;
    for (std::size_t i = 0; i < 12; ++i) {
      std::size_t const in_point = i % 3 * 4 + i / 3;
      left += 0.5 * static_cast<double>(map[i]) * static_cast<double>(found[in_point]);
      right += back[i] * static_cast<double>(point[in_point]);
    }
    EXPECT_EQ(left, right);
  }
}

}  // namespace
}  // namespace shoal::attribution
