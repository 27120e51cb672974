// SPDX-License-Identifier: MIT
// The parts of `shoal global`: arrangements, contexts, estimates, libraries. The whole:
// tests/integration/global_motifs.
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "global/experiment/arrangements.hpp"
#include "global/experiment/contexts.hpp"
#include "global/experiment/effects.hpp"
#include "global/experiment/pattern_surrogate.hpp"
#include "support/data.hpp"

namespace shoal::global {
namespace {

using testing::HasSubstr;

constexpr std::int64_t length = 40;

GlobalOptions two_motifs() {
  GlobalOptions options;
  options.motifs = {library::parse_motif("A=GATTACA"), library::parse_motif("B=CCTGW")};
  options.pairs = {{0, 1}};
  options.first_spacing = 0;
  options.last_spacing = 4;
  options.methods = {surrogate::parse_surrogate("additive-ridge")};
  options.seed = 3;
  return options;
}

std::string refusal(GlobalOptions const& options) {
  try {
    options.validate(length);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "no error";
}

TEST(Arrangements, PlacesMotifsAndPairs) {
  Arrangements const arrangements = make_arrangements(two_motifs(), length);
  // Two motifs, themselves and scrambled, in two orientations; four orientations at five spacings.
  EXPECT_EQ(arrangements.singles.size(), 2u * 2 * 2);
  EXPECT_EQ(arrangements.pairs.size(), 20u);
  EXPECT_TRUE(arrangements.arms[0].empty());
  EXPECT_EQ(std::set<Arm>(arrangements.arms.begin(), arrangements.arms.end()).size(), arrangements.arms.size());
  // "+-" at spacing 3: 7 + 3 + 5 bases in the middle of 40.
  global::PairDesign const& design = arrangements.pairs[5 + 3];
  EXPECT_EQ(design.orientation, "+-");
  EXPECT_EQ(design.spacing, 3);
  EXPECT_EQ(design.position, 12);
  PairArms const& arms = arrangements.pair_arms[5 + 3];
  EXPECT_EQ(arrangements.arms[arms.both], (Arm{{0, InsertKind::motif, '+', 12}, {1, InsertKind::motif, '-', 22}}));
  EXPECT_EQ(arrangements.arms[arms.upstream], (Arm{{0, InsertKind::motif, '+', 12}}));
  EXPECT_EQ(arrangements.arms[arms.downstream], (Arm{{1, InsertKind::motif, '-', 22}}));
  EXPECT_EQ(arrangements.arms[arms.control_both],
            (Arm{{0, InsertKind::motif, '+', 12}, {1, InsertKind::scrambled, '-', 22}}));
}

TEST(Arrangements, TakesPositionsAndStarts) {
  GlobalOptions options = two_motifs();
  options.positions = {0, 30};
  options.pair_start = 2;
  options.controls = {};
  Arrangements const arrangements = make_arrangements(options, length);
  EXPECT_EQ(arrangements.singles.size(), 2u * 2 * 2);
  EXPECT_EQ(arrangements.singles[1].position, 30);
  for (std::size_t i = 0; i < arrangements.pairs.size(); ++i) {
    EXPECT_EQ(arrangements.pairs[i].position, 2);
    EXPECT_EQ(arrangements.pair_arms[i].control_both, 0u);
  }
}

TEST(GlobalOptions, AreChecked) {
  EXPECT_EQ(refusal(two_motifs()), "no error");
  GlobalOptions options = two_motifs();
  options.last_spacing = 30;
  EXPECT_THAT(refusal(options), HasSubstr("A and B with 30 bases between them does not lie in the network's 40"));
  options = two_motifs();
  options.positions = {34};
  EXPECT_THAT(refusal(options), HasSubstr("A at 34"));
  options = two_motifs();
  options.backgrounds = 1;
  EXPECT_THAT(refusal(options), HasSubstr("--backgrounds 1"));
  options = two_motifs();
  options.background = Background::dinucleotide;
  EXPECT_THAT(refusal(options), HasSubstr("--contexts dinucleotide needs sequences"));
  options = two_motifs();
  options.sources.fasta = "x.fa";
  EXPECT_THAT(refusal(options), HasSubstr("--contexts uniform takes no sequences"));
  options = two_motifs();
  options.orientations = {"++", "++"};
  EXPECT_THAT(refusal(options), HasSubstr("--orientations: '++'"));
  options = two_motifs();
  options.last_spacing = -1;
  EXPECT_THAT(refusal(options), HasSubstr("--spacings 0:0"));
  options = two_motifs();
  options.motifs[1].name = "A";
  EXPECT_THAT(refusal(options), HasSubstr("two motifs are called A"));
  options = two_motifs();
  options.motifs.clear();
  EXPECT_THAT(refusal(options), HasSubstr("no motif was given"));
  options = two_motifs();
  options.rate = 0;
  EXPECT_THAT(refusal(options), HasSubstr("--rate 0"));
  options = two_motifs();
  options.confidence = 1;
  EXPECT_THAT(refusal(options), HasSubstr("--confidence 1"));
  options = two_motifs();
  options.holdout = 0.95;
  EXPECT_THAT(refusal(options), HasSubstr("leave no mutant to train on"));
}

// Two contexts, arms by hand: interaction = both - upstream - downstream + neither, context by context.
TEST(GlobalEffects, AreDifferencesWithinContexts) {
  Arrangements arrangements;
  arrangements.arms.resize(4);
  arrangements.single_arms = {1};
  arrangements.pair_arms = {{.both = 3, .upstream = 1, .downstream = 2}};
  std::vector<float> const scores = {1, 2, 4, 9, 10, 12, 13, 19};
  auto const task = global_effects(arrangements, {scores, 4, 1}, 0, 0.95);
  EXPECT_DOUBLE_EQ(task.background.mean, 5.5);
  EXPECT_DOUBLE_EQ(task.singles[0].effect.mean, 1.5);
  EXPECT_DOUBLE_EQ(task.pairs[0].effect.mean, 8.5);
  EXPECT_DOUBLE_EQ(task.pairs[0].interaction.mean, 4);
  EXPECT_DOUBLE_EQ(task.pairs[0].interaction.deviation, 0);
  EXPECT_TRUE(std::isnan(task.pairs[0].control_interaction.mean));
  std::vector<float> broken = scores;
  broken[5] = NAN;
  EXPECT_THROW(global_effects(arrangements, {broken, 4, 1}, 0, 0.95), Error);
}

TEST(GlobalContexts, ArmsDifferInTheirInsertsOnly) {
  GlobalOptions const options = two_motifs();
  Arrangements const arrangements = make_arrangements(options, length);
  GlobalContexts const contexts(options, length);
  for (std::uint32_t item = 0; item < 20; ++item) {
    auto const arms = contexts.arms(arrangements, item);
    ASSERT_EQ(arms.size(), arrangements.arms.size());
    EXPECT_EQ(arms[0], contexts.context(0, item));
    for (std::size_t arm = 0; arm < arms.size(); ++arm) {
      std::vector<bool> inserted(length);
      for (Insert const& insert : arrangements.arms[arm]) {
        for (std::int32_t i = 0; i < options.motifs[insert.motif].length(); ++i) {
          inserted[static_cast<std::size_t>(insert.position + i)] = true;
        }
      }
      for (std::size_t i = 0; i < length; ++i) {
        ASSERT_TRUE(inserted[i] || arms[arm][i] == arms[0][i]);
      }
    }
    PairArms const& both = arrangements.pair_arms[5 + 3];
    EXPECT_EQ(genome::to_text({arms[both.both].begin() + 12, arms[both.both].begin() + 19}), "GATTACA");
    // The reverse complement of CCTGW; both arms have the same letter for W.
    EXPECT_THAT(genome::to_text({arms[both.both].begin() + 23, arms[both.both].begin() + 27}), "CAGG");
    EXPECT_EQ(arms[both.both][22], arms[both.downstream][22]);
    EXPECT_TRUE(arms[both.both][22] == 0 || arms[both.both][22] == 3);
  }
  EXPECT_NE(contexts.context(0, 1), contexts.context(0, 2));
  EXPECT_NE(contexts.context(0, 1), contexts.context(1, 1));
}

TEST(GlobalContexts, FollowTheirSequences) {
  test::TemporaryFolder const folder;
  std::string const path = folder.file("contexts.fa");
  std::ofstream(path)
      << ">one\nAACAACAACAACACCAACAAAACCACAACAACAACAAAAC\n>two\nAACCACAACACAACAACNNNAACCACAACAACAACAAAAC\n";
  GlobalOptions options = two_motifs();
  options.sources.fasta = path;
  options.sources.length = length;
  options.background = Background::native;
  GlobalContexts const native(options, length);
  EXPECT_EQ(genome::to_text(native.context(0, 0)), "AACAACAACAACACCAACAAAACCACAACAACAACAAAAC");
  // An N is drawn with the composition: A or C, as all sequences have nothing else.
  auto const second = genome::to_text(native.context(0, 3));
  EXPECT_EQ(second.substr(0, 17), "AACCACAACACAACAAC");
  EXPECT_EQ(second.find_first_not_of("AC"), std::string::npos);
  for (Background const law : {Background::composition, Background::profile, Background::dinucleotide}) {
    options.background = law;
    GlobalContexts const contexts(options, length);
    auto const text = genome::to_text(contexts.context(0, 0));
    EXPECT_EQ(text.find_first_not_of("AC"), std::string::npos);
    EXPECT_NE(text, genome::to_text(contexts.context(0, 2)));
    // Both sequences begin with AAC and end with AAAAC.
    EXPECT_TRUE(law != Background::profile || text.substr(0, 3) + text.substr(35) == "AACAAAAC") << text;
  }
}

TEST(PatternLibrary, LettersSayWhatTheSequenceHolds) {
  GlobalOptions const options = two_motifs();
  GlobalContexts const contexts(options, length);
  PatternLibrary const library(options, contexts, global_patterns(options)[0], length);
  EXPECT_EQ(library.name(), "A:B");
  EXPECT_EQ(library.site_count(), 7 + 5 + 2);
  EXPECT_EQ(library.sites()[7], "B[0]");
  EXPECT_EQ(library.sites()[13], "spacing");
  EXPECT_EQ(library.alphabet(), 5);
  std::set<std::pair<int, int>> arrangements;
  double changed = 0;
  for (std::uint32_t number = 0; number < 2000; ++number) {
    PatternMutant const mutant = library.mutant(number);
    std::size_t const orientation = mutant.letters[12];
    std::int64_t const spacing = mutant.letters[13];
    arrangements.emplace(orientation, spacing);
    std::int64_t start = pair_start(options, options.pairs[0], spacing, length);
    for (std::size_t place = 0; place < 2; ++place) {
      std::int64_t const bases = options.motifs[place].length();
      genome::Codes site(mutant.sequence.begin() + start, mutant.sequence.begin() + start + bases);
      if (options.orientations[orientation][place] == '-') {
        std::reverse(site.begin(), site.end());
        for (auto& code : site) code = static_cast<std::uint8_t>(3 - code);
      }
      auto const letters = mutant.letters.begin() + (place == 0 ? 0 : 7);
      ASSERT_TRUE(std::equal(site.begin(), site.end(), letters));
      start += bases + spacing;
    }
    for (std::size_t i = 0; i < 7; ++i) changed += mutant.letters[i] != library.intact(0, 0)[i] ? 1 : 0;
  }
  EXPECT_EQ(arrangements.size(), 20u);
  EXPECT_NEAR(changed / (7 * 2000), 0.1, 4 * std::sqrt(0.09 / 14000));
}

}  // namespace
}  // namespace shoal::global
