// SPDX-License-Identifier: MIT
#include "motif/hit_tables.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/index.hpp"
#include "motif/output/place_fields.hpp"

namespace shoal::motif {

std::string hit_table(AttributionMaps const& maps, HitLabels const& labels, std::vector<Hit> const& hits) {
  std::string text =
      "locus\tname\tcontig\tstart\tend\tstrand\tfirst\tlast\tmotif\tmatch\tcoefficient\tstrength\tsimilarity\t"
      "importance\n";
  for (Hit const& hit : hits) {
    genome::Locus const& place = maps.places[at(hit.locus)];
    Interval const interval = genome_interval(place, hit.start, hit.end);
    std::string const match = labels.matches.empty() ? "" : labels.matches[at(hit.motif)];
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.6g}\t{:.6g}\t{:.4f}\t{:.6g}\n", hit.locus,
                        field(place.name), contig_of(place), interval.start, interval.end,
                        strand_of(place, hit.is_reversed != 0), hit.start, hit.end, field(labels.motifs[at(hit.motif)]),
                        field(match), hit.coefficient, hit.strength, hit.similarity, hit.importance);
  }
  return text;
}

std::string hit_bed(AttributionMaps const& maps, HitLabels const& labels, std::vector<Hit> const& hits) {
  std::string text;
  for (Hit const& hit : hits) {
    text += bed_line(maps.places[at(hit.locus)], hit.start, hit.end, field(labels.motifs[at(hit.motif)]),
                     std::llround(1000 * hit.similarity), hit.is_reversed != 0);
  }
  return text;
}

std::string locus_table(AttributionMaps const& maps, std::vector<LocusFit> const& fits,
                        std::vector<std::int64_t> const& counts) {
  std::string text = "locus\tname\tcontig\tstart\tend\thits\texplained\tscale\tobjective\tgap\tpasses\n";
  for (std::size_t i = 0; i < fits.size(); ++i) {
    genome::Locus const& place = maps.places[i];
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{:.4f}\t{:.6g}\t{:.8g}\t{:.3g}\t{}\n", i, field(place.name),
                        contig_of(place), place.start, place.end, counts[i], fits[i].explained, fits[i].scale,
                        fits[i].objective, fits[i].gap, fits[i].passes);
  }
  return text;
}

}  // namespace shoal::motif
