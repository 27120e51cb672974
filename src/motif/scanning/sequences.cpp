// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/index.hpp"
#include "genome/sequence_reader.hpp"
#include "motif/pwm_sites.hpp"
#include "statistics/multiple_tests.hpp"

namespace shoal::motif {

PlacedSequences read_records(std::string const& fasta) {
  PlacedSequences read;
  genome::SequenceReader reader(fasta);
  while (auto record = reader.next()) {
    auto const length = static_cast<std::int64_t>(record->sequence.size());
    read.places.push_back(
        {.contig = record->name, .start = 0, .end = length, .strand = '+', .name = record->name, .skip_reason = {}});
    read.codes.push_back(std::move(record->sequence));
  }
  reader.refuse_foreign();
  if (read.codes.empty()) fail(ErrorCode::input, fasta + ": there are no sequences in it");
  return read;
}

PlacedSequences read_windows(genome::LociOptions const& options) {
  PlacedSequences read;
  genome::LocusTable table = genome::LocusTable::read(options);
  for (std::int64_t i = 0; i < table.size(); ++i) {
    read.places.push_back(table.locus(i));
    read.codes.push_back(table.sequence(i));
  }
  table.check_letters();
  return read;
}

PlacedSequences sequences_of(AttributionMaps const& maps) {
  PlacedSequences read{.places = maps.places, .codes = {}};
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    auto const first = maps.codes.begin() + locus * maps.length;
    read.codes.emplace_back(first, first + maps.length);
  }
  return read;
}

namespace {

// Places without N for a motif of this width.
std::int64_t places_in(PlacedSequences const& sequences, std::int64_t width) {
  std::int64_t places = 0;
  for (genome::Codes const& codes : sequences.codes) {
    std::int64_t known = 0;
    for (std::uint8_t const code : codes) {
      known = code < 4 ? known + 1 : 0;
      places += known >= width ? 1 : 0;
    }
  }
  return places;
}

}  // namespace

std::vector<double> site_q_values(std::vector<PwmSite> const& sites, std::vector<Motif> const& motifs,
                                  PlacedSequences const& sequences, bool both_strands) {
  std::vector<std::vector<std::size_t>> of_motif(motifs.size());
  for (std::size_t i = 0; i < sites.size(); ++i) of_motif[at(sites[i].motif)].push_back(i);
  std::vector<std::int64_t> places;  // by width; -1: not counted yet
  std::vector<double> all(sites.size());
  for (std::size_t motif = 0; motif < motifs.size(); ++motif) {
    if (of_motif[motif].empty()) continue;
    std::size_t const width = motifs[motif].columns.size();
    if (places.size() <= width) places.resize(width + 1, -1);
    if (places[width] < 0) places[width] = places_in(sequences, static_cast<std::int64_t>(width));
    std::vector<double> p;
    for (std::size_t const i : of_motif[motif]) p.push_back(sites[i].p);
    std::vector<double> const q = statistics::q_values(p, places[width] * (both_strands ? 2 : 1));
    for (std::size_t i = 0; i < q.size(); ++i) all[of_motif[motif][i]] = q[i];
  }
  return all;
}

}  // namespace shoal::motif
