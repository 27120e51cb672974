// SPDX-License-Identifier: MIT
#include "confirm/experiment/site_sequences.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/checksum.hpp"
#include "base/index.hpp"
#include "kernels/library/packed.hpp"
#include "library/context.hpp"
#include "library/dinucleotide_shuffle.hpp"
#include "library/motif.hpp"

namespace shoal::confirm {

using library::Draws;

void destroy(Destruction destruction, std::int64_t start, std::int64_t end, Draws& draws, genome::Codes& sequence) {
  genome::Codes site(sequence.begin() + start, sequence.begin() + end);
  switch (destruction) {
    case Destruction::scrambled:
      site = library::permuted(std::move(site), draws);
      break;
    case Destruction::dinucleotide:
      site = library::shuffled_dinucleotides(site, draws);
      break;
    case Destruction::uniform: {
      library::UniformBases bases(draws);
      for (std::uint8_t& code : site) {
        if (code != kernels::code_n) code = bases.next();
      }
      break;
    }
  }
  std::ranges::copy(site, sequence.begin() + start);
}

std::vector<std::int64_t> control_starts(genome::Codes const& sequence, std::span<Site const> sites,
                                         std::int64_t width) {
  // taken[i]: 1 where a position is a site's or unknown; a place is free if the sum over it is 0.
  std::vector<std::int64_t> taken(sequence.size() + 1);
  for (std::size_t i = 0; i < sequence.size(); ++i) taken[i + 1] = sequence[i] == kernels::code_n ? 1 : 0;
  for (Site const& site : sites) {
    for (std::int64_t position = site.start; position < site.end; ++position) taken[at(position + 1)] = 1;
  }
  for (std::size_t i = 0; i < sequence.size(); ++i) taken[i + 1] += taken[i];
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + width <= static_cast<std::int64_t>(sequence.size()); ++start) {
    if (taken[at(start + width)] == taken[at(start)]) starts.push_back(start);
  }
  return starts;
}

SiteSequences::SiteSequences(ConfirmOptions const& options, genome::Codes sequence, std::uint64_t identity,
                             std::vector<Site> sites)
    : options_(options), sequence_(std::move(sequence)), identity_(identity), sites_(std::move(sites)) {}

std::uint64_t SiteSequences::key_of(Site const& site) const {
  std::array<std::uint64_t, 3> const parts = {identity_, static_cast<std::uint64_t>(site.start),
                                              static_cast<std::uint64_t>(site.end)};
  return checksum64(std::as_bytes(std::span(parts)));
}

std::vector<genome::Codes> SiteSequences::backgrounds() const {
  std::vector<genome::Codes> made;
  for (std::uint32_t draw = 0; draw < static_cast<std::uint32_t>(options_.draws); ++draw) {
    Draws draws(options_.seed, Draws::Purpose::site_backgrounds, identity_, draw);
    made.push_back(library::shuffled_dinucleotides(sequence_, draws));
  }
  return made;
}

std::vector<genome::Codes> SiteSequences::destroyed(Site const& site) const {
  std::vector<genome::Codes> made(at(options_.draws), sequence_);
  for (std::uint32_t draw = 0; draw < made.size(); ++draw) {
    Draws draws(options_.seed, Draws::Purpose::destroyed_sites, key_of(site), draw);
    destroy(options_.destruction, site.start, site.end, draws, made[draw]);
  }
  return made;
}

std::vector<genome::Codes> SiteSequences::controls(Site const& site) const {
  std::int64_t const width = site.end - site.start;
  std::vector<std::int64_t> const starts = control_starts(sequence_, sites_, width);
  if (starts.empty()) return {};
  std::vector<genome::Codes> made(at(options_.draws), sequence_);
  for (std::uint32_t draw = 0; draw < made.size(); ++draw) {
    Draws draws(options_.seed, Draws::Purpose::control_places, key_of(site), draw);
    std::int64_t const start = starts[draws.below(starts.size())];
    destroy(options_.destruction, start, start + width, draws, made[draw]);
  }
  return made;
}

std::vector<genome::Codes> SiteSequences::inserted(Site const& site, std::vector<genome::Codes> const& backgrounds,
                                                   std::span<genome::Codes const> from) const {
  std::vector<genome::Codes> made = backgrounds;
  for (std::size_t draw = 0; draw < made.size(); ++draw) {
    genome::Codes const& source = from[from.size() == 1 ? 0 : draw];
    std::copy(source.begin() + site.start, source.begin() + site.end, made[draw].begin() + site.start);
  }
  return made;
}

}  // namespace shoal::confirm
