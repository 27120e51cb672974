// SPDX-License-Identifier: MIT
#include "genome/measurement_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "genome/support.hpp"

namespace shoal::genome {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Measurements : public testing::Test {
 protected:
  MeasurementTable read(std::string const& bytes) { return read_measurements(test::write(folder_, "t.tsv", bytes)); }
  std::string error(std::string const& bytes) {
    return test::error_text(ErrorCode::input, [&] { read(bytes); });
  }
  test::TemporaryFolder folder_;
};

TEST_F(Measurements, ReadsTabsCommasCommentsAndQuotes) {
  auto const table = read("# made by hand\nname\ty\tsequence\tsplit\n\na\t1.5\tACGT\ttrain\r\nb\t-2e-3\tACGA\ttest\n");
  EXPECT_THAT(table.sequences, ElementsAre("ACGT", "ACGA"));
  EXPECT_THAT(table.measurements, ElementsAre(1.5, -2e-3));
  EXPECT_THAT(table.sets, ElementsAre(RowSet::train, RowSet::test));
  EXPECT_THAT(table.lines, ElementsAre(4, 5));
  EXPECT_TRUE(table.weights.empty());
  EXPECT_TRUE(table.standard_errors.empty());

  auto const other = read("\"sequence\",\"y\",\"dy\",\"weight\"\n\"AC\",\"1\",\"0.5\",\"2\"\n");
  EXPECT_THAT(other.sequences, ElementsAre("AC"));
  EXPECT_THAT(other.standard_errors, ElementsAre(0.5));
  EXPECT_THAT(other.weights, ElementsAre(2));
}

TEST_F(Measurements, NamesFileLineAndColumn) {
  EXPECT_THAT(error("sequence\tz\nAC\t1\n"), HasSubstr("t.tsv:1: the header has no column 'y'"));
  EXPECT_THAT(error("sequence\ty\ty\nAC\t1\t1\n"), HasSubstr("t.tsv:1: the column 'y' is there twice"));
  EXPECT_THAT(error("sequence\ty\nAC\t1\nACG\t2\n"),
              HasSubstr("t.tsv:3, column 'sequence': this sequence has 3 letters"));
  EXPECT_THAT(error("sequence\ty\n\t2\n"), HasSubstr("t.tsv:2, column 'sequence': the sequence is empty"));
  EXPECT_THAT(error("sequence\ty\nAC\tnan\n"), HasSubstr("t.tsv:2, column 'y': 'nan' is no finite number"));
  EXPECT_THAT(error("sequence\ty\nAC\tinf\n"), HasSubstr("t.tsv:2, column 'y': 'inf' is no finite number"));
  EXPECT_THAT(error("sequence\ty\nAC\t\n"), HasSubstr("t.tsv:2, column 'y'"));
  EXPECT_THAT(error("sequence\ty\nAC\t1\t3\n"), HasSubstr("t.tsv:2: 3 fields where the header has 2"));
  EXPECT_THAT(error("sequence\ty\tdy\nAC\t1\t0\n"), HasSubstr("t.tsv:2, column 'dy': '0' must be positive"));
  EXPECT_THAT(error("sequence\ty\tweight\nAC\t1\t-1\n"), HasSubstr("t.tsv:2, column 'weight': '-1' must be positive"));
  EXPECT_THAT(error("sequence\ty\tsplit\nAC\t1\tholdout\n"), HasSubstr("t.tsv:2, column 'split': 'holdout' is no set"));
  EXPECT_THAT(error("sequence\ty\n"), HasSubstr("t.tsv: the table has no rows"));
  EXPECT_THAT(error("# nothing\n"), HasSubstr("t.tsv: the table has no header"));
}

TEST_F(Measurements, ReadsCompressedTablesWithOtherNames) {
  SHOAL_NEEDS_SHARED_DATA();
  MeasurementColumns columns;
  columns.sequence = "x";
  columns.split = "set";
  auto const table = read_measurements(test::shared("mave/mpsa_data.csv.gz"), columns);
  EXPECT_EQ(table.rows(), 30483u);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::train), 18469);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::validation), 5936);
  EXPECT_EQ(table.sequences.front(), "GGAGUGAUG");
  EXPECT_EQ(table.measurements.front(), 0.023406441604553064);
}

}  // namespace
}  // namespace shoal::genome
