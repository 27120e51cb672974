// SPDX-License-Identifier: MIT
// Archives of NumPy as maps: values, places, windows, and what is refused.
#include "motif/maps.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <span>

#include "base/error.hpp"
#include "exports/numpy_archive.hpp"
#include "support/data.hpp"

namespace shoal::motif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void write_array(std::string const& path, std::vector<std::int64_t> const& shape, std::vector<float> const& values) {
  exports::NumpyArchive archive(path, "arr_0", "<f4", shape, 4);
  archive.append(std::as_bytes(std::span(values)));
  archive.publish();
}

// One locus, ACG, with the values 0 … 11.
MapSource small_source(test::TemporaryFolder const& folder) {
  write_array(folder.file("a.npz"), {1, 4, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0});
  write_array(folder.file("b.npz"), {1, 4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  MapSource source;
  source.one_hot = folder.file("a.npz");
  source.contributions = folder.file("b.npz");
  return source;
}

std::string refusal(MapSource const& source) {
  try {
    read_maps(source);
  } catch (Error const& error) {
    return error.what();
  }
  return "no refusal";
}

TEST(Maps, ArchivesGiveSequencesAndValues) {
  test::TemporaryFolder const folder;
  AttributionMaps const maps = read_maps(small_source(folder));
  EXPECT_THAT(maps.codes, ElementsAre(0, 1, 2));
  EXPECT_EQ(maps.value(0, 2, 1), 7);
  EXPECT_EQ(maps.projected(0, 2), 8);
}

TEST(Maps, BedGivesPlacesAndWindowsKeepThem) {
  test::TemporaryFolder const folder;
  MapSource source = small_source(folder);
  source.loci = folder.file("loci.bed");
  std::ofstream(source.loci) << "chr7\t100\t103\tpeak\t0\t-\n";
  source.window = 1;
  AttributionMaps const maps = read_maps(source);
  EXPECT_THAT(maps.codes, ElementsAre(1));
  EXPECT_EQ(maps.places[0].name, "peak");
  EXPECT_EQ(maps.places[0].start, 101);
  EXPECT_EQ(maps.places[0].end, 102);
  EXPECT_EQ(genome_interval({"chr7", 100, 110, '-', "", ""}, 1, 3).start, 107);
}

TEST(Maps, RefusalsNameTheFile) {
  test::TemporaryFolder const folder;
  MapSource source = small_source(folder);
  EXPECT_THAT(refusal({}), HasSubstr("give a store, or --one-hot"));
  source.window = 9;
  EXPECT_THAT(refusal(source), HasSubstr("--window 9: the maps have 3 positions"));
  source.window = 0;
  source.loci = folder.file("loci.bed");
  std::ofstream(source.loci) << "chr7\t1\t4\nchr7\t2\t5\n";
  EXPECT_THAT(refusal(source), HasSubstr("has 2 rows, and"));
  source.loci.clear();
  write_array(source.one_hot, {1, 4, 3}, {1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0});
  EXPECT_THAT(refusal(source), HasSubstr("locus 0, position 0: not one 1 and zeros"));
  write_array(source.one_hot, {1, 3, 4}, {1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0});
  EXPECT_THAT(refusal(source), HasSubstr("its shape is (1, 3, 4); [loci, 4, length] is read"));
  std::ofstream(source.one_hot) << "no archive";
  EXPECT_THAT(refusal(source), HasSubstr("neither a NumPy archive"));
}

}  // namespace
}  // namespace shoal::motif
