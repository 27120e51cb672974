// SPDX-License-Identifier: MIT
// Reduced precisions: error against double precision, the same bits for every batch, number of threads and way of
// scoring, and what they do not change.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "inference/every_element.hpp"
#include "inference/precision_errors.hpp"
#include "inference/scorer.hpp"
#include "network/receptive_field.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/reference_network.hpp"

namespace shoal::inference {
namespace {

using kernels::Precision;
using test::Codes;
using test::NetworkMaker;

// A convolution of bases, pooled; two dilated residual ones; a strided one; dense layers. Odd numbers of channels.
std::shared_ptr<network::Network const> mixed_network(std::int64_t length, unsigned seed) {
  NetworkMaker maker(length, seed);
  maker.convolution(21, 9);
  maker.activate(network::Activation::exponential);
  int sum = maker.max_pool(2, 2);
  for (std::int64_t const dilation : {1, 4}) {
    maker.convolution(21, 3, network::Padding::same, 1, dilation, sum);
    int const branch = maker.activate(network::Activation::relu);
    sum = maker.join(network::Add{}, {branch, sum});
  }
  maker.convolution(37, 5, network::Padding::valid, 2);
  maker.activate(network::Activation::relu);
  maker.add(network::Flatten{});
  maker.dense(33);
  maker.activate(network::Activation::softplus);
  maker.dense(3);
  return maker.network();
}

// The wild type, then mutants of a few neighbouring bases, so that the cone of the change is used.
std::vector<Codes> mutants(std::size_t count, std::size_t length, unsigned seed) {
  std::vector<Codes> sequences(count, test::random_codes(1, length, seed).front());
  std::mt19937 generator(seed);
  for (std::size_t s = 1; s < count; ++s) {
    std::size_t const start = generator() % (length - 3);
    for (std::size_t p = start; p < start + 3; ++p) sequences[s][p] = static_cast<std::uint8_t>(generator() >> 30);
  }
  return sequences;
}

std::vector<float> scored(device::Backend const& backend, std::shared_ptr<network::Network const> const& network,
                          kernels::PackedView const& view, Precision precision, std::int64_t batch = 0) {
  Scorer scorer(backend, network, test::every_element(*network), batch, {}, precision);
  device::Buffer<float> scores(backend, static_cast<std::size_t>(view.mutants) * scorer.tasks().size());
  scorer.score(view, scores);
  return scores.to_host();
}

class PrecisionTest : public test::OnBackend {
 protected:
  std::vector<Precision> precisions() const {
    std::vector<Precision> all;
    for (Precision const each : {Precision::f32, Precision::tf32, Precision::bf16x3, Precision::bf16}) {
      if (device::dispatch(backend(), [&](auto const& space) { return has_precision(space, each); })) {
        all.push_back(each);
      }
    }
    return all;
  }
};

TEST_P(PrecisionTest, ErrorAgainstDoublePrecision) {
  auto const network = mixed_network(200, 3);
  auto const sequences = test::random_codes(20, 200, 5);
  test::PackedCodes const packed(backend(), sequences);
  for (Precision const precision : precisions()) {
    auto const values = scored(backend(), network, packed.view(), precision);
    double error = 0.0, largest = 0.0;
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      auto const expected = test::reference_value(*network, sequences[s], network->outputs.front());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        error = std::max(error, std::abs(static_cast<double>(values[s * expected.size() + i]) - expected[i]));
        largest = std::max(largest, std::abs(expected[i]));
      }
    }
    double const bound = precision == Precision::f32 ? 2e-6 : precision == Precision::bf16x3 ? 3e-5 : 3e-2;
    EXPECT_LT(error / largest, bound) << to_string(precision);
    EXPECT_GT(error / largest, precision == Precision::bf16 ? 1e-5 : 0.0) << "bf16 was not used";
  }
}

TEST_P(PrecisionTest, BatchAndThreadsAndTheConeDoNotChangeABit) {
  auto const network = mixed_network(200, 4);
  auto const sequences = mutants(40, 200, 6);
  test::PackedCodes const packed(backend(), sequences);
  for (Precision const precision : precisions()) {
    auto const together = scored(backend(), network, packed.view(), precision);
    EXPECT_EQ(scored(backend(), network, packed.view(), precision, 3), together) << to_string(precision);
    if (backend().kind() == device::BackendKind::cpu) {
      auto const one_thread = device::Backend::cpu(1);
      EXPECT_EQ(scored(*one_thread, network, packed.view(), precision), together) << to_string(precision);
    }
    Scorer scorer(backend(), network, test::every_element(*network), 0, {}, precision);
    device::Buffer<float> scores(backend(), 3);
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      scorer.score(packed.view(static_cast<std::int64_t>(s), 1), scores);
      std::vector<float> const expected(together.begin() + static_cast<std::ptrdiff_t>(3 * s),
                                        together.begin() + static_cast<std::ptrdiff_t>(3 * s + 3));
      EXPECT_EQ(scores.to_host(), expected) << to_string(precision) << ", sequence " << s << " alone";
    }
  }
}

// A first convolution adds weights that the bases choose: nothing is rounded.
TEST_P(PrecisionTest, TheFirstConvolutionIsFloat32) {
  NetworkMaker maker(50, 8);
  maker.convolution(7, 5);
  maker.activate(network::Activation::relu);
  auto const network = maker.network();
  test::PackedCodes const packed(backend(), test::random_codes(3, 50, 5));
  auto const exact = scored(backend(), network, packed.view(), Precision::f32);
  for (Precision const precision : precisions()) {
    EXPECT_EQ(scored(backend(), network, packed.view(), precision), exact);
  }
}

TEST_P(PrecisionTest, WeightsThatFitBfloat16GiveTheSameNumbersInEveryPrecision) {
  NetworkMaker maker(30, 8);
  maker.convolution(4, 3);
  maker.convolution(5, 3);
  auto network = std::make_shared<network::Network>(*maker.network());
  for (network::Node& node : network->nodes) {
    auto* const layer = std::get_if<network::Conv1D>(&node.layer);
    if (layer == nullptr) continue;
    for (float& weight : layer->kernel) weight = std::round(4.0F * weight);
    for (float& bias : layer->bias) bias = std::round(4.0F * bias);
  }
  test::PackedCodes const packed(backend(), test::random_codes(3, 30, 5));
  auto const exact = scored(backend(), network, packed.view(), Precision::f32);
  for (Precision const precision : precisions()) {
    EXPECT_EQ(scored(backend(), network, packed.view(), precision), exact) << to_string(precision);
  }
}

SHOAL_ON_EVERY_BACKEND(PrecisionTest);

TEST(Precision, TheCpuRefusesTf32) {
  auto const backend = device::Backend::cpu(1);
  auto const network = mixed_network(100, 1);
  try {
    scored(*backend, network, test::PackedCodes(*backend, test::random_codes(1, 100, 5)).view(), Precision::tf32);
    FAIL() << "not refused";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_THAT(error.what(), testing::HasSubstr("tf32"));
  }
}

TEST(Precision, ErrorsAreRelativeToTheLargestScore) {
  auto const backend = device::Backend::cpu(2);
  auto const network = mixed_network(200, 4);
  test::PackedCodes const packed(*backend, test::random_codes(64, 200, 5));
  auto const tasks = test::every_element(*network);
  auto const errors = precision_errors(*backend, network, tasks, packed.view());
  ASSERT_EQ(errors.size(), 2 * tasks.size());
  auto const exact = scored(*backend, network, packed.view(), Precision::f32);
  auto const reduced = scored(*backend, network, packed.view(), Precision::bf16);
  double difference = 0.0, magnitude = 0.0;
  for (std::size_t i = 1; i < exact.size(); i += 3) {
    difference = std::max(difference, std::abs(static_cast<double>(reduced[i]) - static_cast<double>(exact[i])));
    magnitude = std::max(magnitude, std::abs(static_cast<double>(exact[i])));
  }
  EXPECT_EQ(errors[4].precision, Precision::bf16);
  EXPECT_DOUBLE_EQ(errors[4].largest, difference / magnitude);
  for (PrecisionError const& each : errors) {
    EXPECT_GT(each.r2, each.precision == Precision::bf16 ? 0.99 : 0.999999);
    EXPECT_LE(each.r2, 1.0 + 1e-12);
  }
  EXPECT_THAT(describe_precision(errors, 64), testing::HasSubstr("bf16x3"));
}

// Errors of both heads, bf16x3's at most `allowed`, of a network of DeepSTARR's shape, over 64 random sequences.
void expect_small_errors(network::Network const& deepstarr, double allowed) {
  auto const backend = device::Backend::cpu(2);
  auto const network = std::make_shared<network::Network>(deepstarr);
  auto const length = static_cast<std::size_t>(network->input_length());
  test::PackedCodes const packed(*backend, test::random_codes(64, length, 5));
  auto const errors = precision_errors(
      *backend, network, {{"Dev", network->outputs[0], 0}, {"Hk", network->outputs[1], 0}}, packed.view());
  ASSERT_EQ(errors.size(), 4u);
  for (PrecisionError const& each : errors) {
    EXPECT_LT(each.largest, each.precision == Precision::bf16 ? 3e-2 : allowed) << each.task;
    EXPECT_GT(each.r2, each.precision == Precision::bf16 ? 0.999 : 0.999999) << each.task;
  }
}

TEST(Precision, SmallDeepStarr) {
  expect_small_errors(
      *readers::read_network(test::data("published/deepstarr.json"), test::data("published/deepstarr.h5")), 1e-4);
}

TEST(Precision, DeepStarr) {
  SHOAL_NEEDS_SHARED_DATA();
  expect_small_errors(*readers::read_network(test::shared("deepstarr/deepstarr.model.json"),
                                             test::shared("deepstarr/deepstarr.model.h5")),
                      5e-5);
}

// Width 9, pooled by 2: 10 bases; then widths 3 with dilations 1 and 4 of rows 2 bases apart: + 4 and + 16; width 5:
// + 16; then all 200.
TEST(ReceptiveField, OfAMixedNetwork) {
  auto const network = mixed_network(200, 4);
  auto const fields = network::receptive_fields(*network);
  auto const field_of_last = [&](auto const& is_it) {
    std::int64_t field = -1;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (is_it(network->nodes[i].layer)) field = fields[i];
    }
    return field;
  };
  EXPECT_EQ(fields[0], 1);
  EXPECT_EQ(fields[1], 9);
  EXPECT_EQ(field_of_last([](network::Layer const& layer) { return std::holds_alternative<network::Pool>(layer); }),
            10);
  EXPECT_EQ(field_of_last([](network::Layer const& layer) { return std::holds_alternative<network::Add>(layer); }), 30);
  EXPECT_EQ(field_of_last([](network::Layer const& layer) { return std::holds_alternative<network::Conv1D>(layer); }),
            38);
  EXPECT_EQ(field_of_last([](network::Layer const& layer) { return std::holds_alternative<network::Dense>(layer); }),
            200);
}

// What the network says: a base outside the receptive field changes nothing, its first and last base do.
TEST(ReceptiveField, AgreesWithTheReference) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    NetworkMaker maker(80, seed);
    std::mt19937 generator(seed);
    auto const pick = [&](std::int64_t low, std::int64_t high) {
      return low + static_cast<std::int64_t>(generator() % static_cast<unsigned>(high - low + 1));
    };
    maker.convolution(3, pick(1, 5));
    if (pick(0, 1) == 0)
      maker.add(network::Pool{.kind = network::PoolKind::average, .width = pick(1, 3), .stride = pick(1, 2)});
    maker.convolution(2, pick(1, 3), network::Padding::same, pick(1, 2), pick(1, 3));
    if (pick(0, 1) == 0) {
      network::ConvTranspose1D layer;
      layer.filters = 2;
      layer.width = pick(2, 4);
      layer.stride = pick(1, 2);
      layer.kernel = maker.random(layer.width * 4, 0.5);
      maker.add(std::move(layer));
    }
    if (pick(0, 1) == 0) maker.add(network::Slice{network::Axis::positions, 3, 12, 1});
    if (pick(0, 2) == 0) maker.add(network::Pad{4, 2, 0.5F});
    auto const network = maker.network();
    int const last = network->outputs.front();
    network::Shape const shape = network->nodes.back().shape;
    Codes const codes = test::random_codes(1, 80, seed).front();
    auto const base = test::reference_value(*network, codes, last);
    std::int64_t first = 80, end = 0;
    for (std::size_t p = 0; p < 80; ++p) {
      for (std::uint8_t shift = 1; shift < 4; ++shift) {
        Codes changed = codes;
        changed[p] = static_cast<std::uint8_t>((codes[p] + shift) % 4);
        auto const value = test::reference_value(*network, changed, last);
        auto const row = static_cast<std::size_t>(shape.positions / 2 * shape.channels);
        for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
          if (value[row + c] == base[row + c]) continue;
          first = std::min(first, static_cast<std::int64_t>(p));
          end = std::max(end, static_cast<std::int64_t>(p) + 1);
        }
      }
    }
    EXPECT_EQ(network::receptive_fields(*network).back(), std::max<std::int64_t>(end - first, 0)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace shoal::inference
