// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/index.hpp"
#include "motif/calling/legacy_random.hpp"
#include "motif/discovery/merging.hpp"
#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

namespace {

constexpr std::uint32_t sample_seed = 1234;

// P(one of `positive` is larger than one of `negative`), ties by half. Both are sorted.
double area_under_roc(std::vector<float> const& negative, std::vector<float> const& positive) {
  double sum = 0;
  std::size_t below = 0, at_most = 0;
  for (float const value : positive) {
    while (below < negative.size() && negative[below] < value) ++below;
    at_most = std::max(at_most, below);
    while (at_most < negative.size() && negative[at_most] <= value) ++at_most;
    sum += static_cast<double>(below) + static_cast<double>(at_most - below) / 2;
  }
  return sum / static_cast<double>(negative.size()) / static_cast<double>(positive.size());
}

// What the comparison of a pattern with others needs, made once.
struct Compared {
  std::vector<Seqlet> seqlets;  // all, or a sample
  std::vector<Profile> profiles;
  std::vector<float> within;  // similarities among them, sorted
};

// How alike two patterns are.
struct PairFigures {
  double correlation = 0;  // of aligned contributions
  double separation = 0;   // area under the curve of similarities within the first against between both
};

class PatternJoiner {
 public:
  PatternJoiner(PatternWork const& work, std::vector<PatternPointer> patterns)
      : work_(work), patterns_(std::move(patterns)) {}

  std::vector<PatternPointer> join() {
    while (join_once()) {
    }
    return patterns_;
  }

 private:
  Compared const& compared(PatternPointer const& pattern) {
    auto const [place, is_new] = compared_.try_emplace(pattern);
    Compared& made = place->second;
    if (!is_new) return made;
    made.seqlets = pattern->seqlets();
    auto const number = static_cast<std::int64_t>(made.seqlets.size());
    if (number > work_.options.compared) {
      auto const order = LegacyRandom(sample_seed).permutation(number);
      std::vector<Seqlet> sample;
      for (std::int64_t i = 0; i < work_.options.compared; ++i) sample.push_back(made.seqlets[at(order[at(i)])]);
      made.seqlets = std::move(sample);
    }
    for (Seqlet const& seqlet : made.seqlets) made.profiles.push_back(profile_of(work_.maps, seqlet));
    made.within = all_similarities(made.profiles, made.profiles, work_.options.threads);
    std::ranges::sort(made.within);
    return made;
  }

  // The seqlets of `second` are moved to their alignment with `first` and compared with those of `first`.
  PairFigures measure(PatternPointer const& first, PatternPointer const& second) {
    Alignment const alignment =
        align_by_correlation(first->contributions(), second->contributions(), work_.options.overlap);
    std::vector<Profile> moved;
    for (Seqlet seqlet : compared(second).seqlets) {
      if (alignment.is_reversed) seqlet.is_reversed = !seqlet.is_reversed;
      std::int64_t const shift = seqlet.is_reversed ? alignment.offset : -alignment.offset;
      seqlet.start += shift;
      seqlet.end += shift;
      if (seqlet.start >= 0 && seqlet.end < work_.maps.length) moved.push_back(profile_of(work_.maps, seqlet));
    }
    if (moved.empty()) return {0, 0.5};
    Compared const& own = compared(first);
    auto between = all_similarities(own.profiles, moved, work_.options.threads);
    std::ranges::sort(between);
    return {alignment.similarity, area_under_roc(between, own.within)};
  }

  PairFigures const& figures(std::size_t i, std::size_t j) {
    auto const [place, is_new] = figures_.try_emplace({patterns_[i], patterns_[j]});
    if (is_new) place->second = measure(patterns_[i], patterns_[j]);
    return place->second;
  }

  double correlation(std::size_t i, std::size_t j) {
    return (figures(i, j).correlation + figures(j, i).correlation) / 2;
  }
  double mixture(std::size_t i, std::size_t j) { return 2 * (1 - std::max(figures(i, j).separation, 0.5)); }

  bool are_alike(std::size_t i, std::size_t j) {
    double const mixed = std::min(mixture(i, j), mixture(j, i)), alike = correlation(i, j);
    constexpr std::pair<double, double> enough[] = {{0.8, 0.8}, {0.5, 0.85}, {0.2, 0.9}};
    return std::ranges::any_of(enough,
                               [&](auto const& least) { return mixed >= least.first && alike >= least.second; });
  }

  bool are_too_different(std::size_t i, std::size_t j) {
    double const mixed = (mixture(i, j) + mixture(j, i)) / 2, alike = correlation(i, j);
    constexpr std::pair<double, double> breakers[] = {{0.4, 0.75}, {0.2, 0.8}, {0.1, 0.85}, {0.0, 0.9}};
    return std::ranges::any_of(breakers, [&](auto const& most) { return mixed <= most.first && alike <= most.second; });
  }

  // Pairs to join, the most alike first, as long as nothing that would come together is too different.
  std::vector<std::pair<std::size_t, std::size_t>> choose_pairs() {
    std::vector<std::pair<std::size_t, std::size_t>> pairs, chosen;
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      for (std::size_t j = i + 1; j < patterns_.size(); ++j) pairs.emplace_back(i, j);
    }
    std::ranges::stable_sort(pairs, [&](auto const& a, auto const& b) {
      return correlation(a.first, a.second) > correlation(b.first, b.second);
    });
    std::vector<std::set<std::size_t>> partners;
    for (std::size_t i = 0; i < patterns_.size(); ++i) partners.push_back({i});
    for (auto const& [i, j] : pairs) {
      if (!are_alike(i, j)) continue;
      std::set<std::size_t> together = partners[i];
      together.insert(partners[j].begin(), partners[j].end());
      bool is_allowed = true;
      for (std::size_t const a : together) {
        for (std::size_t const b : together) is_allowed = is_allowed && (a >= b || !are_too_different(a, b));
      }
      if (!is_allowed) continue;
      chosen.emplace_back(i, j);
      for (std::size_t const member : together) partners[member] = together;
    }
    return chosen;
  }

  bool join_once() {
    auto const chosen = choose_pairs();
    for (auto const& [i, j] : chosen) {
      PatternPointer const one = patterns_[i], other = patterns_[j];
      if (one == other) continue;
      bool const is_smaller = one->seqlets().size() < other->seqlets().size();
      auto made = polished(work_, joined(work_, is_smaller ? *other : *one, is_smaller ? *one : *other));
      if (!made) continue;
      auto const whole = std::make_shared<SeqletPattern const>(std::move(*made));
      for (PatternPointer& pattern : patterns_) {
        if (pattern == one || pattern == other) pattern = whole;
      }
    }
    if (chosen.empty()) return false;
    std::ranges::stable_sort(patterns_, [](PatternPointer const& a, PatternPointer const& b) {
      return a->seqlets().size() > b->seqlets().size();
    });
    std::vector<PatternPointer> different;
    for (PatternPointer const& pattern : patterns_) {
      if (std::ranges::find(different, pattern) == different.end()) different.push_back(pattern);
    }
    bool const has_joined = different.size() < patterns_.size();
    patterns_ = std::move(different);
    return has_joined;
  }

  PatternWork const& work_;
  std::vector<PatternPointer> patterns_;
  std::map<PatternPointer, Compared> compared_;
  std::map<std::pair<PatternPointer, PatternPointer>, PairFigures> figures_;
};

}  // namespace

std::vector<PatternPointer> join_alike(PatternWork const& work, std::vector<PatternPointer> patterns) {
  return PatternJoiner(work, std::move(patterns)).join();
}

std::vector<PatternPointer> split_and_join(PatternWork const& work, std::vector<PatternPointer> const& patterns) {
  std::vector<PatternPointer> all;
  double const least = std::max(static_cast<double>(work.options.least_members), work.options.part_perplexity);
  for (PatternPointer const& pattern : patterns) {
    if (static_cast<double>(pattern->seqlets().size()) <= least) {
      all.push_back(pattern);
      continue;
    }
    std::vector<PatternPointer> parts;
    for (SeqletPattern& part : parts_of(work, *pattern)) {
      parts.push_back(std::make_shared<SeqletPattern const>(std::move(part)));
    }
    for (PatternPointer const& part : join_alike(work, std::move(parts))) all.push_back(part);
  }
  return join_alike(work, std::move(all));
}

std::vector<PatternPointer> join_duplicates(PatternWork const& work, std::vector<PatternPointer> patterns) {
  for (bool has_joined = true; has_joined;) {
    has_joined = false;
    std::ranges::stable_sort(patterns, [](PatternPointer const& a, PatternPointer const& b) {
      return a->seqlets().size() > b->seqlets().size();
    });
    for (std::size_t i = 0; i < patterns.size() && !has_joined; ++i) {
      for (std::size_t j = i + 1; j < patterns.size() && !has_joined; ++j) {
        Columns const one = core_of(*patterns[i]), other = core_of(*patterns[j]);
        bool const is_longer = other.size() > one.size();
        Alignment const alignment =
            align_by_correlation(is_longer ? other : one, is_longer ? one : other, work.options.overlap);
        if (alignment.similarity < work.options.duplicate_correlation) continue;
        auto made = polished(work, joined(work, *patterns[i], *patterns[j]));
        if (!made) continue;
        patterns[i] = std::make_shared<SeqletPattern const>(std::move(*made));
        patterns.erase(patterns.begin() + static_cast<std::ptrdiff_t>(j));
        has_joined = true;
      }
    }
  }
  return patterns;
}

}  // namespace shoal::motif
