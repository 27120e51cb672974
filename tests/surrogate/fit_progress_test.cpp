// SPDX-License-Identifier: MIT
// The progress reports of a long fit, and that they change nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/progress.hpp"
#include "surrogate/epistasis_truth.hpp"
#include "surrogate/simulate.hpp"

namespace shoal::surrogate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

SurrogateFit fit(test::Truth const& truth, SurrogateOptions const& options) {
  auto const backend = device::Backend::cpu(1);
  return fit_surrogates(*backend, truth.observations(), {parse_surrogate("additive-ge")}, options).front().front();
}

bool any_has(std::vector<std::string> const& lines, std::vector<std::string> const& parts) {
  return std::any_of(lines.begin(), lines.end(), [&](std::string const& line) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](std::string const& part) { return line.find(part) != std::string::npos; });
  });
}

TEST(FitProgress, NamesPartsInTheirOrderUntilTheyEnd) {
  std::vector<std::string> lines;
  progress_step([]() -> std::string { throw std::runtime_error("asked for without a report"); });
  ProgressPart const before([] { return std::string("before"); });
  ProgressReport const report(milliseconds(0), [&](std::string_view text) { lines.emplace_back(text); });
  ProgressPart const outer([] { return std::string("outer"); });
  {
    ProgressPart const inner([] { return std::string("inner"); });
    progress_step([] { return std::string("1"); });
  }
  progress_step([] { return std::string("2"); });
  EXPECT_EQ(lines, (std::vector<std::string>{"outer, inner, 1", "outer, 2"}));
}

TEST(FitProgress, IsSilentUntilTheIntervalHasPassed) {
  int printed = 0;
  ProgressReport const report(hours(1), [&](std::string_view) { ++printed; });
  fit(test::drawn_truth({.length = 10, .rows = 2000, .rate = 0.2}), {});
  EXPECT_EQ(printed, 0);
}

TEST(FitProgress, SaysRoundSplitIterationAndLossAndChangesNothing) {
  test::Truth const truth = test::drawn_truth({.length = 10, .rows = 2000, .rate = 0.2});
  SurrogateOptions options;
  options.noise = NoiseKind::gaussian;
  options.noise_order = 1;
  options.noise_rounds = 1;
  SurrogateFit const silent = fit(truth, options);
  std::vector<std::string> lines;
  ProgressReport const report(milliseconds(0), [&](std::string_view text) { lines.emplace_back(text); });
  SurrogateFit const told = fit(truth, options);
  EXPECT_TRUE(any_has(lines, {"identity at lambda 1000, split 1 of ", "iteration 1, loss "}));
  EXPECT_TRUE(any_has(lines, {"sigmoids at lambda ", "iteration 2, loss "}));
  EXPECT_TRUE(any_has(lines, {"round 1 of 1 of noise, ", "sigmoids at lambda "}));
  EXPECT_EQ(told.parameters.additive, silent.parameters.additive);
  EXPECT_EQ(told.curve.heights, silent.curve.heights);
  EXPECT_EQ(told.noise.log_scale, silent.noise.log_scale);
}

TEST(FitProgress, CountsTheSetsOfABootstrap) {
  test::Truth const truth = test::drawn_truth({.length = 8, .rows = 600, .rate = 0.2});
  SurrogateFit const first = fit(truth, {});
  auto const backend = device::Backend::cpu(1);
  std::vector<std::string> lines;
  ProgressReport const report(milliseconds(0), [&](std::string_view text) { lines.emplace_back(text); });
  bootstrap(*backend, truth.observations(), first, {}, 2, 1);
  EXPECT_TRUE(any_has(lines, {"bootstrap 1 of 2, ", "iteration 1, loss "}));
  EXPECT_TRUE(any_has(lines, {"bootstrap 2 of 2, 1 done"}));
}

}  // namespace
}  // namespace shoal::surrogate
