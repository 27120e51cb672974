// SPDX-License-Identifier: MIT
// Sequences of sites by their definitions, and effects beside numbers by hand and SciPy's.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "confirm/experiment/site_scores.hpp"
#include "confirm/experiment/site_sequences.hpp"

namespace shoal::confirm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

genome::Codes codes(std::string const& text) {
  return genome::to_codes(text);
}

std::map<std::string, int> words(genome::Codes const& sequence, std::size_t length) {
  std::map<std::string, int> counts;
  std::string const text = genome::to_text(sequence);
  for (std::size_t i = 0; i + length <= text.size(); ++i) ++counts[text.substr(i, length)];
  return counts;
}

ConfirmOptions options_of(Destruction destruction, std::int64_t draws) {
  ConfirmOptions options;
  options.destruction = destruction;
  options.draws = draws;
  options.seed = 5;
  return options;
}

TEST(Destroy, KeepsWhatItsLawKeeps) {
  genome::Codes const whole = codes("ACGTTGCANGGATTCAACGGATC");
  for (Destruction const law : {Destruction::scrambled, Destruction::dinucleotide, Destruction::uniform}) {
    std::set<std::string> seen;
    for (std::uint32_t draw = 0; draw < 200; ++draw) {
      library::Draws draws(1, library::Draws::Purpose::destroyed_sites, 2, draw);
      genome::Codes changed = whole;
      destroy(law, 4, 18, draws, changed);
      EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + 4, changed.begin()));
      EXPECT_TRUE(std::equal(whole.begin() + 18, whole.end(), changed.begin() + 18));
      EXPECT_EQ(changed[8], 4) << "N moved";
      EXPECT_TRUE(law == Destruction::uniform || words(changed, 1) == words(whole, 1));
      EXPECT_TRUE(law != Destruction::dinucleotide || words(changed, 2) == words(whole, 2));
      seen.insert(genome::to_text(changed));
    }
    EXPECT_GT(seen.size(), law == Destruction::dinucleotide ? 3U : 150U) << to_string(law);
  }
}

TEST(ControlStarts, AvoidSitesAndUnknownBases) {
  std::vector<Site> const sites = {{.locus = 0, .start = 3, .end = 5}};
  //                                  sites   ss
  EXPECT_THAT(control_starts(codes("ACGTACGNACG"), sites, 2), ElementsAre(0, 1, 5, 8, 9));
  EXPECT_THAT(control_starts(codes("ACGTACGNACG"), sites, 3), ElementsAre(0, 8));
  EXPECT_THAT(control_starts(codes("ACGTACGNACG"), sites, 4), IsEmpty());
}

TEST(SiteSequences, AreOfTheSiteAndNotOfItsPlaceInTheList) {
  ConfirmOptions const options = options_of(Destruction::scrambled, 6);
  genome::Codes const sequence = codes("ACGTTGCAAGGATTCAACGGATCTTAGCAT");
  Site const site{.locus = 0, .start = 4, .end = 14}, other{.locus = 0, .start = 4, .end = 15},
      moved{.locus = 0, .start = 5, .end = 15};
  SiteSequences const alone(options, sequence, 77, {site}), both(options, sequence, 77, {moved, site}),
      elsewhere(options, sequence, 78, {site});
  EXPECT_EQ(alone.destroyed(site), both.destroyed(site));
  EXPECT_EQ(alone.backgrounds(), both.backgrounds());
  EXPECT_NE(alone.destroyed(site), elsewhere.destroyed(site));
  EXPECT_NE(alone.backgrounds(), elsewhere.backgrounds());
  auto const site_of = [](genome::Codes const& whole) { return genome::Codes(whole.begin() + 4, whole.begin() + 14); };
  // Bases drawn one after the other would be the same for sites that begin alike.
  ConfirmOptions const uniform = options_of(Destruction::uniform, 1);
  SiteSequences const drawn(uniform, sequence, 77, {site});
  EXPECT_NE(site_of(drawn.destroyed(site)[0]), site_of(drawn.destroyed(other)[0]));
  auto const destroyed = alone.destroyed(site);
  EXPECT_EQ(std::set(destroyed.begin(), destroyed.end()).size(), 6U);
}

TEST(SiteSequences, ControlsChangeOtherPlacesOfTheSameWidth) {
  ConfirmOptions const options = options_of(Destruction::uniform, 40);
  genome::Codes const sequence = codes("ACGTTGCAAGGATTCAACGGATCTTAGCAT");
  Site const site{.locus = 0, .start = 10, .end = 16}, second{.locus = 0, .start = 20, .end = 22};
  SiteSequences const sequences(options, sequence, 3, {site, second});
  auto const controls = sequences.controls(site);
  ASSERT_EQ(controls.size(), 40U);
  std::set<std::int64_t> changed;
  for (genome::Codes const& control : controls) {
    std::int64_t first = -1, last = -1;
    for (std::int64_t i = 0; i < 30; ++i) {
      if (control[static_cast<std::size_t>(i)] == sequence[static_cast<std::size_t>(i)]) continue;
      changed.insert(i);
      if (first < 0) first = i;
      last = i;
    }
    EXPECT_LT(last - first, 6);
  }
  EXPECT_GT(changed.size(), 15U);
  for (std::int64_t i : {10, 12, 15, 20, 21, 16, 19}) EXPECT_FALSE(changed.contains(i)) << i;
  Site const wide{.locus = 0, .start = 1, .end = 29};
  EXPECT_THAT(SiteSequences(options, sequence, 3, {wide}).controls(wide), IsEmpty());
}

TEST(SiteSequences, SitesAreInsertedWhereTheyStood) {
  ConfirmOptions const options = options_of(Destruction::scrambled, 3);
  genome::Codes const sequence = codes("ACGTTGCANNGATTCAACGGATCTTAGCAT");
  Site const site{.locus = 0, .start = 10, .end = 16};
  SiteSequences const sequences(options, sequence, 3, {site});
  auto const backgrounds = sequences.backgrounds();
  auto const with_site = sequences.inserted(site, backgrounds, std::span(&sequences.own(), 1));
  auto const destroyed = sequences.destroyed(site);
  auto const with_destroyed = sequences.inserted(site, backgrounds, destroyed);
  ASSERT_EQ(backgrounds.size(), 3U);
  for (std::size_t draw = 0; draw < 3; ++draw) {
    EXPECT_EQ(words(backgrounds[draw], 2), words(sequence, 2));
    for (std::size_t i = 0; i < 30; ++i) {
      bool const is_site = i >= 10 && i < 16;
      EXPECT_EQ(with_site[draw][i], is_site ? sequence[i] : backgrounds[draw][i]);
      EXPECT_EQ(with_destroyed[draw][i], is_site ? destroyed[draw][i] : backgrounds[draw][i]);
    }
  }
}

// p-values: scipy.stats.mannwhitneyu(losses, controls, method="asymptotic") and
// wilcoxon(gains, control_gains, correction=False, mode="approx").
TEST(SiteEffect, IsMadeOfDifferences) {
  SiteEffect const effect = effect_of({.own = 5,
                                       .destroyed = {3, 2, 4, 3.5},
                                       .controls = {5, 4.75, 5.5, 4.5},
                                       .backgrounds = {1, 0, 2, -1},
                                       .with_site = {3, 3, 4, 2},
                                       .with_destroyed = {1.5, 0, 1, -1.25}},
                                      0.95);
  EXPECT_DOUBLE_EQ(effect.score, 5);
  EXPECT_DOUBLE_EQ(effect.necessity.mean, 1.875);  // 2, 3, 1, 1.5
  EXPECT_NEAR(effect.necessity.error, 0.42695628, 1e-7);
  EXPECT_DOUBLE_EQ(effect.necessity_control, 0.0625);  // 0, .25, -.5, .5
  EXPECT_NEAR(effect.necessity_p, 0.030382821976577504, 1e-9);
  EXPECT_DOUBLE_EQ(effect.sufficiency.mean, 2.5);                // 2, 3, 2, 3
  EXPECT_DOUBLE_EQ(effect.sufficiency_control, -0.1875);         // .5, 0, -1, -.25
  EXPECT_NEAR(effect.sufficiency_p, 0.06559969214707187, 1e-9);  // 1.5, 3, 3, 3.25
}

TEST(SiteEffect, WithoutControlsHasNoTestOfNecessity) {
  SiteEffect const effect = effect_of({.own = 1,
                                       .destroyed = {0, 0.5},
                                       .controls = {},
                                       .backgrounds = {0, 0},
                                       .with_site = {1, 1},
                                       .with_destroyed = {0, 0}},
                                      0.95);
  EXPECT_DOUBLE_EQ(effect.necessity.mean, 0.75);
  EXPECT_TRUE(std::isnan(effect.necessity_control) && std::isnan(effect.necessity_p));
}

}  // namespace
}  // namespace shoal::confirm
