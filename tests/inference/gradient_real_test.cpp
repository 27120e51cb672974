// SPDX-License-Identifier: MIT
// Gradients against TensorFlow's (tests/data/inference/gradients.py, tests/data/published/make.py) and against those
// stored with the real networks of
// ../shared/data (its README.md has the numbers and tolerances).
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "inference/gradient.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::inference {
namespace {

using test::shared;

struct GoldenRow {
  std::string point, head;
  std::size_t track = 0, position = 0;
  char base = 'A';
  double gradient = 0.0;
};

std::vector<GoldenRow> read_golden() {
  std::ifstream file(test::data("inference/gradients.tsv"));
  std::string line;
  std::getline(file, line);
  std::vector<GoldenRow> rows;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    GoldenRow row;
    fields >> row.point >> row.head >> row.track >> row.position >> row.base >> row.gradient;
    rows.push_back(row);
  }
  return rows;
}

// The points of gradients.py.
std::vector<float> golden_point(std::string const& name) {
  std::vector<float> point(160);
  for (std::size_t i = 0; i < 40; ++i) {
    for (std::size_t c = 0; c < 4; ++c) {
      double const smooth = 0.25 + 0.2 * std::sin(1.0 + static_cast<double>(i) + 7.0 * static_cast<double>(c));
      double const one_hot = (i * i + i / 3 + i % 5) % 4 == c ? 1.0 : 0.0;
      double const share = name == "smooth" ? 1.0 : (name == "one_hot" ? 0.0 : 0.5);
      point[4 * i + c] = static_cast<float>(share * smooth + (1.0 - share) * one_hot);
    }
  }
  return point;
}

std::vector<float> read_floats(std::string const& path, char const* name, std::size_t size) {
  hid_t const file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  hid_t const dataset = H5Dopen2(file, name, H5P_DEFAULT);
  std::vector<float> values(size);
  EXPECT_GE(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << path;
  H5Dclose(dataset);
  H5Fclose(file);
  return values;
}

test::Codes third_synthetic_sequence() {
  hid_t const type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 200);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  std::vector<char> text(4000 * 200);
  hid_t const file = H5Fopen(shared("synthetic_code/test_shipped.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  hid_t const dataset = H5Dopen2(file, "sequences", H5P_DEFAULT);
  EXPECT_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), 0);
  H5Dclose(dataset);
  H5Fclose(file);
  H5Tclose(type);
  return test::codes_of(std::string(&text[400], 200));
}

class RealGradientTest : public test::OnBackend {
 protected:
  std::vector<float> gradients(std::shared_ptr<network::Network const> const& network,
                               std::vector<network::Task> const& tasks, std::vector<float> const& inputs) const {
    Gradient gradient(backend(), network, tasks);
    device::Buffer<float> const in(backend(), std::span<float const>(inputs));
    auto const sequences = static_cast<std::int64_t>(inputs.size()) / (4 * network->input_length());
    device::Buffer<float> values(backend(), static_cast<std::size_t>(sequences) * tasks.size());
    device::Buffer<float> maps(backend(), inputs.size() * tasks.size());
    gradient.evaluate(RealInputs{in.data(), sequences}, values, maps);
    return maps.to_host();
  }
};

TEST_P(RealGradientTest, KerasLayersAgainstTensorFlow) {
  auto const network = readers::read_network(test::data("keras/keras3_functional.h5"));
  auto const tasks = network::select_tasks(*network, {});
  std::map<std::string, std::vector<float>> found;
  std::map<std::string, double> largest;
  auto const golden = read_golden();
  ASSERT_EQ(golden.size(), 3u * 4u * 160u);
  for (GoldenRow const& row : golden) {
    double& most = largest[row.point + row.head + std::to_string(row.track)];
    most = std::max(most, std::abs(row.gradient));
  }
  for (GoldenRow const& row : golden) {
    if (found.count(row.point) == 0) found[row.point] = gradients(network, tasks, golden_point(row.point));
    std::string const name = row.head == "many" ? row.head + ":" + std::to_string(row.track) : row.head;
    std::size_t task = 0;
    while (task < tasks.size() && tasks[task].name != name) ++task;
    ASSERT_LT(task, tasks.size()) << name;
    std::size_t const base = std::string("ACGT").find(row.base);
    EXPECT_NEAR(found[row.point][task * 160 + base * 40 + row.position], row.gradient,
                1e-5 * largest[row.point + row.head + std::to_string(row.track)])
        << row.point << ' ' << name << ' ' << row.position << ' ' << row.base;
  }
}

std::shared_ptr<network::Network const> published(std::string const& name) {
  return readers::read_network(test::data("published/" + name + ".json"), test::data("published/" + name + ".h5"));
}

std::vector<float> one_hot_of(std::string const& text) {
  std::vector<float> values(4 * text.size());
  for (std::size_t p = 0; p < text.size(); ++p) values[4 * p + std::string("ACGT").find(text[p])] = 1.0F;
  return values;
}

TEST_P(RealGradientTest, SmallTal1) {
  auto const network = published("tal1");
  std::ifstream table(test::data("published/tal1.tsv"));
  std::string line;
  std::getline(table, line);
  int sequences = 0;
  for (; std::getline(table, line); ++sequences) {
    std::istringstream fields(line);
    std::string text;
    double logit = 0.0;
    fields >> text >> logit;
    auto const found = gradients(network, network::select_tasks(*network, {{}, true, {}}), one_hot_of(text));
    for (std::size_t p = 0; p < text.size(); ++p) {
      for (std::size_t c = 0; c < 4; ++c) {
        double expected = NAN;
        fields >> expected;
        ASSERT_NEAR(found[c * text.size() + p], expected, 2e-6) << sequences << ' ' << p << ' ' << c;
      }
    }
  }
  EXPECT_EQ(sequences, 8);
}

TEST_P(RealGradientTest, SmallCnnZoo) {
  std::ifstream sequences(test::data("published/zoo_sequences.tsv")), table(test::data("published/zoo.tsv"));
  std::string line, label, text;
  for (int row = 0; row < 4; ++row) std::getline(sequences, line);  // the third sequence
  std::istringstream(line) >> label >> text;
  std::getline(table, line);
  int networks = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string name;
    double logits[3] = {}, norm = 0.0;
    fields >> name >> logits[0] >> logits[1] >> logits[2] >> norm;
    auto const network = published(name);
    double squares = 0.0;
    for (float const value : gradients(network, network::select_tasks(*network, {{}, true, {}}), one_hot_of(text))) {
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    EXPECT_NEAR(std::sqrt(squares), norm, 1e-5 * std::max(1.0, norm)) << name;
    ++networks;
  }
  EXPECT_EQ(networks, 4);
}

TEST_P(RealGradientTest, Tal1) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network = readers::read_network(shared("tal1/tal1.model.json"), shared("tal1/tal1.weights.h5"));
  auto const inputs = read_floats(shared("tal1/tal1.grads.h5"), "inputs", 40000);
  auto const expected = read_floats(shared("tal1/tal1.grads.h5"), "grads", 40000);
  auto const found = gradients(network, network::select_tasks(*network, {{}, true, {}}), inputs);
  std::size_t positions = 0;
  for (std::size_t s = 0; s < 20; ++s) {
    for (std::size_t p = 0; p < 500; ++p) {
      bool is_zero = true;
      for (std::size_t c = 0; c < 4; ++c) {
        float const gradient = found[s * 2000 + c * 500 + p];
        ASSERT_NEAR(gradient, expected[s * 2000 + p * 4 + c], 2e-6) << s << ' ' << p << ' ' << c;
        is_zero = is_zero && gradient == 0.0F;
      }
      if (!is_zero) ++positions;
    }
  }
  EXPECT_EQ(positions, 2400u);
}

TEST_P(RealGradientTest, CnnZoo) {
  SHOAL_NEEDS_SHARED_DATA();
  test::Codes const codes = third_synthetic_sequence();
  std::vector<float> one_hot(800, 0.0F);
  for (std::size_t p = 0; p < 200; ++p) one_hot[4 * p + codes[p]] = 1.0F;
  std::ifstream table(shared("cnn_zoo/expected.tsv"));
  std::string line;
  std::getline(table, line);
  int networks = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string weights, graph;
    double logits[3] = {}, norm = 0.0;
    fields >> weights >> graph >> logits[0] >> logits[1] >> logits[2] >> norm;
    auto const network = readers::read_network(shared("cnn_zoo/" + graph), shared("cnn_zoo/" + weights));
    double squares = 0.0;
    for (float const value : gradients(network, network::select_tasks(*network, {{}, true, {}}), one_hot)) {
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    EXPECT_NEAR(std::sqrt(squares), norm, 1e-5) << weights;
    ++networks;
  }
  EXPECT_EQ(networks, 8);
}

SHOAL_ON_EVERY_BACKEND(RealGradientTest);

}  // namespace
}  // namespace shoal::inference
