// SPDX-License-Identifier: MIT
#include "exports/export.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "exports/formats/numbers.hpp"
#include "exports/tracks.hpp"
#include "genome/codes.hpp"
#include "store/sample.hpp"

namespace shoal::exports::test {

using namespace store::test;
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Four loci of four bases with one additive map; the second overlaps the first, the third repeats it on the strand '-'.
void make_small(std::string const& path, std::string const& first_name = "a", std::string const& last = "AACC") {
  store::Schema schema;
  schema.loci = 4;
  schema.length = 4;
  schema.models = {{"m", {{"t"}}}};
  schema.methods = {{"additive-ridge", {"r2"}, {}, {attribution::map_array(4)}}};
  schema.task_scalars = {"wild_type"};
  std::vector<genome::Locus> const loci = {{"chr1", 10, 14, '+', first_name, ""},
                                           {"chr1", 11, 15, '+', "b", ""},
                                           {"chr1", 10, 14, '-', "c", ""},
                                           {"chr2", -2, 2, '-', "d", ""}};
  std::vector<std::string> const sequences = {"ACGN", "CGTA", "TCGT", last};
  mpi::Communicator const alone;
  store::Writer::create_collective(alone, path, schema, {{"version", "0"}}, loci);
  store::Writer writer = store::Writer::open_collective(alone, path);
  for (std::int64_t index = 0; index < 4; ++index) {
    store::Row row;
    row.index = index;
    row.sequence = sequences[static_cast<std::size_t>(index)];
    std::vector<float> map(16);
    for (std::size_t i = 0; i < 16; ++i) map[i] = static_cast<float>((i * i + static_cast<std::size_t>(index)) % 7);
    row.results = {{{map}, {0.5}}};
    row.task_scalars = {1.5};
    writer.write_row(row);
  }
  writer.close_collective();
}

std::string read_text(std::string const& path) {
  return bytes_of(path);
}

TEST(Export, HalfPrecisionRoundsToNearestTiesToEven) {
  EXPECT_EQ(to_half(1.0), 0x3c00);
  EXPECT_EQ(to_half(-2.0), 0xc000);
  EXPECT_EQ(to_half(-0.0), 0x8000);
  EXPECT_EQ(to_half(65504.0), 0x7bff);
  EXPECT_EQ(to_half(65519.9), 0x7bff);
  EXPECT_EQ(to_half(65520.0), 0x7c00);
  EXPECT_EQ(to_half(1.0 + std::ldexp(1.0, -11)), 0x3c00);
  EXPECT_EQ(to_half(1.0 + 3 * std::ldexp(1.0, -11)), 0x3c02);
  EXPECT_EQ(to_half(2.0 - std::ldexp(1.0, -12)), 0x4000);
  EXPECT_EQ(to_half(std::ldexp(1.0, -24)), 0x0001);
  EXPECT_EQ(to_half(std::ldexp(1.0, -25)), 0x0000);
  EXPECT_EQ(to_half(3 * std::ldexp(1.0, -26)), 0x0001);
  EXPECT_EQ(to_half(std::ldexp(1.0, -14)), 0x0400);
  EXPECT_EQ(to_half(std::numeric_limits<double>::infinity()), 0x7c00);
  EXPECT_EQ(to_half(std::nan("")) & 0x7fff, 0x7e00);
  EXPECT_EQ(encoded(std::vector{1.0, 2.0}, FloatWidth::half).size(), 4U);
  EXPECT_THROW(encoded(std::vector{1e6}, FloatWidth::half), Error);
  EXPECT_THROW(parse_float_width(8), Error);
}

TEST(Export, GaugesOfAMapByHand) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  auto const column = [&](ExportGauge gauge, std::int64_t row, std::size_t position) {
    ExportedRow const read = ExportSource(reader, {.gauge = gauge}, {}).read(row);
    return std::vector<double>{read.map[position], read.map[4 + position], read.map[8 + position],
                               read.map[12 + position]};
  };
  // Row 0, position 1: elements 1, 5, 9, 13 are 1, 25 % 7 = 4, 81 % 7 = 4, 169 % 7 = 1; the sequence has C there.
  EXPECT_THAT(column(ExportGauge::stored, 0, 1), ElementsAre(1, 4, 4, 1));
  EXPECT_THAT(column(ExportGauge::uniform, 0, 1), ElementsAre(-1.5, 1.5, 1.5, -1.5));
  EXPECT_THAT(column(ExportGauge::wild_type, 0, 1), ElementsAre(-3, 0, 0, -3));
  // Position 3 of row 0 is N.
  EXPECT_THAT(column(ExportGauge::stored, 0, 3), ElementsAre(0, 0, 0, 0));
  EXPECT_THROW(parse_export_gauge("zero"), Error);
}

TEST(Export, RowsAreTurnedToThePlusStrand) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  ExportSource const own(reader, {}, {});
  ExportSource const turned(reader, {.orientation = ExportOrientation::genome}, {});
  // Row 3 is AACC on the strand '-': GGTT on the genome.
  ExportedRow const row = turned.read(3);
  EXPECT_EQ(genome::to_text(row.sequence), "GGTT");
  EXPECT_EQ(row.locus.strand, '+');
  // A at the first base of the genome is T at the last of the sequence.
  EXPECT_EQ(row.map[0], own.read(3).map[15]);
  EXPECT_EQ(row.map[4 * 1 + 2], own.read(3).map[4 * 2 + 1]);
  EXPECT_EQ(turned.read(1).map, own.read(1).map);
  // Formats that place values themselves give the same.
  export_bedgraph(own, {}, folder.file("own.bedgraph"));
  export_bedgraph(turned, {}, folder.file("turned.bedgraph"));
  EXPECT_EQ(read_text(folder.file("own.bedgraph")), read_text(folder.file("turned.bedgraph")));
  EXPECT_THROW(parse_export_orientation("forward"), Error);
}

TEST(Export, OverlapsArePartedAtTheMiddleOfMiddles) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  ExportSource const source(reader, {}, {});
  auto const pieces = track_pieces(source, {{"chr1", 14}, {"chr2", 100}});
  ASSERT_EQ(pieces.size(), 3U);
  // Middles 12 and 13: the border is 12. Row 2 has the place of row 0 and gives nothing; chr1 ends at 14.
  EXPECT_THAT(std::vector({pieces[0].start, pieces[0].end, pieces[0].row}), ElementsAre(10, 12, 0));
  EXPECT_THAT(std::vector({pieces[1].start, pieces[1].end, pieces[1].row}), ElementsAre(12, 14, 1));
  EXPECT_THAT(std::vector({pieces[2].start, pieces[2].end, pieces[2].row}), ElementsAre(0, 2, 3));
  // On the strand '-' the sequence's last base comes first: positions 0 and 1 of chr2 are its second and first base.
  std::vector<float> last;
  for_each_run(source, pieces, [&](std::string const&, std::int64_t, std::span<float const> values) {
    last.assign(values.begin(), values.end());
  });
  ExportedRow const row = source.read(3);
  EXPECT_THAT(last, ElementsAre(static_cast<float>(row.map[1]), static_cast<float>(row.map[0])));
  EXPECT_THROW(track_pieces(source, {{"1", 100}}), Error);
}

// chr2 begins with the second and the first base of the last locus, which is on the strand '-'.
TEST(Export, RunsOfATrackBeginBehindEveryN) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"), "a", "ANCC");
  store::Reader const reader(folder.file("s.h5"));
  ExportSource const source(reader, {}, {});
  std::vector<std::tuple<std::string, std::int64_t, std::size_t>> runs;
  for_each_run(source, track_pieces(source, {}), [&](std::string const& contig, std::int64_t start, auto values) {
    runs.emplace_back(contig, start, values.size());
  });
  EXPECT_THAT(runs, ElementsAre(std::tuple("chr1", 10, 2), std::tuple("chr1", 12, 3), std::tuple("chr2", 1, 1)));
}

TEST(Export, EffectsAreOnThePlusStrand) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  store::Reader const reader(folder.file("s.h5"));
  export_effects(ExportSource(reader, {}, {.range = {{3, 4}}, .regions = ""}), folder.file("e.tsv"));
  std::string const text = read_text(folder.file("e.tsv"));
  // Row 3 (AACC on -): the genome reads GGTT from -2; position 1 (from 1) is the sequence's second base, A, so T there.
  // Elements (i² + 3) % 7 at position 1: 4, 0, 0, 4; alternative A is T in the sequence: 4 - 4 = 0, C is G: 0 - 4.
  EXPECT_THAT(text, HasSubstr("chr2\t1\tT\tA\t0\t3\td\t-\n"));
  EXPECT_THAT(text, HasSubstr("chr2\t1\tT\tC\t-4\t3\td\t-\n"));
}

TEST(Export, TextsInJsonAreEscapedAndNumbersShort) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"), "a\"b\\c\xff");
  store::Reader const reader(folder.file("s.h5"));
  ExportChoice const stored{.gauge = ExportGauge::stored};
  export_json(ExportSource(reader, stored, {.range = {{0, 1}}, .regions = ""}), folder.file("e.json"));
  std::string const text = read_text(folder.file("e.json"));
  EXPECT_THAT(text, HasSubstr("\"strand\": \"+\", \"name\": \"a\\\"b\\\\c\xef\xbf\xbd\", \"sequence\": \"ACGN\""));
  EXPECT_THAT(text, HasSubstr("\"wild_type\": 1.5, \"r2\": 0.5, \"map\": [[0, 1, 4, 0], "));
}

TEST(Export, RowsRegionsAndNamesAreChecked) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  write_bytes(folder.file("r.bed"), "chr1\t14\t20\nchr2\t1\t2\nchr9\t0\t5\n");
  store::Reader const reader(folder.file("s.h5"));
  ExportSource const source(reader, {}, {.range = std::nullopt, .regions = folder.file("r.bed")});
  EXPECT_THAT(source.rows(), ElementsAre(1, 3));
  EXPECT_THROW(ExportSource(reader, {}, {.range = {{2, 9}}, .regions = ""}), Error);
  EXPECT_THROW(ExportSource(reader, {.model = "other"}, {}), Error);
  make_alone(folder.file("two.h5"));
  store::Reader const two(folder.file("two.h5"));
  try {
    ExportSource const ambiguous(two, {}, {});
    FAIL() << "several models";
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), HasSubstr("choose with --model one of deepstarr, other model"));
  }
  ExportSource const chosen(two, {.model = "other model", .task = "out/BiasAdd:0", .method = "ism"}, {});
  EXPECT_EQ(chosen.task_number(), 2);
  EXPECT_GT(chosen.left_out(), 0);
  EXPECT_EQ(static_cast<std::int64_t>(chosen.rows().size()) + chosen.left_out(), sample_loci);
}

TEST(Export, ADamagedRowIsRefused) {
  shoal::test::TemporaryFolder const folder;
  make_small(folder.file("s.h5"));
  std::string bytes = bytes_of(folder.file("s.h5"));
  std::size_t const place = bytes.rfind("AACC");
  ASSERT_NE(place, std::string::npos);
  bytes[place] = 'G';
  write_bytes(folder.file("s.h5"), bytes);
  store::Reader const reader(folder.file("s.h5"));
  EXPECT_THROW(export_csv(ExportSource(reader, {}, {}), folder.file("e.csv")), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.file("e.csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("e.csv.partial")));
}

}  // namespace
}  // namespace shoal::exports::test
