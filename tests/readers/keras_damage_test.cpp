// SPDX-License-Identifier: MIT
// Missing, foreign, truncated and damaged files end in an input error that names them, never in a crash.
#include <gtest/gtest.h>

#include <random>

#include "hdf5/isolated_reader.hpp"
#include "readers/keras/file/weights.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/sanitized.hpp"

namespace shoal {
namespace {

using test::data;
using test::error_of;
using test::read_file;
using test::write_file;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class Damage : public testing::Test {
 protected:
  std::string error_of_bytes(std::string const& bytes, std::string const& name = "network.h5") {
    write_file(folder_.file(name), bytes);
    return error_of(ErrorCode::input, [&] { readers::read_network(folder_.file(name)); });
  }
  // What reading `bytes` in a child process says when one of them has been changed, within two seconds.
  std::string error_of_changed(std::string bytes, std::size_t place, int change) {
    bytes.at(place) = static_cast<char>(bytes.at(place) ^ change);
    write_file(folder_.file("changed.h5"), bytes);
    hdf5::IsolatedRequest request = readers::keras_request();
    request.seconds = 2;
    return error_of(ErrorCode::input, [&] { hdf5::read_isolated(folder_.file("changed.h5"), request); });
  }
  static testing::Matcher<std::string> is_crash_or_refusal() {
    return AnyOf(HasSubstr("crashed reading"), HasSubstr("failed in the HDF5 library"), HasSubstr("cannot read"),
                 "no error");
  }
  static testing::Matcher<std::string> is_hang_or_refusal() {
    return AnyOf(HasSubstr("took longer than 2 s"), HasSubstr("cannot read"), "no error");
  }
  test::TemporaryFolder folder_;
};

TEST_F(Damage, EachKindOfWrongFileIsNamed) {
  auto const read = [](std::string const& file) {
    return error_of(ErrorCode::input, [&] { readers::read_network(file); });
  };
  EXPECT_THAT(read(folder_.file("absent.h5")), AllOf(HasSubstr("there is no file"), HasSubstr("absent.h5")));
  EXPECT_THAT(read(folder_.file("")), HasSubstr("is a folder"));
  EXPECT_THAT(read("/dev/null"), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of_bytes(""), HasSubstr("is empty"));
  EXPECT_THAT(error_of_bytes(">seq\nACGT\n"), HasSubstr("neither HDF5 nor ONNX nor a Keras graph"));
  EXPECT_THAT(error_of_bytes("PK\x03\x04"), HasSubstr("not a readable zip archive"));
  std::string const whole = read_file(data("keras/keras3_sequential.h5"));
  EXPECT_THAT(error_of_bytes(whole.substr(0, whole.size() / 2)), HasSubstr("is incomplete (truncated file"));
  EXPECT_THAT(read(data("keras/keras_conv.h5")), HasSubstr("weights without a graph"));
}

TEST_F(Damage, GraphAndWeightsMustBeGivenTogether) {
  std::string const json = data("keras/keras3_functional.json"), whole = data("keras/keras3_functional.h5");
  EXPECT_THAT(error_of(ErrorCode::config, [&] { readers::read_network(json); }), HasSubstr("--weights"));
  EXPECT_THAT(error_of(ErrorCode::config, [&] { readers::read_network(whole, whole); }), HasSubstr("--weights"));
  EXPECT_THAT(error_of(ErrorCode::input, [&] { readers::read_network(json, json); }), HasSubstr("not an HDF5 file"));
  EXPECT_THAT(error_of(ErrorCode::input, [&] { readers::read_network(json, folder_.file("absent")); }),
              HasSubstr("there is no file"));
}

TEST_F(Damage, WeightsThatAreNotFiniteAreRefused) {
  std::string bytes = read_file(data("keras/keras3_sequential.h5"));
  auto const network = readers::read_network(data("keras/keras3_sequential.h5"));
  float const first = std::get<network::Conv1D>(network->nodes[1].layer).kernel[0];
  std::string const pattern(reinterpret_cast<char const*>(&first), sizeof first);
  ASSERT_NE(bytes.find(pattern), std::string::npos);
  bytes.replace(bytes.find(pattern), 4, "\xff\xff\xff\x7f", 4);
  EXPECT_THAT(error_of_bytes(bytes), AllOf(HasSubstr("'c'"), HasSubstr("kernel"), HasSubstr("not finite")));
}

// Any result is right except a crash or a hang: many bytes carry no meaning, or belong to a weight.
TEST_F(Damage, SurvivesChangedBytesAndCuts) {
  std::string const whole = read_file(data("keras/keras1_sequential.h5"));
  std::mt19937_64 random(20240521);
  int refused = 0;
  for (int trial = 0; trial < test::trials(400); ++trial) {
    std::string bytes = whole;
    if (trial % 4 == 3) {
      bytes.resize(random() % whole.size());
    } else {
      bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    }
    std::string const file = folder_.file("damaged.h5");
    write_file(file, bytes);
    try {
      readers::read_network(file);
    } catch (Error const& error) {
      ++refused;
      EXPECT_EQ(error.code(), ErrorCode::input) << trial << ": " << error.what();
      EXPECT_THAT(error.what(), HasSubstr("damaged.h5")) << trial;
    }
  }
  EXPECT_GT(refused, test::trials(100));
}

// Found by changing bytes at random: with HDF5 1.10.8 the first crashes the library, the second never ends. Another
// version may refuse or even read them; AddressSanitizer turns the crash into an exit.
TEST_F(Damage, CrashesAndHangsOfTheLibraryAreErrors) {
  std::string const whole = read_file(data("published/tal1.h5"));
  EXPECT_THAT(error_of_changed(whole, 2103, 183), is_crash_or_refusal());
  EXPECT_THAT(error_of_changed(whole, 2320, 57), is_hang_or_refusal());
}

TEST_F(Damage, CrashesAndHangsOnARealFileAreErrors) {
  SHOAL_NEEDS_SHARED_DATA();
  std::string const whole = read_file(test::shared("tal1/tal1.weights.h5"));
  EXPECT_THAT(error_of_changed(whole, 2076, 227), is_crash_or_refusal());
  EXPECT_THAT(error_of_changed(whole, 2104, 202), is_hang_or_refusal());
}

TEST_F(Damage, LimitsAreErrors) {
  hdf5::IsolatedRequest request = readers::keras_request();
  request.content_bytes = 100;
  std::string const file = data("keras/keras3_functional.weights.h5");
  EXPECT_THAT(error_of(ErrorCode::input, [&] { hdf5::read_isolated(file, request); }),
              AllOf(HasSubstr("more data"), HasSubstr(file)));
}

}  // namespace
}  // namespace shoal
