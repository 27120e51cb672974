// SPDX-License-Identifier: MIT
#include "confirm/experiment/site_scores.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <memory>
#include <span>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "confirm/experiment/site_sequences.hpp"
#include "statistics/rank_tests.hpp"

namespace shoal::confirm {

namespace {

// How many sequences are made before they are scored.
constexpr std::size_t piece_size = 4096;

// minuend[i] - subtrahend[i].
std::vector<double> differences(std::vector<double> const& minuend, std::vector<double> const& subtrahend) {
  std::vector<double> found(minuend.size());
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = minuend[i] - subtrahend[i];
  return found;
}

// A stretch of the sequences of a piece.
struct Stretch {
  std::size_t first = 0;
  std::size_t count = 0;
};

// Where the sequences of a site are.
struct SitePlace {
  Site site;
  Stretch own, destroyed, controls, backgrounds, with_site, with_destroyed;
};

// Sites whose sequences are made and wait for their scores.
class Piece {
 public:
  Piece(ConfirmOptions const& options, genome::LocusTable const& loci, scan::SequenceScorer& scorer,
        std::vector<SiteEffect>& effects)
      : options_(options), loci_(loci), scorer_(scorer), effects_(effects) {}

  bool is_full() const { return sequences_.size() >= piece_size; }

  // The next sites are of this locus.
  void begin_locus(SiteSequences const& locus) {
    own_ = append({locus.own()});
    backgrounds_ = locus.backgrounds();
    backgrounds_place_ = append(backgrounds_);
  }

  void add(SiteSequences const& locus, Site const& site) {
    auto const destroyed = locus.destroyed(site);
    SitePlace& place = places_.emplace_back();
    place.site = site;
    place.own = own_;
    place.backgrounds = backgrounds_place_;
    place.with_site = append(locus.inserted(site, backgrounds_, std::span(&locus.own(), 1)));
    place.with_destroyed = append(locus.inserted(site, backgrounds_, destroyed));
    place.controls = append(locus.controls(site));
    place.destroyed = append(destroyed);
  }

  // Appends the effects of the sites that wait, and is empty.
  void finish() {
    if (places_.empty()) return;
    std::vector<float> const scores = scorer_.score(sequences_);
    for (SitePlace const& place : places_) {
      for (std::size_t column = 0; column < scorer_.columns(); ++column) {
        auto const of = [&](Stretch stretch) { return scores_of(scores, stretch, column, place.site); };
        effects_.push_back(effect_of({.own = of(place.own).front(),
                                      .destroyed = of(place.destroyed),
                                      .controls = of(place.controls),
                                      .backgrounds = of(place.backgrounds),
                                      .with_site = of(place.with_site),
                                      .with_destroyed = of(place.with_destroyed)},
                                     options_.confidence));
      }
    }
    sequences_.clear();
    places_.clear();
  }

 private:
  Stretch append(std::vector<genome::Codes> const& sequences) {
    Stretch const stretch{sequences_.size(), sequences.size()};
    sequences_.insert(sequences_.end(), sequences.begin(), sequences.end());
    return stretch;
  }

  std::vector<double> scores_of(std::vector<float> const& scores, Stretch stretch, std::size_t column,
                                Site const& site) const {
    std::vector<double> found;
    for (std::size_t i = stretch.first; i < stretch.first + stretch.count; ++i) {
      float const score = scores[i * scorer_.columns() + column];
      if (!std::isfinite(score)) {
        auto const& [network, task] = scorer_.names()[column];
        fail(ErrorCode::numeric,
             fmt::format("locus {}, positions {} to {}: a score of {}/{} is not finite",
                         quoted(loci_.locus(site.locus).name), site.start, site.end, network, task));
      }
      found.push_back(static_cast<double>(score));
    }
    return found;
  }

  ConfirmOptions const& options_;
  genome::LocusTable const& loci_;
  scan::SequenceScorer& scorer_;
  std::vector<SiteEffect>& effects_;
  std::vector<genome::Codes> sequences_;
  std::vector<SitePlace> places_;
  Stretch own_, backgrounds_place_;
  std::vector<genome::Codes> backgrounds_;
};

}  // namespace

SiteEffect effect_of(SiteScores const& scores, double confidence) {
  std::vector<double> losses, control_losses;
  for (double const score : scores.destroyed) losses.push_back(scores.own - score);
  for (double const score : scores.controls) control_losses.push_back(scores.own - score);
  auto const gains = differences(scores.with_site, scores.backgrounds);
  auto const control_gains = differences(scores.with_destroyed, scores.backgrounds);
  return {.score = scores.own,
          .necessity = statistics::estimate(losses, confidence),
          .necessity_control = statistics::estimate(control_losses, confidence).mean,
          .necessity_p = control_losses.empty() ? not_a_number : statistics::mann_whitney(losses, control_losses),
          .necessity_q = not_a_number,
          .sufficiency = statistics::estimate(gains, confidence),
          .sufficiency_control = statistics::estimate(control_gains, confidence).mean,
          .sufficiency_p = statistics::signed_rank(gains, control_gains).p,
          .sufficiency_q = not_a_number};
}

std::vector<SiteEffect> site_effects(ConfirmOptions const& options, genome::LocusTable& loci,
                                     std::vector<Site> const& sites, std::pair<std::int64_t, std::int64_t> range,
                                     scan::SequenceScorer& scorer) {
  std::map<std::int64_t, std::vector<Site>> by_locus;
  for (Site const& site : sites) by_locus[site.locus].push_back(site);
  std::vector<SiteEffect> effects;
  Piece piece(options, loci, scorer, effects);
  std::unique_ptr<SiteSequences> locus;
  std::int64_t current = -1;
  for (std::int64_t i = range.first; i < range.second; ++i) {
    Site const& site = sites[at(i)];
    if (piece.is_full()) {
      piece.finish();
      current = -1;
    }
    if (site.locus != current) {
      genome::Codes sequence = loci.sequence(site.locus);
      std::uint64_t const identity = genome::locus_identity(loci.locus(site.locus), sequence);
      locus = std::make_unique<SiteSequences>(options, std::move(sequence), identity, by_locus[site.locus]);
      piece.begin_locus(*locus);
      current = site.locus;
    }
    piece.add(*locus, site);
  }
  piece.finish();
  return effects;
}

}  // namespace shoal::confirm
