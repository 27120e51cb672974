// SPDX-License-Identifier: MIT
// Predictions of small networks in published shapes (tests/data/published/make.py) and of the real ones of
// ../shared/data (its README.md has the numbers and the tolerance of 1e-5).
#include <gmock/gmock.h>
#include <hdf5.h>

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::readers {
namespace {

using test::Codes;
using test::shared;

std::vector<std::vector<std::string>> read_table(std::string const& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);  // header
  while (std::getline(file, line)) {
    std::vector<std::string> row;
    for (std::string_view const field : split(line, '\t')) row.emplace_back(field);
    rows.push_back(row);
  }
  return rows;
}

std::vector<Codes> read_fasta(std::string const& path) {
  std::ifstream file(path);
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('>')) {
      texts.emplace_back();
    } else {
      texts.back() += line;
    }
  }
  std::vector<Codes> sequences;
  for (std::string const& text : texts) sequences.push_back(test::codes_of(text));
  return sequences;
}

// A whole dataset of `file` as elements of `type`.
template <class T>
std::vector<T> read_dataset(std::string const& path, char const* name, hid_t type, std::size_t size) {
  hid_t const file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  hid_t const dataset = H5Dopen2(file, name, H5P_DEFAULT);
  std::vector<T> values(size);
  EXPECT_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << path << " " << name;
  H5Dclose(dataset);
  H5Fclose(file);
  return values;
}

std::vector<Codes> read_synthetic_code(std::size_t count) {
  hid_t const type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 200);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  auto const text = read_dataset<char>(shared("synthetic_code/test_shipped.h5"), "sequences", type, 4000 * 200);
  H5Tclose(type);
  std::vector<Codes> sequences;
  for (std::size_t s = 0; s < count; ++s) sequences.push_back(test::codes_of(std::string(&text[200 * s], 200)));
  return sequences;
}

std::vector<Codes> read_tal1_inputs() {
  auto const one_hot = read_dataset<float>(shared("tal1/tal1.grads.h5"), "inputs", H5T_NATIVE_FLOAT, 20 * 500 * 4);
  std::vector<Codes> sequences(20, Codes(500, kernels::code_n));
  for (std::size_t i = 0; i < one_hot.size(); ++i) {
    if (one_hot[i] == 1.0F) sequences[i / 2000][i / 4 % 500] = static_cast<std::uint8_t>(i % 4);
  }
  return sequences;
}

// Share of (positive, negative) pairs in order, ties counting half.
double area_under_curve(std::vector<float> const& scores, std::vector<signed char> const& labels) {
  std::vector<float> negatives;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (labels[i] == 0) negatives.push_back(scores[i]);
  }
  std::sort(negatives.begin(), negatives.end());
  double pairs = 0.0, in_order = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (labels[i] == 0) continue;
    auto const [low, high] = std::equal_range(negatives.begin(), negatives.end(), scores[i]);
    in_order += 0.5 * static_cast<double>((low - negatives.begin()) + (high - negatives.begin()));
    pairs += static_cast<double>(negatives.size());
  }
  return in_order / pairs;
}

// A network of tests/data/published, and a table beside it.
std::shared_ptr<network::Network const> published(std::string const& name) {
  return readers::read_network(test::data("published/" + name + ".json"), test::data("published/" + name + ".h5"));
}
std::vector<std::vector<std::string>> published_table(std::string const& name) {
  return read_table(test::data("published/" + name + ".tsv"));
}

class PredictionsTest : public test::OnBackend {
 protected:
  std::vector<float> score(network::Network const& network, std::vector<Codes> const& sequences,
                           bool logit = false) const {
    test::PackedCodes const packed(backend(), sequences);
    inference::Scorer scorer(backend(), std::make_shared<network::Network>(network),
                             network::select_tasks(network, {{}, logit}));
    device::Buffer<float> scores(backend(), sequences.size() * scorer.tasks().size());
    scorer.score(packed.view(), scores);
    return scores.to_host();
  }
};

// Every kind of layer, against Keras: tests/data/keras/keras_small.py.
TEST_P(PredictionsTest, EveryLayerOfKeras) {
  auto const network = readers::read_network(test::data("keras/keras3_functional.h5"));
  std::vector<Codes> sequences(3, Codes(40));
  for (std::size_t s = 0; s < 3; ++s) {
    for (std::size_t i = 0; i < 40; ++i) {
      sequences[s][i] = static_cast<Codes::value_type>((i * i + i / 3 + s * (i % 5)) % 4);
    }
  }
  auto const scores = score(*network, sequences);
  std::size_t checked = 0;
  for (auto const& row : read_table(test::data("keras/keras_expected.tsv"))) {
    if (!row[1].starts_with("predict")) continue;
    EXPECT_NEAR(scores.at(checked++), std::stod(row[4]), 1e-5) << row[1] << ' ' << row[2] << ' ' << row[3];
  }
  EXPECT_EQ(checked, 12u);
}

TEST_P(PredictionsTest, SmallDeepStarr) {
  auto const scores = score(*published("deepstarr"), read_fasta(test::data("published/deepstarr.fa")));
  auto const expected = published_table("deepstarr");
  ASSERT_EQ(expected.size(), 40u);
  ASSERT_EQ(scores.size(), 80u);
  for (std::size_t s = 0; s < expected.size(); ++s) {
    EXPECT_NEAR(scores[2 * s], std::stod(expected[s][1]), 1e-5) << expected[s][0];
    EXPECT_NEAR(scores[2 * s + 1], std::stod(expected[s][2]), 1e-5) << expected[s][0];
  }
}

TEST_P(PredictionsTest, SmallCnnZoo) {
  std::vector<Codes> sequences;
  std::vector<signed char> labels;
  for (auto const& row : published_table("zoo_sequences")) {
    labels.push_back(row[0] == "1" ? 1 : 0);
    sequences.push_back(test::codes_of(row[1]));
  }
  auto const expected = published_table("zoo");
  ASSERT_EQ(expected.size(), 4u);
  for (auto const& row : expected) {
    auto const logits = score(*published(row[0]), sequences, true);
    for (std::size_t s = 0; s < 3; ++s) {
      double const logit = std::stod(row[1 + s]);
      EXPECT_NEAR(logits[s], logit, 1e-5 * std::max(1.0, std::abs(logit))) << row[0] << ' ' << s;
    }
    EXPECT_NEAR(area_under_curve(logits, labels), std::stod(row[5]), 1e-5) << row[0];
  }
}

TEST_P(PredictionsTest, SmallTal1) {
  auto const expected = published_table("tal1");
  ASSERT_EQ(expected.size(), 8u);
  std::vector<Codes> sequences;
  for (auto const& row : expected) sequences.push_back(test::codes_of(row[0]));
  auto const logits = score(*published("tal1"), sequences, true);
  for (std::size_t s = 0; s < 8; ++s) EXPECT_NEAR(logits[s], std::stod(expected[s][1]), 1e-5) << "sequence " << s;
}

TEST_P(PredictionsTest, DeepStarr) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network =
      readers::read_network(shared("deepstarr/deepstarr.model.json"), shared("deepstarr/deepstarr.model.h5"));
  auto const scores = score(*network, read_fasta(shared("deepstarr/example.fa")));
  auto const expected = read_table(shared("deepstarr/expected.tsv"));
  ASSERT_EQ(expected.size(), 10u);
  for (std::size_t s = 0; s < expected.size(); ++s) {
    EXPECT_NEAR(scores[2 * s], std::stod(expected[s][1]), 1e-5) << expected[s][0];
    EXPECT_NEAR(scores[2 * s + 1], std::stod(expected[s][2]), 1e-5) << expected[s][0];
  }
}

TEST_P(PredictionsTest, DeepStarrOnMeasuredEnhancers) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network =
      readers::read_network(shared("deepstarr/deepstarr.model.json"), shared("deepstarr/deepstarr.model.h5"));
  auto const scores = score(*network, read_fasta(shared("deepstarr/enhancers.fa")));
  ASSERT_EQ(scores.size(), 2000u);
  double dev = 0.0, hk = 0.0;
  for (std::size_t s = 0; s < 1000; ++s) {
    dev += static_cast<double>(scores[2 * s]) / 1000.0;
    hk += static_cast<double>(scores[2 * s + 1]) / 1000.0;
  }
  EXPECT_NEAR(dev, 0.487328, 2e-6);
  EXPECT_NEAR(hk, -0.087519, 2e-6);
  EXPECT_NEAR(scores[0], -1.079039, 1e-5);
  EXPECT_NEAR(scores[1], -1.231173, 1e-5);
}

TEST_P(PredictionsTest, CnnZoo) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const expected = read_table(shared("cnn_zoo/expected.tsv"));
  auto const sequences = read_synthetic_code(4000);
  auto const labels =
      read_dataset<signed char>(shared("synthetic_code/test_shipped.h5"), "label", H5T_NATIVE_SCHAR, sequences.size());
  ASSERT_EQ(expected.size(), 8u);
  for (auto const& row : expected) {
    SCOPED_TRACE(row[0]);
    auto const network = readers::read_network(shared("cnn_zoo/" + row[1]), shared("cnn_zoo/" + row[0]));
    auto const logits = score(*network, sequences, true);
    for (std::size_t s = 0; s < 3; ++s) EXPECT_NEAR(logits[s], std::stod(row[2 + s]), 1e-5) << "sequence " << s;
    EXPECT_NEAR(area_under_curve(logits, labels), std::stod(row[6]), 1e-5);
  }
}

TEST_P(PredictionsTest, Tal1) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network = readers::read_network(shared("tal1/tal1.model.json"), shared("tal1/tal1.weights.h5"));
  auto const logits = score(*network, read_tal1_inputs(), true);
  double const expected[] = {-7.752246, -4.502529, 4.259457, -1.479287};
  for (std::size_t s = 0; s < 4; ++s) EXPECT_NEAR(logits[s], expected[s], 1e-5) << "sequence " << s;
}

SHOAL_ON_EVERY_BACKEND(PredictionsTest);

}  // namespace
}  // namespace shoal::readers
