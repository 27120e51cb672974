// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "genome/line_reader.hpp"
#include "motif/files/motif_lines.hpp"
#include "motif/filters.hpp"
#include "motif/tables.hpp"

namespace shoal::motif {

namespace {

// For every target: the factor whose motif it is, or -1, and whether its hits count as any.
struct TargetKinds {
  std::vector<int> factor;
  std::vector<char> counts;

  TargetKinds(std::vector<Motif> const& targets, std::vector<Factor> const& factors,
              std::vector<std::string> const& ignored)
      : factor(targets.size(), -1), counts(targets.size(), 1) {
    std::set<std::string> ignored_left(ignored.begin(), ignored.end());
    std::vector<char> is_known(factors.size(), 0);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      for (std::size_t f = 0; f < factors.size(); ++f) {
        if (std::ranges::find(factors[f].motifs, targets[t].name) == factors[f].motifs.end()) continue;
        factor[t] = static_cast<int>(f);
        is_known[f] = 1;
      }
      if (std::ranges::find(ignored, targets[t].name) != ignored.end()) counts[t] = 0;
    }
    for (std::size_t f = 0; f < factors.size(); ++f) {
      if (is_known[f] != 0) continue;
      fail(ErrorCode::config, fmt::format("the database has no motif of the factor {}", factors[f].name));
    }
  }
};

// Adds one filter to its network's score.
void add_filter(FilterScore& score, FilterMotif const& filter, std::vector<Match> const& matches,
                TargetKinds const& kinds, double largest_e) {
  ++score.filters;
  if (filter.windows >= 2) ++score.with_windows;
  bool has_factor = false, has_any = false;
  for (std::size_t t = 0; t < matches.size(); ++t) {
    if (matches[t].e > largest_e) continue;
    has_any = has_any || kinds.counts[t] != 0;
    if (kinds.factor[t] < 0) continue;
    has_factor = true;
    double& best = score.best_q[at(kinds.factor[t])];
    best = std::min(best, matches[t].q);
  }
  score.matched += has_factor ? 1 : 0;
  score.matched_any += has_any ? 1 : 0;
}

double share(std::int64_t part, std::size_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

std::int64_t FilterScore::covered() const {
  return std::ranges::count_if(best_q, [](double q) { return std::isfinite(q); });
}

std::vector<Factor> read_factors(std::string const& path) {
  genome::LineReader lines(path);
  std::vector<Factor> factors;
  std::string line;
  while (lines.next(line)) {
    auto const words = words_of(line);
    if (words.empty() || words.front().front() == '#') continue;
    Factor factor{std::string(words.front()), {words.begin() + 1, words.end()}};
    if (factor.motifs.empty()) {
      fail(ErrorCode::input, fmt::format("{}: the factor {} has no motifs", lines.where(), factor.name));
    }
    if (std::ranges::find(factors, factor.name, &Factor::name) != factors.end()) {
      fail(ErrorCode::input, fmt::format("{}: the factor {} is there twice", lines.where(), factor.name));
    }
    factors.push_back(std::move(factor));
  }
  return factors;
}

FilterMatches score_filters(std::vector<FilterMotif> const& filters, MotifComparison const& database,
                            std::vector<Factor> const& factors, std::vector<std::string> const& ignored,
                            double largest_e, int threads) {
  TargetKinds const kinds(database.targets(), factors, ignored);
  std::vector<std::vector<Column>> queries;
  for (FilterMotif const& filter : filters) queries.push_back(filter.columns);
  FilterMatches found;
  found.matches = database.compare(queries, threads);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    FilterMotif const& filter = filters[i];
    bool const is_same = !found.scores.empty() && found.scores.back().network == filter.network &&
                         found.scores.back().threshold == filter.threshold;
    if (!is_same) {
      FilterScore score;
      score.network = filter.network;
      score.layer = filter.layer;
      score.threshold = filter.threshold;
      score.best_q.assign(factors.size(), INFINITY);
      found.scores.push_back(std::move(score));
    }
    add_filter(found.scores.back(), filter, found.matches[i], kinds, largest_e);
  }
  return found;
}

std::string filter_name(FilterMotif const& filter) {
  return fmt::format("{}.filter_{}@{}", filter.network, filter.filter, filter.threshold);
}

std::string filter_score_table(std::vector<FilterScore> const& scores, std::vector<Factor> const& factors) {
  std::string text =
      "network\tlayer\tthreshold\tfilters\twith_windows\tmatched\tmatch_fraction\tmatched_any\tmatch_any\tcovered\t"
      "coverage";
  for (Factor const& factor : factors) text += "\tq_" + factor.name;
  text += "\n";
  for (FilterScore const& score : scores) {
    text += fmt::format(
        "{}\t{}\t{}\t{}\t{}\t{}\t{:.4f}\t{}\t{:.4f}\t{}\t{:.4f}", score.network, score.layer, score.threshold,
        score.filters, score.with_windows, score.matched, share(score.matched, at(score.filters)), score.matched_any,
        share(score.matched_any, at(score.filters)), score.covered(), share(score.covered(), factors.size()));
    for (double const q : score.best_q) text += std::isfinite(q) ? fmt::format("\t{:.6g}", q) : "\t.";
    text += "\n";
  }
  return text;
}

std::string filter_table(std::vector<FilterMotif> const& filters, FilterMatches const& found,
                         MotifComparison const& database, std::vector<Factor> const& factors, double largest_e) {
  std::string text =
      "network\tlayer\tthreshold\tfilter\tlargest\twindows\tfirst\tlast\tconsensus\tinformation\ttarget\t"
      "target_alternate\tp\tE\tq\tstrand\tfactors\n";
  auto const& targets = database.targets();
  for (std::size_t i = 0; i < filters.size(); ++i) {
    FilterMotif const& filter = filters[i];
    auto const& matches = found.matches[i];
    auto const best = at(std::ranges::min_element(matches, {}, &Match::p) - matches.begin());
    auto const bits = information(filter.columns);
    std::string hits;
    for (Factor const& factor : factors) {
      bool is_hit = false;
      for (std::size_t t = 0; t < matches.size(); ++t) {
        is_hit = is_hit || (matches[t].e <= largest_e &&
                            std::ranges::find(factor.motifs, targets[t].name) != factor.motifs.end());
      }
      if (is_hit) hits += (hits.empty() ? "" : ",") + factor.name;
    }
    text += fmt::format("{}\t{}\t{}\t{}\t{:.6g}\t{}\t{}\t{}\t{}\t{:.4f}\t{}\t{}\t{:.6g}\t{:.6g}\t{:.6g}\t{}\t{}\n",
                        filter.network, filter.layer, filter.threshold, filter.filter, filter.largest, filter.windows,
                        filter.first, filter.last, consensus(filter.columns),
                        std::accumulate(bits.begin(), bits.end(), 0.0), targets[best].name,
                        targets[best].alternate.empty() ? "." : targets[best].alternate, matches[best].p,
                        matches[best].e, matches[best].q, matches[best].strand, hits.empty() ? "." : hits);
  }
  return text;
}

}  // namespace shoal::motif
