// SPDX-License-Identifier: MIT
// Sites by log-odds scores against every word written out, and against a scan place by place.
#include "motif/pwm_sites.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "base/error.hpp"

namespace shoal::motif {
namespace {

Motif random_motif(std::int64_t width, unsigned seed) {
  std::mt19937 random(seed);
  Motif made{.name = "m" + std::to_string(seed), .columns = {}};
  for (std::int64_t i = 0; i < width; ++i) {
    Column column;
    double sum = 0;
    for (double& share : column) sum += share = std::pow(std::uniform_real_distribution(0.0, 1.0)(random), 3.0);
    for (double& share : column) share /= sum;
    made.columns.push_back(column);
  }
  return made;
}

genome::Codes random_codes(std::int64_t length, unsigned seed) {
  std::mt19937 random(seed);
  genome::Codes codes;
  for (std::int64_t i = 0; i < length; ++i) codes.push_back(static_cast<std::uint8_t>(random() % 4));
  for (std::int64_t i = 40; i < length; i += 61) codes[static_cast<std::size_t>(i)] = 4;
  return codes;
}

// The score of codes at a place, in bins; nothing with an N.
std::optional<std::int64_t> bins_at(std::vector<Column> const& columns, PwmOptions const& options,
                                    std::uint8_t const* codes) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (codes[i] > 3) return std::nullopt;
    double const odds = (columns[i][codes[i]] + options.pseudocount) / options.background[codes[i]];
    sum += std::lround(std::log2(odds) / options.bin);
  }
  return sum;
}

PlacedSequences placed(std::vector<genome::Codes> codes) {
  PlacedSequences made{.places = {}, .codes = std::move(codes)};
  for (std::size_t i = 0; i < made.codes.size(); ++i) {
    auto const length = static_cast<std::int64_t>(made.codes[i].size());
    made.places.push_back({"chr1", 100, 100 + length, i % 2 == 0 ? '+' : '-', "s" + std::to_string(i), ""});
  }
  return made;
}

TEST(PwmScanner, PValuesAreThoseOfAllWords) {
  PwmOptions options;
  options.background = {0.3, 0.2, 0.1, 0.4};
  options.largest_p = 0.05;
  for (std::int64_t const width : {1, 2, 3, 5}) {
    Motif const motif = random_motif(width, static_cast<unsigned>(width));
    PwmScanner const scanner({motif}, options);
    std::int64_t const words = std::int64_t{1} << (2 * width);
    std::vector<std::pair<std::int64_t, double>> all;  // score and probability of every word
    for (std::int64_t word = 0; word < words; ++word) {
      genome::Codes codes;
      double probability = 1;
      for (std::int64_t i = 0; i < width; ++i) {
        codes.push_back(static_cast<std::uint8_t>(word >> (2 * i) & 3));
        probability *= options.background[codes.back()];
      }
      all.emplace_back(bins_at(motif.columns, options, codes.data()).value(), probability);
    }
    auto const tail = [&](std::int64_t score) {
      double sum = 0;
      for (auto const& [own, probability] : all) sum += own >= score ? probability : 0.0;
      return sum;
    };
    std::int64_t least = std::ranges::max(all).first + 1;
    for (auto const& [score, probability] : all) {
      EXPECT_NEAR(scanner.p_value(0, score), tail(score), 1e-14);
      EXPECT_NEAR(scanner.p_value(0, score + 1), tail(score + 1), 1e-14);
      if (tail(score) <= 0.05) least = std::min(least, score);
    }
    // Between the words' scores the threshold may be any.
    EXPECT_NEAR(tail(scanner.threshold(0)), tail(least), 1e-14) << width;
  }
}

TEST(PwmScanner, FindsWhatALookAtEveryPlaceFinds) {
  PlacedSequences const sequences = placed({random_codes(700, 1), random_codes(33, 2), random_codes(5, 3)});
  for (double const largest_p : {0.3, 0.01, 1e-4}) {
    PwmOptions options;
    options.largest_p = largest_p;
    std::vector<Motif> motifs;
    for (std::int64_t const width : {1, 2, 3, 4, 7, 8, 15, 21}) motifs.push_back(random_motif(width, 40));
    PwmScanner const scanner(motifs, options);
    options.threads = 2;
    auto const found = PwmScanner(motifs, options).find(sequences, 0, 8);
    std::size_t next = 0;
    for (std::int64_t m = 0; m < 8; ++m) {
      auto const& own = motifs[static_cast<std::size_t>(m)].columns;
      auto const other = reverse_complement(own);
      for (std::int64_t s = 0; s < 3; ++s) {
        genome::Codes const& codes = sequences.codes[static_cast<std::size_t>(s)];
        for (std::size_t start = 0; start + own.size() <= codes.size(); ++start) {
          for (std::int64_t strand = 0; strand < 2; ++strand) {
            auto const bins = bins_at(strand == 0 ? own : other, options, codes.data() + start);
            if (!bins || *bins < scanner.threshold(m)) continue;
            ASSERT_LT(next, found.size());
            PwmSite const& site = found[next++];
            ASSERT_EQ(std::tuple(site.motif, site.sequence, site.start, site.is_reversed),
                      std::tuple(m, s, static_cast<std::int64_t>(start), strand));
            ASSERT_EQ(site.end - site.start, static_cast<std::int64_t>(own.size()));
            ASSERT_DOUBLE_EQ(site.score, static_cast<double>(*bins) * options.bin);
            ASSERT_EQ(site.p, scanner.p_value(m, *bins));
            ASSERT_LE(site.p, largest_p);
          }
        }
      }
    }
    EXPECT_EQ(next, found.size()) << largest_p;
    EXPECT_EQ(scanner.find(sequences, 3, 5).size(),
              static_cast<std::size_t>(std::ranges::count_if(
                  found, [](PwmSite const& site) { return site.motif == 3 || site.motif == 4; })));
  }
}

TEST(PwmScanner, TablesSayWhereOnTheGenome) {
  Motif motif{.name = "M1", .alternate = "GATA", .columns = {}};
  for (int const base : {2, 0, 3, 0}) {
    Column column = {};
    column[static_cast<std::size_t>(base)] = 1;
    motif.columns.push_back(column);
  }
  PlacedSequences const sequences = placed({{0, 2, 0, 3, 0, 1, 1, 4}, {3, 3, 0, 3, 1, 0, 0, 0}});
  PwmOptions options;
  options.largest_p = 0.004;  // one word of 256 is .0039
  auto const sites = PwmScanner({motif}, options).find(sequences, 0, 1);
  ASSERT_EQ(sites.size(), 2U);
  // 4 places without N and 5, on two strands; both sites have p = 1/256, so that q = 18 / 256 / 2.
  auto const q = site_q_values(sites, {motif}, sequences, true);
  EXPECT_THAT(q, testing::Each(testing::DoubleNear(18.0 / 512, 1e-12)));
  std::string const table = pwm_site_table(sequences, {motif}, sites, q, nullptr);
  EXPECT_THAT(table, testing::HasSubstr("M1\tGATA\t0\ts0\tchr1\t101\t105\t+\t1\t5\t8\t0.00390625\t"));
  // TATC of the second locus, which lies on the strand '-': its bases 1 to 4 are the genome's 103 to 106.
  EXPECT_THAT(table, testing::HasSubstr("M1\tGATA\t1\ts1\tchr1\t103\t107\t+\t1\t5\t8\t0.00390625\t"));
  EXPECT_THAT(table, testing::HasSubstr("\tGATA\n"));
  EXPECT_THAT(pwm_site_bed(sequences, {motif}, sites), testing::HasSubstr("chr1\t101\t105\tGATA\t24\t+\n"));

  AttributionMaps maps{.loci = 2,
                       .length = 8,
                       .codes = {0, 2, 0, 3, 0, 1, 1, 4, 3, 3, 0, 3, 1, 0, 0, 0},
                       .hypothetical = {},
                       .places = sequences.places};
  for (int i = 0; i < 64; ++i) maps.hypothetical.push_back(static_cast<float>(i));
  // G, A, T, A at 1 to 4 of the first locus: (17 + 2 + 27 + 4) / 4, and the same for the motif's own bases.
  EXPECT_THAT(pwm_site_table(sequences, {motif}, {sites[0]}, {0.5}, &maps), testing::HasSubstr("GATA\t12.5\t12.5\n"));
  // T, A, T, C at 1 to 4 of the second: (57 + 34 + 59 + 44) / 4; the motif lies on the other strand.
  EXPECT_THAT(pwm_site_table(sequences, {motif}, {sites[1]}, {0.5}, &maps), testing::HasSubstr("GATA\t48.5\t48.5\n"));
}

TEST(PwmScanner, WhatCannotBeIsRefused) {
  auto const make = [](auto change) {
    PwmOptions options;
    change(options);
    PwmScanner const scanner({random_motif(4, 1)}, options);
  };
  EXPECT_THROW(make([](PwmOptions& options) { options.largest_p = 0; }), Error);
  EXPECT_THROW(make([](PwmOptions& options) { options.bin = 0; }), Error);
  EXPECT_THROW(make([](PwmOptions& options) { options.pseudocount = 0; }), Error);
  EXPECT_THROW(make([](PwmOptions& options) { options.background = {1, 0, 0, 0}; }), Error);
}

}  // namespace
}  // namespace shoal::motif
