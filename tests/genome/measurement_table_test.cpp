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
  // The table, and what reading it says in the log.
  std::pair<MeasurementTable, std::string> read_with_log(std::string const& bytes) {
    testing::internal::CaptureStderr();
    auto table = read(bytes);
    return {std::move(table), testing::internal::GetCapturedStderr()};
  }
  std::string error(std::string const& bytes, MeasurementColumns const& columns) {
    return test::error_text(ErrorCode::input,
                            [&] { read_measurements(test::write(folder_, "t.tsv", bytes), columns); });
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
  EXPECT_THAT(error("sequence\tz\nAC\t1\n"),
              HasSubstr("t.tsv:1: the table has no column 'y'; its columns are 'sequence', 'z'"));
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

TEST_F(Measurements, NamedColumnsMustBeThere) {
  std::string const bytes = "sequence,y,fold_split,wt\nAC,1,train,2\nAG,2,test,3\n";
  EXPECT_TRUE(read(bytes).weights.empty());
  for (auto const member :
       {&MeasurementColumns::standard_error, &MeasurementColumns::weight, &MeasurementColumns::split}) {
    MeasurementColumns columns;
    columns.*member = {"weigth", true};
    EXPECT_THAT(
        error(bytes, columns),
        HasSubstr("t.tsv:1: the table has no column 'weigth'; its columns are 'sequence', 'y', 'fold_split', 'wt'"));
  }
  MeasurementColumns columns;
  columns.sequence = "x";
  EXPECT_THAT(error(bytes, columns), HasSubstr("no column 'x'; its columns are 'sequence'"));
  columns = {.weight = {"wt", true}, .split = {"fold_split", true}};
  auto const table = read_measurements(test::write(folder_, "t.tsv", bytes), columns);
  EXPECT_THAT(table.weights, ElementsAre(2, 3));
  EXPECT_THAT(table.sets, ElementsAre(RowSet::train, RowSet::test));
}

TEST_F(Measurements, ReadsQuotedFields) {
  auto const [table, said] = read_with_log(
      "sequence,y,\"a, b\"\n"
      "AC,1,\"x, \"\"y\"\"\"\n"
      " \"AG\" , \"2\" ,\"two\n\n# lines\"\n"
      "AT,3,5\" long\n");
  EXPECT_THAT(table.sequences, ElementsAre("AC", "AG", "AT"));
  EXPECT_THAT(table.measurements, ElementsAre(1, 2, 3));
  EXPECT_THAT(table.lines, ElementsAre(2, 3, 6));
  EXPECT_THAT(said, HasSubstr("1 rows go over several lines, inside quotes; the first begins in line 3"));
  MeasurementColumns columns;
  columns.measurement = "a, b";
  EXPECT_THAT(error("sequence,\"a, b\"\nAC,\"x \"\"y\"\"\"\n", columns),
              HasSubstr("t.tsv:2, column 'a, b': 'x \"y\"' is"));
  EXPECT_THAT(error("sequence,y\nAC,1\nAG,\"2\nAT,3\n"), HasSubstr("t.tsv:3: the quote that opens field 2 has no end"));
  EXPECT_THAT(error("sequence,y\nAC,\"1\"2\n"), HasSubstr("t.tsv:2: field 2 goes on after its closing quote with '2'"));
  EXPECT_THAT(error("sequence,y,n\nAC,1,a, b\n"), HasSubstr("t.tsv:2: 4 fields where the header has 3"));
}

TEST_F(Measurements, ReadsSemicolonsAndDecimalCommas) {
  EXPECT_THAT(read("sequence;y;dy\nAC;0,5;1\nAG;-1,25E-1;0,1\nAT;,5;2\n").measurements, ElementsAre(0.5, -0.125, 0.5));
  EXPECT_THAT(read("sequence;y\nAC;0.5\nAG;2\n").measurements, ElementsAre(0.5, 2));
  EXPECT_THAT(read("sequence\ty\nAC\t0,5\n").measurements, ElementsAre(0.5));
  EXPECT_THAT(read("sep=;\nsequence;y\nAC;0,5\n").measurements, ElementsAre(0.5));
  EXPECT_THAT(read("\"sequence\";\"y\";\"a, b; c\"\nAC;1;2\n").measurements, ElementsAre(1));
  // "1,234" is 1.234 only where another number shows what commas are.
  EXPECT_THAT(read("sequence;y\nAC;1,234\nAG;0,234\n").measurements, ElementsAre(1.234, 0.234));
  EXPECT_THAT(error("sequence;y\nAC;7\nAG;1,234\n"), HasSubstr("as in '1,234' in line 3: write decimal points"));
  EXPECT_THAT(error("sequence;y\nAC;0.5\nAG;0,5\n"),
              HasSubstr("'0,5' in line 3 has a decimal comma, '0.5' in line 2 a decimal point"));
  EXPECT_THAT(error("sequence;y\nAC;1.234,5\n"), HasSubstr("t.tsv:2, column 'y': '1.234,5' is no finite number"));
  EXPECT_THAT(error("sequence;y\nAC;1,234,5\n"), HasSubstr("is no finite number"));
  EXPECT_THAT(error("sequence,y\nAC,\"0,5\"\n"), HasSubstr("a decimal comma needs fields that semicolons or tabs"));
}

TEST_F(Measurements, ReadsPlusSigns) {
  EXPECT_THAT(read("sequence,y\nAC,+2.5\nAG,+1e-3\n").measurements, ElementsAre(2.5, 1e-3));
  for (char const* bad : {"+", "++1", "+-1", "-+1"}) {
    EXPECT_THAT(error(std::string("sequence,y\nAC,") + bad + "\n"), HasSubstr("is no finite number")) << bad;
  }
}

TEST_F(Measurements, KnowsTheNamesOfSets) {
  auto const table = read("sequence,y,split\nAC,1,Training\nAG,2,val\nAT,3,VALID\nAA,4,dev\nCC,5,test\nCA,6,train\n");
  EXPECT_THAT(table.sets, ElementsAre(RowSet::train, RowSet::validation, RowSet::validation, RowSet::validation,
                                      RowSet::test, RowSet::train));
}

TEST_F(Measurements, MentionsSetsThatAreNotUsed) {
  EXPECT_THAT(read_with_log("sequence,y,set\nAC,1,a\n").second,
              HasSubstr("t.tsv: the column 'set', which begins with 'a', is not used; give --split-column set if it"));
  EXPECT_THAT(read_with_log("sequence,y,fold\nAC,1,val\n").second, HasSubstr("the column 'fold'"));
  EXPECT_EQ(read_with_log("sequence,y,split,set\nAC,1,train,train\n").second, "");
  EXPECT_EQ(read_with_log("sequence,y,note\nAC,1,trained\n").second, "");
}

TEST_F(Measurements, ReadsCompressedTablesWithOtherNames) {
  MeasurementColumns columns;
  columns.sequence = "x";
  columns.split = {"set", true};
  auto const table = read_measurements(test::data("surrogate/splice_sites.csv.gz"), columns);
  EXPECT_EQ(table.rows(), 900u);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::train), 567);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::validation), 161);
  EXPECT_EQ(table.sequences.front(), "AUGAAAAAA");
  EXPECT_EQ(table.measurements.front(), -1.469264663966121);
}

TEST_F(Measurements, ReadsARealCompressedTable) {
  SHOAL_NEEDS_SHARED_DATA();
  MeasurementColumns columns;
  columns.sequence = "x";
  columns.split = {"set", true};
  auto const table = read_measurements(test::shared("mave/mpsa_data.csv.gz"), columns);
  EXPECT_EQ(table.rows(), 30483u);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::train), 18469);
  EXPECT_EQ(std::count(table.sets.begin(), table.sets.end(), RowSet::validation), 5936);
  EXPECT_EQ(table.sequences.front(), "GGAGUGAUG");
  EXPECT_EQ(table.measurements.front(), 0.023406441604553064);
}

}  // namespace
}  // namespace shoal::genome
