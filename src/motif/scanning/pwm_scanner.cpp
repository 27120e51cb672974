// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/pwm_sites.hpp"
#include "motif/scanning/prefilter.hpp"
#include "motif/scanning/score_table.hpp"

namespace shoal::motif {

namespace {

void check(PwmOptions const& options) {
  if (!(options.largest_p > 0 && options.largest_p <= 1)) {
    fail(ErrorCode::config, fmt::format("--max-p {}: choose more than 0, and 1 at most", options.largest_p));
  }
  if (!(options.bin >= 1e-4 && options.bin <= 1)) {
    fail(ErrorCode::config, fmt::format("--score-bin {}: choose 0.0001 to 1 bits", options.bin));
  }
  if (!(options.pseudocount > 0 && options.pseudocount <= 1)) {
    fail(ErrorCode::config, fmt::format("--pseudocount {}: choose more than 0, and 1 at most", options.pseudocount));
  }
  if (std::ranges::any_of(options.background, [](double share) { return !(share > 0 && share < 1); })) {
    fail(ErrorCode::config, "--background: every base needs a probability of more than 0");
  }
}

}  // namespace

// One motif on both strands.
class PwmScan {
 public:
  PwmScan(std::vector<Column> const& columns, PwmOptions const& options)
      : table_(columns, options),
        threshold_(table_.threshold(options.largest_p)),
        strands_{{table_.columns(), threshold_}} {
    if (options.both_strands) strands_.emplace_back(reverse_complement(table_.columns()), threshold_);
  }
  ScoreTable const& table() const { return table_; }
  std::int64_t threshold() const { return threshold_; }

  // Appends the sites in one sequence, by start, the motif's own strand first.
  void find(genome::Codes const& codes, std::vector<std::uint8_t> const& pairs, PwmSite const& of, double bin,
            std::vector<PwmSite>& sites) const {
    std::int64_t const places = static_cast<std::int64_t>(codes.size()) - table_.width() + 1;
    std::size_t const before = sites.size();
    std::vector<std::int64_t> candidates;
    for (std::size_t strand = 0; strand < strands_.size(); ++strand) {
      candidates.clear();
      strands_[strand].find(codes, pairs, places, candidates);
      for (std::int64_t const start : candidates) {
        std::int64_t const score = strands_[strand].score(codes.data() + start);
        if (score < threshold_) continue;
        sites.push_back({.sequence = of.sequence,
                         .motif = of.motif,
                         .start = start,
                         .end = start + table_.width(),
                         .is_reversed = static_cast<std::int64_t>(strand),
                         .score = static_cast<double>(score) * bin,
                         .p = table_.p_value(score)});
      }
    }
    std::inplace_merge(sites.begin() + static_cast<std::ptrdiff_t>(before),
                       std::partition_point(sites.begin() + static_cast<std::ptrdiff_t>(before), sites.end(),
                                            [](PwmSite const& site) { return site.is_reversed == 0; }),
                       sites.end(), [](PwmSite const& a, PwmSite const& b) { return a.start < b.start; });
  }

 private:
  using Scores = std::vector<std::array<std::int32_t, 4>>;

  struct Strand {
    Strand(Scores read, std::int64_t threshold) : scores(std::move(read)) {
      if (scores.size() > 1) filter.emplace(scores, threshold);
    }

    void find(genome::Codes const& codes, std::vector<std::uint8_t> const& pairs, std::int64_t places,
              std::vector<std::int64_t>& found) const {
      if (filter) {
        filter->find(pairs, places, found);
        return;
      }
      for (std::int64_t place = 0; place < places; ++place) {  // a single column has no pairs
        if (codes[at(place)] < 4) found.push_back(place);
      }
    }
    std::int64_t score(std::uint8_t const* codes) const {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < scores.size(); ++i) sum += scores[i][codes[i]];
      return sum;
    }

    Scores scores;
    std::optional<Prefilter> filter;
  };

  ScoreTable table_;
  std::int64_t threshold_;
  std::vector<Strand> strands_;
};

PwmScanner::PwmScanner(std::vector<Motif> const& motifs, PwmOptions const& options) : options_(options) {
  check(options);
  scans_.reserve(motifs.size());
  for (Motif const& motif : motifs) scans_.emplace_back(motif.columns, options);
}
PwmScanner::~PwmScanner() = default;

double PwmScanner::p_value(std::int64_t motif, std::int64_t bins) const {
  return scans_[at(motif)].table().p_value(bins);
}

std::int64_t PwmScanner::threshold(std::int64_t motif) const {
  return scans_[at(motif)].threshold();
}

std::vector<PwmSite> PwmScanner::find(PlacedSequences const& sequences, std::int64_t first, std::int64_t last) const {
  std::vector<std::vector<std::uint8_t>> pairs;
  for (genome::Codes const& codes : sequences.codes) pairs.push_back(pairs_of(codes));
  std::vector<std::vector<PwmSite>> found(at(std::max<std::int64_t>(last - first, 0)));
#pragma omp parallel for schedule(dynamic) num_threads(options_.threads)
  for (std::int64_t motif = first; motif < last; ++motif) {
    for (std::int64_t sequence = 0; sequence < sequences.size(); ++sequence) {
      scans_[at(motif)].find(sequences.codes[at(sequence)], pairs[at(sequence)], {.sequence = sequence, .motif = motif},
                             options_.bin, found[at(motif - first)]);
    }
  }
  std::vector<PwmSite> sites;
  for (auto const& of_motif : found) sites.insert(sites.end(), of_motif.begin(), of_motif.end());
  return sites;
}

}  // namespace shoal::motif
