// SPDX-License-Identifier: MIT
// Measured splice sites (MPSA): the additive rows of ridge_expected.tsv.
#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>

#include "base/text.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "surrogate/tables.hpp"

namespace shoal::surrogate {
namespace {

// Training rows first, test rows last; validation rows are not used. Scores are rounded to float32.
test::Table measured_table(std::int64_t& train) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(test::shared("mave/mpsa_data.csv.gz").c_str(), "rb"),
                                                        gzclose);
  test::Table parts[2];
  char line[256];
  gzgets(file.get(), line, sizeof line);
  while (gzgets(file.get(), line, sizeof line) != nullptr) {
    auto const fields = split(trim(line), ',');
    if (fields[0] == "validation") continue;
    test::Table& part = parts[fields[0] == "training" ? 0 : 1];
    test::append_codes(fields[4], part.codes);
    part.scores.push_back(static_cast<float>(*parse_real(fields[3])));
    ++part.rows;
  }
  train = parts[0].rows;
  parts[0].codes.insert(parts[0].codes.end(), parts[1].codes.begin(), parts[1].codes.end());
  parts[0].scores.insert(parts[0].scores.end(), parts[1].scores.begin(), parts[1].scores.end());
  parts[0].rows += parts[1].rows;
  parts[0].length = 9;
  return parts[0];
}

class RidgeMeasured : public test::OnBackend {};

TEST_P(RidgeMeasured, AdditiveRowsOfTheTable) {
  SHOAL_NEEDS_SHARED_DATA();
  std::int64_t train = 0;
  test::Table const table = measured_table(train);
  ASSERT_EQ(train, 18469);
  ASSERT_EQ(table.rows, 18469 + 6078);
  struct Expected {
    double lambda, intercept, squares, r2_train, r2_test, pearson2_test;
  };
  for (Expected const expected : {Expected{1, -0.16938803, 0.18773570, 0.194049, 0.189770, 0.190054},
                                  Expected{100, -0.16940716, 0.18047472, 0.193977, 0.189878, 0.190002}}) {
    RidgeOptions options;
    options.lambdas = {expected.lambda};
    options.holdout = 6078.0 / static_cast<double>(table.rows);
    AdditiveFit const fit = test::fit(backend(), table, options)[0];
    double squares = 0;
    for (double const value : fit.theta) squares += value * value;
    EXPECT_NEAR(fit.intercept, expected.intercept, 2e-8);
    EXPECT_NEAR(squares, expected.squares, 2e-8);
    EXPECT_NEAR(fit.r2_train, expected.r2_train, 1e-6);
    EXPECT_NEAR(fit.r2_test, expected.r2_test, 1e-6);
    EXPECT_NEAR(fit.pearson2_test, expected.pearson2_test, 1e-6);
  }
}

SHOAL_ON_EVERY_BACKEND(RidgeMeasured);

}  // namespace
}  // namespace shoal::surrogate
