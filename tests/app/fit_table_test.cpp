// SPDX-License-Identifier: MIT
#include "app/commands/fit_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/options/column_arguments.hpp"
#include "base/error.hpp"

namespace shoal::app {
namespace {

using genome::RowSet;

genome::MeasurementTable table_of(int rows) {
  genome::MeasurementTable table;
  table.path = "table.tsv";
  for (int row = 0; row < rows; ++row) {
    table.sequences.push_back(row % 2 == 0 ? "ACGT" : "AAGN");
    table.measurements.push_back(row);
    table.lines.push_back(row + 2);
  }
  return table;
}

TEST(FitTable, DividesAtRandomBySeed) {
  FitTable const table(table_of(200), surrogate::Alphabet("dna"), {.validation = 0.2, .holdout = 0.1, .seed = 7});
  EXPECT_EQ(table.split().train.size(), 140);
  EXPECT_EQ(table.split().validation.size(), 40);
  EXPECT_EQ(table.split().test.size(), 20);
  EXPECT_EQ(std::set<std::int64_t>(table.order().begin(), table.order().end()).size(), 200u);
  auto const observations = table.observations();
  surrogate::validate(observations);
  for (std::int64_t place = 0; place < 200; ++place) {
    std::int64_t const row = table.order()[static_cast<std::size_t>(place)];
    EXPECT_EQ(observations.responses.data[place], static_cast<double>(row));
    EXPECT_EQ(observations.letters.data[4 * place + 1], row % 2 == 0 ? 1 : 0);
    EXPECT_EQ(observations.letters.data[4 * place + 3],
              row % 2 == 0 ? 3 : surrogate::Alphabet("dna").encode("N", "")[0]);
  }
  FitTable const same(table_of(200), surrogate::Alphabet("dna"), {.validation = 0.2, .holdout = 0.1, .seed = 7});
  FitTable const other(table_of(200), surrogate::Alphabet("dna"), {.validation = 0.2, .holdout = 0.1, .seed = 8});
  EXPECT_EQ(same.order(), table.order());
  EXPECT_NE(other.order(), table.order());
}

TEST(FitTable, KeepsTheTablesSets) {
  auto measured = table_of(100);
  for (int row = 0; row < 100; ++row) {
    measured.sets.push_back(row < 60 ? RowSet::train : row < 75 ? RowSet::validation : RowSet::test);
  }
  FitTable const table(measured, surrogate::Alphabet("dna"), {});
  EXPECT_EQ(table.split().train.size(), 60);
  EXPECT_EQ(table.split().validation.size(), 15);
  for (std::int64_t place = 0; place < 100; ++place) {
    EXPECT_EQ(table.set_at(place),
              measured.sets[static_cast<std::size_t>(table.order()[static_cast<std::size_t>(place)])]);
  }
  // Without validation rows, some of the training rows become validation rows; test rows stay.
  for (auto& set : measured.sets) set = set == RowSet::validation ? RowSet::train : set;
  FitTable const carved(measured, surrogate::Alphabet("dna"), {.validation = 0.2, .holdout = 0.5, .seed = 0});
  EXPECT_EQ(carved.split().train.size(), 60);
  EXPECT_EQ(carved.split().validation.size(), 15);
  EXPECT_EQ(carved.split().test.size(), 25);
}

TEST(FitTable, NamesTheRowWithoutAMeasurement) {
  auto scored = table_of(10);
  scored.measurements[6] = std::nan("");
  try {
    FitTable(scored, surrogate::Alphabet("dna"), {});
    FAIL();
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("table.tsv:8: nan is no finite measurement"));
  }
}

TEST(ColumnArguments, OnlyNamedColumnsAreRequired) {
  ColumnArguments columns{
      .sequence = "sequence", .measurement = "y", .standard_error = "auto", .weight = "", .split = "set"};
  auto const resolved = columns.resolved();
  EXPECT_EQ(resolved.standard_error.name, "dy");
  EXPECT_FALSE(resolved.standard_error.is_required);
  EXPECT_EQ(resolved.weight.name, "");
  EXPECT_FALSE(resolved.weight.is_required);
  EXPECT_EQ(resolved.split.name, "set");
  EXPECT_TRUE(resolved.split.is_required);
  EXPECT_THROW(columns.refuse_without_table(), Error);
  columns.weight = columns.split = "auto";
  columns.refuse_without_table();
}

TEST(FitTable, RefusesWhatCannotBeFitted) {
  EXPECT_THROW(FitTable(table_of(10), surrogate::Alphabet("dna"), {.validation = 0.5, .holdout = 0.5, .seed = 0}),
               Error);
  EXPECT_THROW(FitTable(table_of(10), surrogate::Alphabet("dna"), {.validation = -0.1, .holdout = 0.5, .seed = 0}),
               Error);
  auto tests = table_of(3);
  tests.sets.assign(3, RowSet::test);
  EXPECT_THROW(FitTable(tests, surrogate::Alphabet("dna"), {}), Error);
  try {
    FitTable(table_of(10), surrogate::Alphabet("01"), {});
    FAIL();
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("table.tsv:"));
    EXPECT_THAT(error.what(), testing::HasSubstr("character 1"));
  }
}

}  // namespace
}  // namespace shoal::app
