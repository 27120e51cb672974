// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "library/library.hpp"

namespace shoal::library {
namespace {

using testing::HasSubstr;

// The message of the config error that `call` throws.
template <class Call>
std::string config_error(Call call) {
  try {
    call();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "no error";
}

TEST(MutationLaw, NamesGoBothWays) {
  for (MutationLaw law : {MutationLaw::poisson, MutationLaw::fixed, MutationLaw::bernoulli}) {
    EXPECT_EQ(parse_mutation_law(to_string(law)), law);
  }
  std::string const message = config_error([] { parse_mutation_law("Poisson"); });
  EXPECT_THAT(message, HasSubstr("--law 'Poisson'"));
  EXPECT_THAT(message, HasSubstr("poisson, fixed or bernoulli"));
}

TEST(Design, DefaultsAreValid) {
  EXPECT_NO_THROW(Design().validate(1));
}

TEST(Design, MutantsMustFitTheCounter) {
  Design design;
  design.mutants = 0;
  EXPECT_THAT(config_error([&] { design.validate(249); }), HasSubstr("--mutants 0"));
  design.mutants = (std::int64_t{1} << 32) + 1;
  EXPECT_THAT(config_error([&] { design.validate(249); }), HasSubstr("--mutants 4294967297"));
  design.mutants = std::int64_t{1} << 32;
  EXPECT_NO_THROW(design.validate(249));
}

TEST(Design, RateIsAboveZeroAndAtMostOne) {
  for (double rate : {0.0, -0.1, 1.0000001, std::nan(""), HUGE_VAL}) {
    Design design;
    design.rate = rate;
    EXPECT_THAT(config_error([&] { design.validate(249); }), HasSubstr("--rate")) << rate;
  }
  Design design;
  design.rate = 1;
  EXPECT_NO_THROW(design.validate(249));
}

TEST(Design, WindowLiesInTheSequence) {
  struct {
    std::int64_t start, stop;
  } const bad[] = {{-1, 10}, {0, 250}, {10, 10}, {11, 10}, {249, -1}, {0, 0}, {0, -2}};
  for (auto const& window : bad) {
    Design design;
    design.window_start = window.start;
    design.window_stop = window.stop;
    EXPECT_THAT(config_error([&] { design.validate(249); }), HasSubstr("--window")) << window.start;
  }
  Design design;
  design.window_start = 248;
  EXPECT_NO_THROW(design.validate(249));
  design.window_stop = 249;
  EXPECT_NO_THROW(design.validate(249));
}

}  // namespace
}  // namespace shoal::library
