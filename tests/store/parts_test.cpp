// SPDX-License-Identifier: MIT
// Stores whose networks read parts of the loci's windows.
#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "exports/export.hpp"
#include "exports/tracks.hpp"
#include "genome/codes.hpp"
#include "hdf5/text.hpp"
#include "store/file/digest.hpp"
#include "store/repack.hpp"
#include "store/sample.hpp"

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

// The first model of the sample reads 6 of its 17 bases.
Schema schema_with_part() {
  Schema schema = sample_schema();
  schema.models[0].part = {{5, 6}};
  schema.part_methods[6] = schema.methods;
  for (MethodSchema& method : schema.part_methods[6]) method.arrays[0] = attribution::map_array(6);
  schema.part_methods[6][0].constants[1].values = std::vector<double>{7, 8, 9, 10};
  return schema;
}

std::string format_of(std::string const& path) {
  return hdf5::read_text(hdf5::open_read_only(path).get(), "shoal_format");
}

TEST(Parts, SchemaAndRowsReadBack) {
  shoal::test::TemporaryFolder const folder;
  Schema const expected = schema_with_part();
  make_alone(folder.file("s.h5"), expected);
  EXPECT_EQ(format_of(folder.file("s.h5")), "3");
  Reader const reader(folder.file("s.h5"));
  Schema const& schema = reader.schema();
  EXPECT_EQ(schema.models[0].part, expected.models[0].part);
  EXPECT_FALSE(schema.models[1].part);
  auto const& methods = methods_of(schema, schema.models[0]);
  EXPECT_EQ(methods[0].arrays[0].shape, (std::vector<std::int64_t>{4, 6}));
  EXPECT_EQ(methods[0].constants[1].values, expected.part_methods.at(6)[0].constants[1].values);
  EXPECT_EQ(methods_of(schema, schema.models[1])[0].arrays[0].shape, (std::vector<std::int64_t>{4, 17}));
  EXPECT_TRUE(reader.damage().empty());
  for (std::int64_t i = 0; i < sample_loci; ++i) {
    Row const row = sample_row(i, expected);
    EXPECT_TRUE(reader.verify(i));
    if (row.status != Status::done) continue;
    Row const found = reader.row(i);
    for (std::size_t result = 0; result < row.results.size(); ++result) {
      EXPECT_EQ(found.results[result].arrays, row.results[result].arrays) << result;
      EXPECT_EQ(found.results[result].scalars, row.results[result].scalars);
    }
  }
}

TEST(Parts, AStoreOfWholeWindowsIsOfTheOlderFormat) {
  shoal::test::TemporaryFolder const folder;
  make_alone(folder.file("s.h5"));
  EXPECT_EQ(format_of(folder.file("s.h5")), "2");
}

TEST(Parts, AreInTheDigestAndMayLieInShardsAndCopies) {
  shoal::test::TemporaryFolder const folder;
  Header header{.schema = schema_with_part(), .provenance = {}, .widths = {}, .loci_digest = {}, .part = {}};
  std::string const digest = header_digest(header);
  header.schema.models[0].part->offset = 4;
  EXPECT_NE(header_digest(header), digest);
  mpi::Communicator const alone;
  Schema const schema = schema_with_part();
  Writer::create_collective(alone, folder.file("s.h5"), schema, sample_provenance(), sample_loci_table(),
                            {.shards = 3});
  Writer writer = Writer::open_collective(alone, folder.file("s.h5"));
  for (std::int64_t i = 0; i < sample_loci; ++i) writer.write_row(sample_row(i, schema));
  writer.close_collective();
  repack(folder.file("s.h5"), folder.file("copy.h5"), 4);
  Reader const copy(folder.file("copy.h5"));
  EXPECT_EQ(copy.schema().models[0].part, schema.models[0].part);
  EXPECT_EQ(copy.row(2).results[0].arrays, sample_row(2, schema).results[0].arrays);
}

TEST(Parts, OutsideTheWindowAreRefused) {
  shoal::test::TemporaryFolder const folder;
  Schema schema = schema_with_part();
  schema.models[0].part->offset = 12;
  EXPECT_THROW(make_alone(folder.file("s.h5"), schema), Error);
  schema = schema_with_part();
  schema.part_methods.clear();
  EXPECT_THROW(make_alone(folder.file("s.h5"), schema), Error);
}

// Two loci of 7 bases, one on either strand; model "short" reads the 4 around the anchor: 1 base in on the + strand.
class PartExports : public testing::Test {
 protected:
  PartExports() {
    Schema schema;
    schema.loci = 2;
    schema.length = 7;
    schema.models = {{"short", {{"t"}}, {{1, 4}}}, {"long", {{"t"}}}};
    schema.methods = {{"additive-ridge", {"r2", "lambda"}, {}, {attribution::map_array(7)}}};
    schema.part_methods[4] = {{"additive-ridge", {"r2", "lambda"}, {}, {attribution::map_array(4)}}};
    schema.task_scalars = {"wild_type"};
    std::vector<genome::Locus> const loci = {{"chr1", 10, 17, '+', "a", ""}, {"chr1", 20, 27, '-', "b", ""}};
    mpi::Communicator const alone;
    Writer::create_collective(alone, path_, schema, {{"version", "0"}}, loci);
    Writer writer = Writer::open_collective(alone, path_);
    for (std::int64_t index = 0; index < 2; ++index) {
      Row row;
      row.index = index;
      row.sequence = index == 0 ? "ACGTACG" : "TTGCAAC";
      for (std::size_t const length : {4u, 7u}) {
        std::vector<float> map(4 * length);
        for (std::size_t i = 0; i < map.size(); ++i)
          map[i] = static_cast<float>(i) + 100.0F * static_cast<float>(index);
        row.results.push_back({{map}, {0.5, 1}});
      }
      row.task_scalars = {1.5, 2.5};
      writer.write_row(row);
    }
    writer.close_collective();
    reader_.emplace(path_);
  }
  exports::ExportSource source(std::string const& model, exports::ExportGauge gauge = exports::ExportGauge::stored,
                               exports::ExportRows const& rows = {}, exports::LetterCounter counter = {}) {
    return {*reader_, {.model = model, .gauge = gauge}, rows, std::move(counter)};
  }

  shoal::test::TemporaryFolder folder_;
  std::string path_ = folder_.file("s.h5");
  std::optional<Reader> reader_;
};

TEST_F(PartExports, RowsAreWhatTheNetworkReads) {
  exports::ExportedRow const forward = source("short").read(0);
  EXPECT_EQ(forward.locus.start, 11);
  EXPECT_EQ(forward.locus.end, 15);
  EXPECT_EQ(genome::to_text(forward.sequence), "CGTA");
  EXPECT_EQ(forward.map.size(), 16u);
  EXPECT_EQ(forward.stored.locus.start, 10);
  // On the strand '-' the window's sequence begins at its end: two bases come before the part there.
  exports::ExportedRow const reverse = source("short").read(1);
  EXPECT_EQ(reverse.locus.start, 21);
  EXPECT_EQ(reverse.locus.end, 25);
  EXPECT_EQ(genome::to_text(reverse.sequence), "GCAA");
  exports::ExportedRow const whole = source("long").read(1);
  EXPECT_EQ(whole.locus.start, 20);
  EXPECT_EQ(genome::to_text(whole.sequence), "TTGCAAC");
  EXPECT_EQ(whole.map.size(), 28u);
}

TEST_F(PartExports, TracksAndTablesLieAtTheNetworksCoordinates) {
  exports::export_bedgraph(source("short"), {}, folder_.file("t.bedgraph"));
  // The map's value at the sequence's own base: base b of position p is 4 b + p, of the second locus 100 more.
  EXPECT_EQ(bytes_of(folder_.file("t.bedgraph")),
            "chr1\t11\t12\t4\nchr1\t12\t13\t9\nchr1\t13\t14\t14\nchr1\t14\t15\t3\n"
            "chr1\t21\t22\t103\nchr1\t22\t23\t102\nchr1\t23\t24\t105\nchr1\t24\t25\t108\n");
  exports::export_csv(source("short"), folder_.file("t.csv"));
  EXPECT_THAT(bytes_of(folder_.file("t.csv")), HasSubstr("\n0,chr1,11,15,+,a,CGTA,1.5,0.5,1\n1,chr1,21,25,-,b,GCAA,"));
  exports::export_effects(source("short"), folder_.file("t.tsv"));
  EXPECT_THAT(bytes_of(folder_.file("t.tsv")), HasSubstr("\nchr1\t12\tC\tA\t-4\t0\ta\t+\n"));
  exports::export_csv(source("long"), folder_.file("w.csv"));
  EXPECT_THAT(bytes_of(folder_.file("w.csv")), HasSubstr("\n0,chr1,10,17,+,a,ACGTACG,2.5,0.5,1\n"));
}

TEST_F(PartExports, RegionsAreThoseOfTheNetwork) {
  std::string const bed = folder_.file("r.bed");
  write_bytes(bed, "chr1\t10\t11\nchr1\t24\t25\n");
  EXPECT_EQ(source("short", exports::ExportGauge::stored, {.range = {}, .regions = bed}).rows(),
            std::vector<std::int64_t>{1});
  EXPECT_EQ(source("long", exports::ExportGauge::stored, {.range = {}, .regions = bed}).rows(),
            (std::vector<std::int64_t>{0, 1}));
}

TEST_F(PartExports, LettersAreCountedInTheWholeWindowAndCut) {
  auto const counter = [&](genome::Locus const& locus, genome::Codes const& codes, std::optional<std::int64_t>) {
    EXPECT_EQ(locus.start, 20);
    EXPECT_EQ(genome::to_text(codes), "TTGCAAC");
    // Nothing but the letter p % 4 at position p.
    std::vector<double> counts(28, 0.0);
    for (std::size_t position = 0; position < 7; ++position) counts[4 * position + position % 4] = 5;
    return counts;
  };
  auto const map = source("short", exports::ExportGauge::empirical, {}, counter).read(1).map;
  // Positions 2 to 5 of the window: their letters G, T, A, C are 0.
  for (std::size_t position = 0; position < 4; ++position) {
    for (std::size_t base = 0; base < 4; ++base) {
      double const own = static_cast<double>(4 * ((position + 2) % 4));
      EXPECT_DOUBLE_EQ(map[4 * base + position], 4.0 * static_cast<double>(base) - own) << position;
    }
  }
}

}  // namespace
}  // namespace shoal::store::test
