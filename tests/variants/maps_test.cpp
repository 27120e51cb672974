// SPDX-License-Identifier: MIT
#include "variants/records/maps.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "mpi/communicator.hpp"
#include "store/writer.hpp"
#include "support/data.hpp"
#include "variants/records/report.hpp"

namespace shoal::variants {
namespace {

using store::MethodSchema;

// A surrogate on four positions with one pair, the positions 1 and 2, and g(phi) = 1 + 2 phi + 3 tanh(phi / 2 + 0.25).
MethodSchema pairwise_method() {
  return {.name = "pairwise-ge",
          .scalars = {"constant", "curve_offset", "curve_slope"},
          .notes = {},
          .arrays = {attribution::map_array(4),
                     {"pairs", {1, 4, 4}, attribution::NumberType::float32, {}},
                     {"curve", {2, 3}, attribution::NumberType::float64, {}},
                     {"sigmoids", {3, 1}, attribution::NumberType::float64, {}}},
          .constants = {{"pair_positions", {1, 2}, std::vector<std::int64_t>{1, 2}, {}}}};
}

double response(double phi) {
  return 1 + 2 * phi + 3 * std::tanh(0.5 * phi + 0.25);
}

constexpr double constant = 0.125;

// map[base][position] = base · (position + 1) / 8; pairs[a][b] = (4 a + b) / 16.
attribution::MethodResult pairwise_result() {
  std::vector<float> map(16), pairs(16);
  for (std::size_t i = 0; i < 16; ++i) {
    map[i] = static_cast<float>((i / 4) * (i % 4 + 1)) / 8;
    pairs[i] = static_cast<float>(i) / 16;
  }
  return {{map, pairs, std::vector<double>{-1, 0, 1, response(-1), response(0), response(1)},
           std::vector<double>{3, 0.5, 0.25}},
          {constant, 1, 2}};
}

class VariantMapsTest : public testing::Test {
 protected:
  VariantMapsTest() {
    store::Schema schema;
    schema.loci = 2;
    schema.length = 4;
    schema.models = {{"m", {{"t"}}}};
    schema.methods = {pairwise_method()};
    std::vector<genome::Locus> const loci = {{"c", 10, 14, '+', "a", ""}, {"c", 20, 24, '-', "b", ""}};
    mpi::Communicator const alone;
    std::string const path = folder_.file("s.h5");
    store::Writer::create_collective(alone, path, schema, {{"version", "0"}}, loci);
    store::Writer writer = store::Writer::open_collective(alone, path);
    for (std::int64_t index = 0; index < 2; ++index) {
      store::Row row;
      row.index = index;
      row.sequence = "ACGN";  // on the genome: ACGN from 10, and NCGT from 20
      row.results = {pairwise_result()};
      writer.write_row(row);
    }
    writer.close_collective();
    reader_.emplace(path);
    source_.emplace(*reader_, exports::ExportChoice{.gauge = exports::ExportGauge::wild_type}, exports::ExportRows{});
    maps_.emplace(*source_);
  }

  std::optional<StoreEffect> effect(std::int64_t position, std::string const& reference,
                                    std::string const& alternative) {
    return maps_->effect({"c", position, "", reference, {alternative}}, alternative);
  }

  shoal::test::TemporaryFolder folder_;
  std::optional<store::Reader> reader_;
  std::optional<exports::ExportSource> source_;
  std::optional<VariantMaps> maps_;
};

constexpr double tolerance = 1e-6;

TEST_F(VariantMapsTest, SingleBasesByHand) {
  EXPECT_TRUE(maps_->has_pairs());
  EXPECT_TRUE(maps_->has_curve());
  // Position 1, C to T: the map (3 - 1) · 2 / 8 = 0.5, the pair with G at 2: (4 · 3 + 2 - (4 · 1 + 2)) / 16 = 0.5.
  auto const found = effect(11, "C", "T");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->map, 1.0, tolerance);
  EXPECT_NEAR(found->pairwise.value(), 1.0, tolerance);
  // phi of ACGN: 0.125 + 0 + 1 · 2 / 8 + 2 · 3 / 8 + (4 + 2) / 16 = 1.5.
  EXPECT_NEAR(found->response.value(), response(2.5) - response(1.5), tolerance);
  // Position 0 has no pair: A to G is 2 · 1 / 8.
  EXPECT_NEAR(effect(10, "A", "G")->pairwise.value(), 0.25, tolerance);
}

TEST_F(VariantMapsTest, NeighbouringChangesInteract) {
  // C to T and G to A: map 0.5 and (0 - 2) · 3 / 8 = -0.75; pairs T with A: (12 + 0 - 6) / 16 = 0.375.
  auto const both = effect(11, "CG", "TA");
  ASSERT_TRUE(both);
  EXPECT_NEAR(both->pairwise.value(), 0.5 - 0.75 + 0.375, tolerance);
  // The map alone adds what each change does in the wild type: 1.0, and -0.75 + (4 - 6) / 16.
  EXPECT_NEAR(both->map, 1.0 - 0.875, tolerance);
  EXPECT_NEAR(both->response.value(), response(1.5 + 0.125) - response(1.5), tolerance);
}

TEST_F(VariantMapsTest, MinusStrandAndPlaces) {
  // NCGT from 20 is ACGN on the strand '-': the genome's C at 21 is the sequence's G at 2, its G at 22 the C at 1.
  EXPECT_NEAR(effect(22, "G", "A")->map, 1.0, tolerance);
  EXPECT_NEAR(effect(21, "CG", "TA")->pairwise.value(), 0.125, tolerance);
  EXPECT_FALSE(effect(9, "A", "C"));    // before the locus
  EXPECT_FALSE(effect(13, "A", "C"));   // N there
  EXPECT_FALSE(effect(11, "A", "C"));   // another base there
  EXPECT_FALSE(effect(11, "C", "CA"));  // an insertion
  EXPECT_FALSE(effect(15, "C", "A"));   // between the loci
  EXPECT_FALSE(maps_->effect({"d", 11, "", "C", {"T"}}, "T"));
}

TEST(VariantReport, ColumnsOfTableAndVcf) {
  VariantReport const report({{"m", "t", false}}, {{"m", "t", "pairwise-ge", true, true}}, {.log2_fold_change = true});
  EXPECT_EQ(report.table_header(),
            "chrom\tpos\tid\tref\talt\tskipped\tm/t:ref\tm/t:alt\tm/t:effect\tm/t:log2fc\tm/t/pairwise-ge:map\t"
            "m/t/pairwise-ge:pairwise\tm/t/pairwise-ge:response\n");
  AlleleEffects const scored{"", {AlleleScores{0.5F, 2.0F}}, {}, {StoreEffect{1.0, 2.0, 3.0}}};
  AlleleEffects const skipped{"symbolic", {}, {}, {}};
  genome::Variant const variant{"c", 4, "", "A", {"C", "<DEL>"}};
  EXPECT_EQ(report.table_line(variant, 0, scored), "c\t5\t.\tA\tC\tNA\t0.5\t2\t1.5\t2\t1\t2\t3\n");
  EXPECT_EQ(report.table_line(variant, 1, skipped), "c\t5\t.\tA\t<DEL>\tsymbolic\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n");
  auto const fields = report.fields();
  auto const values = report.values({scored, skipped});
  ASSERT_EQ(fields.size(), 6U);
  ASSERT_EQ(values.size(), 6U);
  EXPECT_EQ(fields[0].id, "SHOAL_m_t");
  EXPECT_EQ(fields[1].id, "SHOAL_m_t_LOG2FC");
  EXPECT_EQ(fields[2].id, "SHOAL_MAP_m_t_pairwise_ge");
  EXPECT_EQ(fields[3].id, "SHOAL_PAIRWISE_m_t_pairwise_ge");
  EXPECT_EQ(fields[4].id, "SHOAL_RESPONSE_m_t_pairwise_ge");
  EXPECT_EQ(values[0].numbers, (std::vector<std::optional<double>>{1.5, std::nullopt}));
  EXPECT_EQ(values[5].texts, (std::vector<std::string>{"", "symbolic"}));
}

}  // namespace
}  // namespace shoal::variants
