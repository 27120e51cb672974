// SPDX-License-Identifier: MIT
// The sequences that are scored for a site.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "confirm/confirm.hpp"
#include "library/random_draws.hpp"

namespace shoal::confirm {

// Replaces the known bases of [start, end) of `sequence`.
void destroy(Destruction destruction, std::int64_t start, std::int64_t end, library::Draws& draws,
             genome::Codes& sequence);

// Where a stretch of `width` bases can begin that overlaps none of `sites` and has no N.
std::vector<std::int64_t> control_starts(genome::Codes const& sequence, std::span<Site const> sites,
                                         std::int64_t width);

// Sequences of the sites of one locus.
class SiteSequences {
 public:
  // sites: all of the locus, which control places avoid.
  SiteSequences(ConfirmOptions const& options, genome::Codes sequence, std::uint64_t identity, std::vector<Site> sites);

  genome::Codes const& own() const { return sequence_; }
  // [draws] The locus's dinucleotides in random order; N stays.
  std::vector<genome::Codes> backgrounds() const;
  // For each draw the sequence with the site destroyed.
  std::vector<genome::Codes> destroyed(Site const& site) const;
  // For each draw the sequence with another place of the site's width destroyed; none where there is no such place.
  std::vector<genome::Codes> controls(Site const& site) const;
  // Backgrounds with the site at its own place, as it is in `from`: for each draw one of them, or the only one.
  std::vector<genome::Codes> inserted(Site const& site, std::vector<genome::Codes> const& backgrounds,
                                      std::span<genome::Codes const> from) const;

 private:
  std::uint64_t key_of(Site const& site) const;

  ConfirmOptions const& options_;
  genome::Codes sequence_;
  std::uint64_t identity_;
  std::vector<Site> sites_;
};

}  // namespace shoal::confirm
