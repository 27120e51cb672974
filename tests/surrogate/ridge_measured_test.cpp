// SPDX-License-Identifier: MIT
// Splice sites, drawn (tests/data/surrogate/splice_sites.py) and measured (MPSA): the additive rows of their tables.
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
test::Table splice_sites(std::string const& path, std::int64_t& train) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(path.c_str(), "rb"), gzclose);
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

class RidgeMeasured : public test::OnBackend {
 protected:
  struct Expected {
    double lambda, intercept, squares, r2_train, r2_test, pearson2_test;
  };
  void expect_fits(test::Table const& table, std::int64_t train, std::vector<Expected> const& fits) const {
    for (Expected const& expected : fits) {
      RidgeOptions options;
      options.lambdas = {expected.lambda};
      options.holdout = static_cast<double>(table.rows - train) / static_cast<double>(table.rows);
      AdditiveFit const fit = test::fit(backend(), table, options)[0];
      double squares = 0;
      for (double const value : fit.theta) squares += value * value;
      // Scores of float32.
      EXPECT_NEAR(fit.intercept, expected.intercept, 2e-8);
      EXPECT_NEAR(squares, expected.squares, 2e-8 * std::max(1.0, squares));
      EXPECT_NEAR(fit.r2_train, expected.r2_train, 1e-6);
      EXPECT_NEAR(fit.r2_test, expected.r2_test, 1e-6);
      EXPECT_NEAR(fit.pearson2_test, expected.pearson2_test, 1e-6);
    }
  }
};

TEST_P(RidgeMeasured, AdditiveRowsOfTheDrawnTable) {
  std::int64_t train = 0;
  test::Table const table = splice_sites(test::data("surrogate/splice_sites.csv.gz"), train);
  ASSERT_EQ(train, 567);
  ASSERT_EQ(table.rows, 567 + 172);
  expect_fits(table, train,
              {{1, -0.8438826023, 2.0514972642, 0.87125011, 0.86211911, 0.86582003},
               {100, -0.8433297313, 0.7034338729, 0.72246135, 0.69480326, 0.86368055}});
}

TEST_P(RidgeMeasured, AdditiveRowsOfTheTable) {
  SHOAL_NEEDS_SHARED_DATA();
  std::int64_t train = 0;
  test::Table const table = splice_sites(test::shared("mave/mpsa_data.csv.gz"), train);
  ASSERT_EQ(train, 18469);
  ASSERT_EQ(table.rows, 18469 + 6078);
  expect_fits(table, train,
              {{1, -0.16938803, 0.18773570, 0.194049, 0.189770, 0.190054},
               {100, -0.16940716, 0.18047472, 0.193977, 0.189878, 0.190002}});
}

SHOAL_ON_EVERY_BACKEND(RidgeMeasured);

}  // namespace
}  // namespace shoal::surrogate
