// SPDX-License-Identifier: MIT
// Effects of sites as text. README.md of this module lists the columns.
#pragma once

#include <string>

#include "confirm/confirm.hpp"

namespace shoal::confirm {

// One line per site and task, with a heading.
std::string site_table(genome::LocusTable const& loci, SiteList const& list, SiteEffects const& found);

// One line per motif and task: means over its sites, and the share of them whose q is at most `q`.
std::string motif_table(SiteList const& list, SiteEffects const& found, double q, double confidence);

}  // namespace shoal::confirm
