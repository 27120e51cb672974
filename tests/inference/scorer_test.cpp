// SPDX-License-Identifier: MIT
// The compiled forward pass against a layer-by-layer executor in double precision, and its promises of same bits.
#include "inference/scorer.hpp"

#include <gmock/gmock.h>

#include "inference/every_element.hpp"
#include "support/backends.hpp"
#include "support/reference_network.hpp"

namespace shoal::inference {
namespace {

using test::Codes;
using test::NetworkMaker;

class ScorerTest : public test::OnBackend {
 protected:
  std::vector<float> score(std::shared_ptr<network::Network const> const& network, std::vector<Codes> const& sequences,
                           std::int64_t batch = 0) const {
    test::PackedCodes const packed(backend(), sequences);
    Scorer scorer(backend(), network, test::every_element(*network), batch);
    device::Buffer<float> scores(backend(), sequences.size() * scorer.tasks().size());
    scorer.score(packed.view(), scores);
    return scores.to_host();
  }

  // Every output of the network for 37 sequences, some bases N.
  void expect_reference(std::shared_ptr<network::Network const> const& network) const {
    auto const length = static_cast<std::size_t>(network->input_length());
    auto const sequences = test::random_codes(37, length, 11, {0, length / 2, length - 1});
    std::vector<float> const scores = score(network, sequences);
    std::vector<network::Task> const tasks = test::every_element(*network);
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      for (std::size_t t = 0; t < tasks.size(); ++t) {
        auto const values = test::reference_value(*network, sequences[s], tasks[t].node);
        double const expected = values[static_cast<std::size_t>(tasks[t].track)];
        ASSERT_NEAR(static_cast<double>(scores[s * tasks.size() + t]), expected, 1e-5 * (1.0 + std::abs(expected)))
            << "sequence " << s << ", task " << tasks[t].name;
      }
    }
  }
};

// 75 taps of 512 channels: the shape of ChromBPNet's last convolution.
TEST_P(ScorerTest, LongSumsAreTakenInParts) {
  for (auto const activation : {network::Activation::linear, network::Activation::relu, network::Activation::tanh}) {
    NetworkMaker maker(120, 5);
    maker.convolution(512, 3);
    maker.activate(network::Activation::relu);
    maker.convolution(3, 75, network::Padding::same);
    maker.norm();
    maker.activate(activation);
    maker.max_pool(2, 2);
    auto const network = maker.network();
    std::vector<Codes> const sequences = test::random_codes(3, 120, 4, {7});
    std::vector<float> const scores = score(network, sequences);
    std::vector<network::Task> const tasks = test::every_element(*network);
    double largest = 0, worst = 0;
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      auto const expected = test::reference_value(*network, sequences[s], tasks.front().node);
      for (std::size_t t = 0; t < tasks.size(); ++t) {
        double const wanted = expected[static_cast<std::size_t>(tasks[t].track)];
        largest = std::max(largest, std::abs(wanted));
        worst = std::max(worst, std::abs(static_cast<double>(scores[s * tasks.size() + t]) - wanted));
      }
    }
    EXPECT_LE(worst, 3e-6 * largest);  // 5e-6 as one chain
  }
}

// Convolution, normalisation, activation and pooling in the order of most published networks.
NetworkMaker stacked(network::Activation activation, std::int64_t pool) {
  NetworkMaker maker(97, 3);
  maker.convolution(40, 7);
  maker.norm();
  maker.activate(activation);
  maker.max_pool(pool, pool);
  maker.convolution(21, 4);
  maker.activate(network::Activation::relu);
  maker.add(network::Identity{});
  maker.norm();
  maker.max_pool(2, 2);
  maker.add(network::Flatten{});
  maker.dense(33);
  maker.norm();
  maker.activate(network::Activation::relu);
  maker.dense(2);
  return maker;
}

TEST_P(ScorerTest, StackedLayersOfEveryActivation) {
  for (network::Activation const activation :
       {network::Activation::linear, network::Activation::relu, network::Activation::exponential,
        network::Activation::sigmoid, network::Activation::softplus, network::Activation::tanh,
        network::Activation::elu}) {
    SCOPED_TRACE(static_cast<int>(activation));
    expect_reference(stacked(activation, 2).network());
  }
}

TEST_P(ScorerTest, PoolingOfEveryWidth) {
  for (std::int64_t const width : {1, 2, 3, 4, 5, 11}) {
    SCOPED_TRACE(width);
    expect_reference(stacked(network::Activation::relu, width).network());
  }
}

TEST_P(ScorerTest, StridesDilationsAndPaddings) {
  for (network::Padding const padding : {network::Padding::valid, network::Padding::same}) {
    for (std::int64_t const stride : {1, 2, 3}) {
      for (std::int64_t const dilation : {1, 2, 5}) {
        SCOPED_TRACE(testing::Message() << "stride " << stride << " dilation " << dilation);
        NetworkMaker maker(83, 5);
        maker.convolution(17, 6, padding, stride, stride == 1 ? dilation : 1);
        maker.activate(network::Activation::tanh);
        maker.convolution(34, 3, padding, stride, stride == 1 ? dilation : 1);
        maker.max_pool(3, 2, padding);
        maker.add(network::GlobalPool{network::PoolKind::average});
        maker.dense(3);
        expect_reference(maker.network());
      }
    }
  }
}

TEST_P(ScorerTest, NetworksThatDoNotBeginWithAConvolution) {
  NetworkMaker flat(41, 7);
  flat.add(network::Flatten{});
  flat.dense(9);
  flat.activate(network::Activation::elu, 0.5F);
  expect_reference(flat.network());

  NetworkMaker normalised(41, 8);
  normalised.norm();
  normalised.convolution(5, 2, network::Padding::valid);
  normalised.add(network::Pool{network::PoolKind::average, 4, 3, network::Padding::same});
  normalised.dense(6);  // at every position
  normalised.add(network::GlobalPool{network::PoolKind::max});
  expect_reference(normalised.network());
}

TEST_P(ScorerTest, ValuesWithSeveralReadersAreNotFusedAway) {
  NetworkMaker maker(50, 9);
  int const first = maker.convolution(12, 5);
  int const norm = maker.norm();
  int const relu = maker.activate(network::Activation::relu);
  int const pooled = maker.max_pool(2, 2);
  int const left = maker.add(network::GlobalPool{network::PoolKind::max}, relu);
  maker.add(network::Flatten{}, pooled);
  int const right = maker.dense(4);
  maker.convolution(3, 3, network::Padding::same, 1, 4, pooled);
  maker.add(network::Flatten{});
  int const profile = maker.activate(network::Activation::softplus);
  expect_reference(maker.network({left, right, profile, norm, first}));
}

TEST_P(ScorerTest, ANegativeEluIsNotPooledBeforeIt) {
  NetworkMaker maker(40, 10);
  maker.convolution(8, 5);
  maker.activate(network::Activation::elu, -1.5F);
  maker.max_pool(2, 2);
  maker.add(network::GlobalPool{network::PoolKind::average});
  expect_reference(maker.network());
}

TEST_P(ScorerTest, AConvolutionOverAFlattenedValueHasItsPadding) {
  NetworkMaker maker(20, 12);
  maker.convolution(6, 3);
  maker.add(network::Flatten{});
  maker.convolution(10, 3);
  expect_reference(maker.network());
}

TEST_P(ScorerTest, BatchAndNeighboursDoNotChangeAScore) {
  auto const network = stacked(network::Activation::exponential, 2).network();
  auto const sequences = test::random_codes(101, 97, 21);
  std::vector<float> const together = score(network, sequences);
  for (std::int64_t const batch : {1, 2, 7, 16, 33, 100, 4096}) {
    EXPECT_EQ(score(network, sequences, batch), together) << "batch " << batch;
  }
  for (std::size_t s = 0; s < sequences.size(); s += 10) {
    std::vector<float> const alone = score(network, {sequences[s]});
    EXPECT_EQ(alone, std::vector<float>(together.begin() + static_cast<std::ptrdiff_t>(2 * s),
                                        together.begin() + static_cast<std::ptrdiff_t>(2 * s + 2)));
  }
}

TEST(ScorerOnCpu, ThreadsDoNotChangeAScore) {
  auto const network = stacked(network::Activation::relu, 3).network();
  auto const sequences = test::random_codes(75, 97, 22);
  std::vector<std::vector<float>> results;
  for (int const threads : {1, 2, 3, 8}) {
    auto const backend = device::Backend::cpu(threads);
    test::PackedCodes const packed(*backend, sequences);
    Scorer scorer(*backend, network, test::every_element(*network));
    device::Buffer<float> scores(*backend, sequences.size() * scorer.tasks().size());
    scorer.score(packed.view(), scores);
    results.push_back(scores.to_host());
    EXPECT_EQ(results.back(), results.front()) << threads << " threads";
  }
}

TEST_P(ScorerTest, ScoresAgainAndMoved) {
  auto const network = stacked(network::Activation::relu, 2).network();
  auto const sequences = test::random_codes(10, 97, 23);
  test::PackedCodes const packed(backend(), sequences);
  Scorer first(backend(), network, test::every_element(*network));
  Scorer scorer(std::move(first));
  device::Buffer<float> all(backend(), 20), some(backend(), 6);
  scorer.score(packed.view(), all);
  scorer.score(packed.view(4, 3), some);
  auto const whole = all.to_host();
  EXPECT_EQ(some.to_host(), std::vector<float>(whole.begin() + 8, whole.begin() + 14));
}

TEST_P(ScorerTest, OrientationsAreAveraged) {
  auto const network = stacked(network::Activation::relu, 2).network();
  auto const sequences = test::random_codes(6, 97, 29, {3, 50});
  std::vector<Codes> turned;
  for (Codes const& codes : sequences) {
    turned.emplace_back(codes.rbegin(), codes.rend());
    for (std::uint8_t& code : turned.back()) code = code < 4 ? static_cast<std::uint8_t>(3 - code) : code;
  }
  test::PackedCodes const packed(backend(), sequences);
  Scorer scorer(backend(), network, test::every_element(*network), 0, {{}, {.reverse_complement = true}});
  device::Buffer<float> scores(backend(), sequences.size() * scorer.tasks().size());
  scorer.score(packed.view(), scores);
  auto const means = scores.to_host(), forward = score(network, sequences), reverse = score(network, turned);
  ASSERT_EQ(means.size(), forward.size());
  for (std::size_t i = 0; i < means.size(); ++i) {
    EXPECT_NEAR(means[i], (forward[i] + reverse[i]) / 2, 1e-5F * (1 + std::abs(means[i])));
  }
}

// Mutants that are scored later, without their wild type, are relative to the wild type of the library of the frames.
TEST_P(ScorerTest, ScoresAreRelativeToTheLibraryOfTheirFrames) {
  auto const network = stacked(network::Activation::relu, 2).network();
  auto tasks = test::every_element(*network);
  for (network::Task& task : tasks) {
    task.transforms = {network::ScoreTransform::softplus, network::ScoreTransform::log2_fold_change};
  }
  auto const sequences = test::random_codes(8, 97, 31);
  test::PackedCodes const packed(backend(), sequences);
  Scorer scorer(backend(), network, tasks);
  device::Buffer<float> all(backend(), 8 * tasks.size()), some(backend(), 3 * tasks.size());
  scorer.score(packed.view(), all);
  auto const frames = scorer.frames();
  scorer.score(packed.view(4, 3), some, frames);
  auto const whole = all.to_host();
  auto const begin = whole.begin() + static_cast<std::ptrdiff_t>(4 * tasks.size());
  EXPECT_EQ(some.to_host(), std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(3 * tasks.size())));
  scorer.score(packed.view(4, 3), some);
  EXPECT_EQ(some.to_host().front(), 0) << "without frames the first of them is the wild type";
}

SHOAL_ON_EVERY_BACKEND(ScorerTest);

}  // namespace
}  // namespace shoal::inference
