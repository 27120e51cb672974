// SPDX-License-Identifier: MIT
#include "motif/tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/index.hpp"
#include "motif/output/place_fields.hpp"

namespace shoal::motif {

namespace {

void add_pattern_rows(std::string& text, std::string const& group, std::vector<Pattern> const& patterns) {
  for (Pattern const& pattern : patterns) {
    std::vector<double> const bits = information(pattern.sequence);
    double mean = 0, square = 0;
    for (Seqlet const& seqlet : pattern.seqlets) mean += static_cast<double>(seqlet.start);
    auto const number = static_cast<double>(pattern.seqlets.size());
    mean /= number;
    for (Seqlet const& seqlet : pattern.seqlets) square += std::pow(static_cast<double>(seqlet.start) - mean, 2);
    double size = 0, sign = 0;
    for (Column const& column : pattern.contributions) {
      for (double const value : column) {
        size += std::abs(value);
        sign += value;
      }
    }
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{:.4f}\t{:.4f}\t{:.6g}\t{:.4f}\t{:.1f}\t{:.1f}\n", group, pattern.name,
                        pattern.seqlets.size(), pattern.parts.size(), consensus(pattern.sequence),
                        std::accumulate(bits.begin(), bits.end(), 0.0), *std::ranges::max_element(bits), sign,
                        size > 0 ? std::abs(sign) / size : 0, mean, std::sqrt(square / number));
  }
}

void add_bed_rows(std::string& text, AttributionMaps const& maps, std::string const& group,
                  std::vector<Pattern> const& patterns) {
  for (Pattern const& pattern : patterns) {
    for (Seqlet const& seqlet : pattern.seqlets) {
      text += bed_line(maps.places[at(seqlet.locus)], seqlet.start, seqlet.end, group + "." + pattern.name, 0,
                       seqlet.is_reversed);
    }
  }
}

void add_motifs(std::vector<Motif>& motifs, std::string const& group, std::vector<Pattern> const& patterns) {
  for (Pattern const& pattern : patterns) {
    std::vector<Column> columns = pattern.sequence;
    for (Column& column : columns) {
      double const known = std::accumulate(column.begin(), column.end(), 0.0);
      for (double& share : column) share = known > 0 ? share / known : 0.25;
    }
    motifs.push_back(
        {group + "." + pattern.name, "", std::move(columns), static_cast<double>(pattern.seqlets.size()), 0});
  }
}

}  // namespace

std::string consensus(std::vector<Column> const& columns) {
  std::string letters;
  for (Column const& column : columns) {
    auto const best = static_cast<std::size_t>(std::ranges::max_element(column) - column.begin());
    letters += column[best] < 0.4 ? 'N' : column[best] < 0.5 ? "acgt"[best] : "ACGT"[best];
  }
  return letters;
}

std::string match_heading() {
  return "query\tquery_alternate\ttarget\ttarget_alternate\tp\tE\tq\tscore\toffset\toverlap\tstrand\n";
}

std::string match_lines(Motif const& query, std::vector<Motif> const& targets, std::vector<Match> const& matches,
                        double largest_e) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].e <= largest_e) order.emplace_back(matches[i].p, i);
  }
  std::ranges::sort(order);
  std::string text;
  for (auto const& [p, i] : order) {
    Match const& match = matches[i];
    text += fmt::format("{}\t{}\t{}\t{}\t{:.6g}\t{:.6g}\t{:.6g}\t{}\t{}\t{}\t{}\n", field(query.name),
                        field(query.alternate), field(targets[i].name), field(targets[i].alternate), match.p, match.e,
                        match.q, match.score, match.offset, match.overlap, match.strand);
  }
  return text;
}

std::string seqlet_table(AttributionMaps const& maps, std::vector<Seqlet> const& seqlets) {
  std::string text = "locus\tname\tcontig\tstart\tend\tstrand\tfirst\tlast\tsign\tattribution\tp\n";
  for (Seqlet const& seqlet : seqlets) {
    genome::Locus const& place = maps.places[at(seqlet.locus)];
    Interval const interval = genome_interval(place, seqlet.start, seqlet.end);
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.9g}\t{:.9g}\n", seqlet.locus, field(place.name),
                        field(place.contig), interval.start, interval.end, place.strand == '-' ? '-' : '+',
                        seqlet.start, seqlet.end, seqlet.attribution < 0 ? '-' : '+', seqlet.attribution, seqlet.p);
  }
  return text;
}

std::string pattern_bed(AttributionMaps const& maps, Discovery const& discovery) {
  std::string text;
  add_bed_rows(text, maps, "pos_patterns", discovery.positive);
  add_bed_rows(text, maps, "neg_patterns", discovery.negative);
  return text;
}

std::string pattern_table(Discovery const& discovery) {
  std::string text =
      "group\tpattern\tseqlets\tparts\tconsensus\tinformation\tmost_information\tcontribution\tpurity\tmean_start\t"
      "spread\n";
  add_pattern_rows(text, "pos_patterns", discovery.positive);
  add_pattern_rows(text, "neg_patterns", discovery.negative);
  return text;
}

std::vector<Motif> pattern_motifs(Discovery const& discovery) {
  std::vector<Motif> motifs;
  add_motifs(motifs, "pos_patterns", discovery.positive);
  add_motifs(motifs, "neg_patterns", discovery.negative);
  return motifs;
}

}  // namespace shoal::motif
