// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/index.hpp"
#include "genome/codes.hpp"
#include "genome/loci.hpp"
#include "motif/output/place_fields.hpp"
#include "motif/pwm_sites.hpp"

namespace shoal::motif {

namespace {

struct OnMap {
  double mean = 0;
  double weighted = 0;
};

OnMap on_map(AttributionMaps const& maps, Motif const& motif, PwmSite const& site) {
  std::vector<Column> const columns = site.is_reversed != 0 ? reverse_complement(motif.columns) : motif.columns;
  OnMap sums;
  for (std::int64_t position = site.start; position < site.end; ++position) {
    sums.mean += static_cast<double>(maps.projected(site.sequence, position));
    for (int base = 0; base < 4; ++base) {
      sums.weighted +=
          columns[at(position - site.start)][at(base)] * static_cast<double>(maps.value(site.sequence, base, position));
    }
  }
  auto const width = static_cast<double>(site.end - site.start);
  return {sums.mean / width, sums.weighted / width};
}

// The letters under a site, on the motif's strand.
std::string letters_of(genome::Codes const& codes, PwmSite const& site) {
  genome::Codes letters(codes.begin() + site.start, codes.begin() + site.end);
  if (site.is_reversed != 0) genome::reverse_complement(letters);
  return genome::to_text(letters);
}

}  // namespace

std::string pwm_site_table(PlacedSequences const& sequences, std::vector<Motif> const& motifs,
                           std::vector<PwmSite> const& sites, std::vector<double> const& q,
                           AttributionMaps const* maps) {
  std::string text = "motif\talternate\tlocus\tname\tcontig\tstart\tend\tstrand\tfirst\tlast\tscore\tp\tq\tsite";
  text += maps != nullptr ? "\tcontribution\tweighted_contribution\n" : "\n";
  for (std::size_t i = 0; i < sites.size(); ++i) {
    PwmSite const& site = sites[i];
    Motif const& motif = motifs[at(site.motif)];
    genome::Locus const& place = sequences.places[at(site.sequence)];
    Interval const interval = genome_interval(place, site.start, site.end);
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.6g}\t{:.6g}\t{:.6g}\t{}",
                   field(motif.name), field(motif.alternate), site.sequence, field(place.name), contig_of(place),
                   interval.start, interval.end, strand_of(place, site.is_reversed != 0), site.start, site.end,
                   site.score, site.p, q[i], letters_of(sequences.codes[at(site.sequence)], site));
    if (maps != nullptr) {
      OnMap const found = on_map(*maps, motif, site);
      fmt::format_to(std::back_inserter(text), "\t{:.6g}\t{:.6g}", found.mean, found.weighted);
    }
    text += '\n';
  }
  return text;
}

std::string pwm_site_bed(PlacedSequences const& sequences, std::vector<Motif> const& motifs,
                         std::vector<PwmSite> const& sites) {
  std::string text;
  for (PwmSite const& site : sites) {
    Motif const& motif = motifs[at(site.motif)];
    text += bed_line(sequences.places[at(site.sequence)], site.start, site.end,
                     field(motif.alternate.empty() ? motif.name : motif.alternate),
                     std::llround(-10 * std::log10(site.p)), site.is_reversed != 0);
  }
  return text;
}

}  // namespace shoal::motif
