// SPDX-License-Identifier: MIT
// Patterns of planted motifs: all found, on any number of threads, whatever the order of loci; files that hold them.
#include "motif/discover.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "motif/calling/legacy_random.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/motif_file.hpp"
#include "motif/tables.hpp"
#include "support/data.hpp"

namespace shoal::motif {
namespace {

std::string const planted[] = {"TGACTCATAC", "CCGGAAGTGA"};

// Loci of 120 random bases with one copy of each motif on either strand, whose bases contribute.
AttributionMaps planted_maps(std::int64_t loci, std::uint32_t seed) {
  AttributionMaps maps;
  maps.loci = loci;
  maps.length = 120;
  maps.hypothetical.assign(static_cast<std::size_t>(loci * 4 * 120), 0);
  LegacyRandom random(seed);
  auto const draw = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random.uniform() * static_cast<double>(n));
  };
  for (std::int64_t locus = 0; locus < loci; ++locus) {
    std::vector<std::uint8_t> codes;
    std::vector<int> wanted(120, -1);
    for (int i = 0; i < 120; ++i) codes.push_back(static_cast<std::uint8_t>(draw(4)));
    for (std::int64_t m = 0; m < 2; ++m) {
      std::int64_t const start = 20 + 45 * m + draw(25);
      bool const turned = draw(2) == 1;
      for (std::int64_t i = 0; i < 10; ++i) {
        auto const letter = std::string("ACGT").find(planted[m][static_cast<std::size_t>(turned ? 9 - i : i)]);
        auto const code = static_cast<std::uint8_t>(turned ? 3 - letter : letter);
        codes[static_cast<std::size_t>(start + i)] = code;
        wanted[static_cast<std::size_t>(start + i)] = code;
      }
    }
    maps.codes.insert(maps.codes.end(), codes.begin(), codes.end());
    for (std::int64_t i = 0; i < 120; ++i) {
      for (int base = 0; base < 4; ++base) {
        double const noise = (random.uniform() - 0.5) * 0.05;
        int const own = wanted[static_cast<std::size_t>(i)];
        double const value = own < 0 ? 0 : base == own ? 0.75 : -0.25;
        maps.hypothetical[static_cast<std::size_t>((locus * 4 + base) * 120 + i)] = static_cast<float>(value + noise);
      }
    }
    genome::Locus place{
        "chr1", 1000 * locus, 1000 * locus + 120, locus % 2 == 0 ? '+' : '-', "n" + std::to_string(locus), ""};
    maps.places.push_back(place);
  }
  return maps;
}

DiscoverOptions quick() {
  DiscoverOptions options;
  options.windows.window = 10;
  options.trim = 16;
  options.flank = 3;
  options.least_seqlets = 30;
  return options;
}

std::string consensus(Pattern const& pattern) {
  std::string letters;
  for (Column const& column : pattern.sequence) {
    auto const best = std::ranges::max_element(column) - column.begin();
    letters += column[static_cast<std::size_t>(best)] > 0.8 ? "ACGT"[best] : '.';
  }
  return letters;
}

std::string turned(std::string text) {
  std::ranges::reverse(text);
  for (char& letter : text) letter = letter == 'A' ? 'T' : letter == 'T' ? 'A' : letter == 'C' ? 'G' : 'C';
  return text;
}

TEST(Discover, FindsEveryPlantedMotifOnce) {
  auto const maps = planted_maps(70, 1);
  Discovery const found = discover(maps, quick());
  ASSERT_EQ(found.positive.size(), 2U);
  EXPECT_TRUE(found.negative.empty());
  for (std::string const& motif : planted) {
    EXPECT_EQ(std::ranges::count_if(found.positive,
                                    [&](Pattern const& pattern) {
                                      std::string const text = consensus(pattern);
                                      return text.find(motif) != std::string::npos ||
                                             text.find(turned(motif)) != std::string::npos;
                                    }),
              1);
  }
  for (Pattern const& pattern : found.positive) EXPECT_GT(pattern.seqlets.size(), 60U);
}

TEST(Discover, SeqletsMoveToThePatternThatTheyResemble) {
  AttributionMaps const maps = planted_maps(60, 11);
  std::vector<std::vector<Seqlet>> sites(2);
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    for (std::size_t m = 0; m < 2; ++m) {
      std::int64_t start = m == 0 ? 20 : 65;
      while (maps.projected(locus, start) < 0.5F) ++start;
      bool const is_forward = maps.code(locus, start) == std::string("ACGT").find(planted[m][0]) &&
                              maps.code(locus, start + 1) == std::string("ACGT").find(planted[m][1]);
      sites[m].push_back({locus, start - 7, start + 17, !is_forward, 0, 1});
    }
  }
  // Six seqlets of each motif stand among those of the other, one position beside it.
  std::vector<std::vector<Seqlet>> mixed = sites;
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t m = 0; m < 2; ++m) {
      Seqlet other = sites[m][i];
      ++other.start;
      ++other.end;
      mixed[1 - m][i] = other;
    }
  }
  DiscoverOptions const options;
  PatternWork const work{maps, options, {0.25, 0.25, 0.25, 0.25}, 1};
  std::vector<PatternPointer> patterns;
  for (auto const& seqlets : mixed) patterns.push_back(std::make_shared<SeqletPattern const>(maps, seqlets));
  auto const sorted = reassigned(work, patterns);
  ASSERT_EQ(sorted.size(), 2U);
  for (std::size_t m = 0; m < 2; ++m) {
    std::vector<Place> found, expected;
    for (Seqlet const& seqlet : sorted[m]->seqlets()) found.push_back(place_of(seqlet));
    for (Seqlet const& seqlet : sites[m]) expected.push_back(place_of(seqlet));
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(expected));
    // All lie on the strand of their motif.
    EXPECT_NEAR(sorted[m]->sequence()[7][std::string("ACGT").find(planted[m][0])], 1, 1e-12);
  }
}

TEST(Discover, ThreadsAndSignsChangeNothing) {
  auto maps = planted_maps(70, 2);
  DiscoverOptions options = quick();
  Discovery const one = discover(maps, options);
  options.threads = 3;
  Discovery const three = discover(maps, options);
  EXPECT_EQ(pattern_bed(maps, one), pattern_bed(maps, three));
  EXPECT_EQ(pattern_table(one), pattern_table(three));
  for (float& value : maps.hypothetical) value = -value;
  Discovery const negative = discover(maps, options);
  ASSERT_EQ(negative.negative.size(), one.positive.size());
  EXPECT_EQ(negative.negative[0].seqlets.size(), one.positive[0].seqlets.size());
}

TEST(Discover, FilesHoldThePatterns) {
  auto const maps = planted_maps(70, 3);
  Discovery const found = discover(maps, quick());
  test::TemporaryFolder const folder;
  write_pattern_file(folder.file("motifs.h5"), maps, found);
  EXPECT_TRUE(std::filesystem::exists(folder.file("motifs.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("motifs.h5.partial")));
  write_meme(folder.file("motifs.meme"), pattern_motifs(found));
  auto const motifs = read_motifs(folder.file("motifs.meme")).motifs;
  ASSERT_EQ(motifs.size(), found.positive.size());
  EXPECT_EQ(motifs[0].name, "pos_patterns.pattern_0");
  EXPECT_EQ(motifs[0].sites, static_cast<double>(found.positive[0].seqlets.size()));
  // The coordinates of a seqlet on a locus of the - strand.
  Seqlet const* reversed = nullptr;
  for (Seqlet const& seqlet : found.positive[0].seqlets) {
    if (seqlet.locus % 2 == 1) reversed = &seqlet;
  }
  ASSERT_NE(reversed, nullptr);
  std::int64_t const begin = 1000 * reversed->locus;
  std::string const line = "chr1\t" + std::to_string(begin + 120 - reversed->end) + "\t" +
                           std::to_string(begin + 120 - reversed->start) + "\tpos_patterns.pattern_0\t0\t" +
                           (reversed->is_reversed ? "+" : "-") + "\n";
  EXPECT_NE(pattern_bed(maps, found).find(line), std::string::npos);
}

// Seqlets at the edge of loci, or with an N: shares of a column sum to less than 1, and MEME files need 1.
TEST(Discover, MotifsOfPatternsWithUnknownBasesSumToOne) {
  Pattern pattern{.name = "pattern_0",
                  .seqlets = std::vector<Seqlet>(4),
                  .sequence = {},
                  .contributions = {},
                  .hypothetical = {},
                  .parts = {}};
  pattern.sequence = {{0.75, 0, 0, 0}, {0, 0, 0, 0}, {0.25, 0.5, 0, 0}, {0.25, 0.25, 0.25, 0.25}};
  Discovery found;
  found.positive = {pattern};
  test::TemporaryFolder const folder;
  write_meme(folder.file("motifs.meme"), pattern_motifs(found));
  auto const columns = read_motifs(folder.file("motifs.meme")).motifs[0].columns;
  EXPECT_THAT(columns[0], testing::ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(columns[1], testing::Each(0.25));
  EXPECT_NEAR(columns[2][1], 2.0 / 3, 1e-6);
}

TEST(Discover, ParityWithModiscoLite) {
  SHOAL_NEEDS_SHARED_DATA();
  MapSource source;
  source.one_hot = test::shared("modisco/ohe1.npz");
  source.contributions = test::shared("modisco/hypscores1.npz");
  AttributionMaps const maps = read_maps(source);
  DiscoverOptions options;
  options.join_duplicates = false;
  options.reassign = false;
  options.windows.window = 20;
  options.most_seqlets = 2000;
  options.strongest_first = false;
  Discovery const found = discover(maps, options);
  ASSERT_EQ(found.positive.size(), 3U);
  EXPECT_TRUE(found.negative.empty());
  std::int64_t const seqlets[] = {65, 41, 32}, turned_over[] = {35, 22, 15}, loci[] = {17113, 10961, 8937},
                     starts[] = {4752, 2968, 2716};
  double const norms[] = {.065677, .056638, .058455}, hypothetical[] = {.083488, .075256, .078448};
  for (std::size_t p = 0; p < 3; ++p) {
    Pattern const& pattern = found.positive[p];
    EXPECT_EQ(static_cast<std::int64_t>(pattern.seqlets.size()), seqlets[p]);
    std::int64_t sum = 0, start = 0, reversed = 0;
    for (Seqlet const& seqlet : pattern.seqlets) {
      sum += seqlet.locus;
      start += seqlet.start;
      reversed += seqlet.is_reversed ? 1 : 0;
    }
    EXPECT_EQ(sum, loci[p]);
    EXPECT_EQ(start, starts[p]);
    EXPECT_EQ(reversed, turned_over[p]);
    auto const norm = [](std::vector<Column> const& columns) {
      double square = 0;
      for (Column const& column : columns) {
        for (double const value : column) square += value * value;
      }
      return std::sqrt(square);
    };
    EXPECT_NEAR(norm(pattern.contributions), norms[p], 1e-6);
    EXPECT_NEAR(norm(pattern.hypothetical), hypothetical[p], 1e-6);
  }
}

}  // namespace
}  // namespace shoal::motif
