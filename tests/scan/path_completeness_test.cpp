// SPDX-License-Identifier: MIT
#include "scan/locus/path_completeness.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace shoal::scan {
namespace {

using testing::HasSubstr;

store::Schema schema() {
  store::Schema schema;
  schema.models = {{"one", {{"a"}, {"b"}}}, {"two", {{"a"}}}};
  schema.methods = {{"ism", {"mean"}, {}, {}},
                    {"integrated-gradients", {"wild_type", "relative_error", "steps", "missed"}, {}, {}}};
  return schema;
}

// A row whose three tasks have these errors; over .02 they are missed.
store::Row row_of(std::vector<double> const& errors) {
  store::Row row;
  row.status = store::Status::done;
  for (double const error : errors) {
    row.results.push_back({{}, {7.0}});
    row.results.push_back({{}, {5.0, error, error > 0.02 ? 400.0 : 25.0, error > 0.02 ? 1.0 : 0.0}});
  }
  return row;
}

TEST(PathCompleteness, CountsMapsAndLoci) {
  PathCompleteness tally(schema());
  ASSERT_EQ(tally.methods().size(), 1U);
  // 60 maps: errors .001 to .058 in thousandths, an exact one and one without bound.
  std::vector<double> errors = {0.0, std::numeric_limits<double>::infinity()};
  for (int i = 1; i <= 58; ++i) errors.push_back(0.001 * i);
  for (std::size_t i = 0; i < 60; i += 3) tally.add(row_of({errors[i], errors[i + 1], errors[i + 2]}));
  store::Row failed;
  failed.status = store::Status::failed;
  tally.add(failed);
  auto const& of = tally.methods().front();
  EXPECT_EQ(of.maps, 60);
  EXPECT_EQ(of.loci, 20);
  EXPECT_EQ(of.missed_maps, 39);
  EXPECT_EQ(of.missed_loci, 14);  // the first row, and those that hold .021 to .058
  EXPECT_NEAR(of.quantile(0.5), 0.029, 0.011 * 0.029);
  EXPECT_NEAR(of.quantile(0.95), 0.056, 0.011 * 0.056);
  EXPECT_EQ(of.quantile(0.01), 0.0);
  EXPECT_TRUE(std::isinf(of.quantile(1.0)));
  EXPECT_THAT(of.text(), HasSubstr("39 of 60 maps, at 14 of 20 loci, missed the tolerance"));
  JsonLine line;
  tally.add_to(line);
  auto const fields = read_fields(line.text());
  EXPECT_EQ(fields.at("integrated-gradients.missed"), "39");
  EXPECT_EQ(fields.at("integrated-gradients.missed_loci"), "14");
  EXPECT_NEAR(std::stod(fields.at("integrated-gradients.steps")), (21 * 25.0 + 39 * 400.0) / 60, 1e-2);
  EXPECT_NEAR(std::stod(fields.at("integrated-gradients.error_95")), 0.056, 0.011 * 0.056);
}

TEST(PathCompleteness, SaysNothingOfOtherMethods) {
  auto without = schema();
  without.methods.pop_back();
  PathCompleteness tally(without);
  tally.add(row_of({}));
  EXPECT_TRUE(tally.methods().empty());
  JsonLine line;
  tally.add_to(line);
  PathCompleteness const none(schema());
  none.add_to(line);
  EXPECT_EQ(line.text(), "{}");
  EXPECT_THAT(none.methods().front().quantile(0.95), 0.0);
}

}  // namespace
}  // namespace shoal::scan
