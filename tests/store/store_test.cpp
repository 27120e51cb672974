// SPDX-License-Identifier: MIT
#include "store/reader.hpp"
#include "store/writer.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

TEST(Store, SizesOfARow) {
  Schema const schema = sample_schema();
  EXPECT_EQ(task_count(schema), 3);
  EXPECT_EQ(result_count(schema), 3 * 2);
  EXPECT_EQ(task_scalar_count(schema), 3 * 2);
  EXPECT_EQ(result_index(schema, 0, 1, 1), 3u);
  EXPECT_EQ(result_index(schema, 1, 0, 0), 4u);
  EXPECT_EQ(array_index(schema.methods[0], "pairs"), 1u);
  EXPECT_EQ(scalar_index(schema.methods[0], "r2"), 2u);
  EXPECT_THROW(array_index(schema.methods[1], "pairs"), Error);
  EXPECT_THROW(scalar_index(schema.methods[1], "r2"), Error);
}

TEST(Store, PredictedBytesAreTheFileToWithinItsHeaders) {
  shoal::test::TemporaryFolder const folder;
  for (std::int64_t const keep_y : {0, 50'000}) {
    Schema schema = sample_schema(keep_y);
    make_alone(folder.file("store.h5"), schema);
    auto const size = static_cast<double>(std::filesystem::file_size(folder.file("store.h5")));
    // The 100 kB of the sample's long provenance text are headers too.
    EXPECT_NEAR(static_cast<double>(predicted_bytes(schema)), size - 100'000, 60'000) << keep_y;
  }
}

TEST(Store, SchemaAndProvenanceReadBack) {
  shoal::test::TemporaryFolder const folder;
  make_alone(folder.file("store.h5"));
  Reader const reader(folder.file("store.h5"));
  Schema const& schema = reader.schema();
  Schema const expected = sample_schema();
  EXPECT_EQ(schema.loci, sample_loci);
  EXPECT_EQ(schema.length, sample_length);
  EXPECT_EQ(schema.keep_y, 5);
  EXPECT_EQ(schema.task_scalars, expected.task_scalars);
  ASSERT_EQ(schema.models.size(), 2U);
  EXPECT_EQ(schema.models[1].name, "other model");
  ASSERT_EQ(schema.models[0].tasks.size(), 2U);
  EXPECT_EQ(schema.models[0].tasks[1].name, "hk");
  EXPECT_EQ(schema.models[1].tasks[0].name, "out/BiasAdd:0");
  ASSERT_EQ(schema.methods.size(), 2U);
  EXPECT_EQ(schema.methods[0].name, "additive-ridge");
  EXPECT_EQ(schema.methods[0].scalars, expected.methods[0].scalars);
  EXPECT_EQ(schema.methods[0].notes, expected.methods[0].notes);
  EXPECT_TRUE(schema.methods[1].scalars.empty());
  ASSERT_EQ(schema.methods[0].arrays.size(), 2U);
  attribution::ArraySchema const& pairs = schema.methods[0].arrays[1];
  EXPECT_EQ(pairs.name, "pairs");
  EXPECT_EQ(pairs.shape, (std::vector<std::int64_t>{3, 4, 4}));
  EXPECT_EQ(pairs.type, attribution::NumberType::float64);
  EXPECT_EQ(pairs.notes, expected.methods[0].arrays[1].notes);
  ASSERT_EQ(schema.methods[0].constants.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    attribution::ConstantArray const& constant = schema.methods[0].constants[i];
    EXPECT_EQ(constant.name, expected.methods[0].constants[i].name);
    EXPECT_EQ(constant.shape, expected.methods[0].constants[i].shape);
    EXPECT_EQ(constant.values, expected.methods[0].constants[i].values);
    EXPECT_EQ(constant.notes, expected.methods[0].constants[i].notes);
  }
  EXPECT_EQ(schema.methods[1].notes, expected.methods[1].notes);
  EXPECT_EQ(reader.provenance(), sample_provenance());
}

TEST(Store, RowsReadBack) {
  shoal::test::TemporaryFolder const folder;
  make_alone(folder.file("store.h5"));
  Reader const reader(folder.file("store.h5"));
  auto const loci = sample_loci_table();
  auto const statuses = reader.statuses();
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    Row const expected = sample_row(i, reader.schema());
    Row const row = reader.row(i);
    EXPECT_EQ(row.index, i);
    EXPECT_EQ(row.status, expected.status);
    EXPECT_EQ(statuses[static_cast<std::size_t>(i)], expected.status);
    EXPECT_EQ(row.sequence, expected.sequence);
    EXPECT_EQ(row.message, expected.message);
    EXPECT_TRUE(reader.verify(i));
    if (expected.status == Status::done) {
      ASSERT_EQ(row.results.size(), expected.results.size());
      for (std::size_t result = 0; result < row.results.size(); ++result) {
        EXPECT_EQ(row.results[result].arrays, expected.results[result].arrays);
        EXPECT_EQ(row.results[result].scalars, expected.results[result].scalars);
      }
      EXPECT_EQ(row.task_scalars, expected.task_scalars);
      EXPECT_EQ(row.y, expected.y);
    } else {
      ASSERT_EQ(row.results.size(), 6U);
      EXPECT_EQ(row.results[4].map().size(), static_cast<std::size_t>(4 * sample_length));
      EXPECT_TRUE(std::isnan(row.results[4].map().front()));
      EXPECT_TRUE(std::isnan(std::get<std::vector<double>>(row.results[4].arrays[1]).back()));
      EXPECT_TRUE(std::isnan(row.results[4].scalars.back()));
      EXPECT_TRUE(std::isnan(row.task_scalars.back()));
    }
    genome::Locus const locus = reader.locus(i);
    EXPECT_EQ(locus.contig, loci[static_cast<std::size_t>(i)].contig);
    EXPECT_EQ(locus.start, loci[static_cast<std::size_t>(i)].start);
    EXPECT_EQ(locus.end, loci[static_cast<std::size_t>(i)].end);
    EXPECT_EQ(locus.strand, loci[static_cast<std::size_t>(i)].strand);
    EXPECT_EQ(locus.name, loci[static_cast<std::size_t>(i)].name);
  }
  EXPECT_THROW(reader.row(sample_loci), Error);
  EXPECT_THROW(reader.row(-1), Error);
}

TEST(Store, EveryRowIsPendingAtFirst) {
  shoal::test::TemporaryFolder const folder;
  mpi::Communicator const alone;
  Writer::create_collective(alone, folder.file("store.h5"), sample_schema(), sample_provenance(), sample_loci_table());
  Reader const reader(folder.file("store.h5"));
  EXPECT_THAT(reader.statuses(), testing::Each(Status::pending));
  EXPECT_FALSE(reader.verify(0));
  EXPECT_EQ(reader.row(0).sequence, "");
  EXPECT_EQ(reader.locus(1).contig, "chr1");
}

TEST(Store, LongMessagesAreCutBetweenLetters) {
  shoal::test::TemporaryFolder const folder;
  mpi::Communicator const alone;
  Writer::create_collective(alone, folder.file("store.h5"), sample_schema(), {}, sample_loci_table());
  Writer writer = Writer::open_collective(alone, folder.file("store.h5"));
  Row row;
  row.status = Status::failed;
  row.message = std::string(199, 'm') + "ü and more";  // the two bytes of ü are the 200th and 201st
  writer.write_row(row);
  writer.close_collective();
  Reader const reader(folder.file("store.h5"));
  EXPECT_EQ(reader.row(0).message, std::string(199, 'm'));
  EXPECT_TRUE(reader.verify(0));
}

TEST(Store, RowsOfAnotherSizeAreRefused) {
  shoal::test::TemporaryFolder const folder;
  mpi::Communicator const alone;
  Writer::create_collective(alone, folder.file("store.h5"), sample_schema(), {}, sample_loci_table());
  Writer writer = Writer::open_collective(alone, folder.file("store.h5"));
  Row const good = sample_row(0, writer.schema());
  Row row = good;
  row.results.pop_back();
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  std::get<std::vector<float>>(row.results[1].arrays[0]).pop_back();
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.results[2].arrays[1] = std::vector<float>(3 * 4 * 4);
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.results[2].scalars.push_back(0);
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.y.push_back(0);
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.sequence += "A";
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.index = sample_loci;
  EXPECT_THROW(writer.write_row(row), Error);
  row = good;
  row.status = Status::pending;
  EXPECT_THROW(writer.write_row(row), Error);
  EXPECT_THAT(writer.verified_statuses_collective(), testing::Each(Status::pending));
}

TEST(Store, NamesThatCannotBeStoredAreRefused) {
  shoal::test::TemporaryFolder const folder;
  mpi::Communicator const alone;
  auto const create = [&](Schema const& schema, Provenance const& provenance) {
    Writer::create_collective(alone, folder.file("store.h5"), schema, provenance, sample_loci_table());
  };
  Schema schema = sample_schema();
  schema.models[0].tasks[0].name = "line\nbreak";
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.methods[1].name = "scalars";  // the task's scalars and a method would share a name
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.methods[0].scalars[0] = "r2";
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.methods[0].arrays[1].name = "scalars";
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.methods[0].constants[1].name = "positions";
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.methods[0].constants[1].shape = {5};
  EXPECT_THROW(create(schema, {}), Error);
  schema = sample_schema();
  schema.loci += 1;
  EXPECT_THROW(create(schema, {}), Error);
  EXPECT_THROW(create(sample_schema(), {{"a", "1"}, {"a", "2"}}), Error);
  EXPECT_THROW(create(sample_schema(), {{"order", "1"}}), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.file("store.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("store.h5.partial")));
}

}  // namespace
}  // namespace shoal::store::test
