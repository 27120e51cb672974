// SPDX-License-Identifier: MIT
// Variation of maps around instances of a motif (Seitz, McCandlish, Kinney and Koo, Nature Machine Intelligence 2024,
// "attribution error").
#pragma once

#include <span>
#include <vector>

#include "compare/compare.hpp"
#include "compare/groups/measure_groups.hpp"
#include "compare/sources/store_set.hpp"

namespace shoal::compare {

// The columns of a map [4, length] around a site, [4, width + 2 flank] in the site's orientation: every position minus
// its mean over bases, over the standard deviation of all such numbers of the map (0 if they do not vary). Empty if the
// columns are not all in the locus's window.
std::vector<double> site_columns(std::span<double const> map, genome::Locus const& locus, Site const& site,
                                 std::int64_t flank);

// Collective, the same on every rank. For every unit, stratum and flank of options.sites:
// "site_variation/STRATUM/FLANK", the mean over sites of the Euclidean distance of their columns to the sites' mean
// columns, with its standard error; and for every other method of the network "site_variation_p/STRATUM/FLANK/METHOD",
// the p-value of mann_whitney_less against it. Sites that are in no compared locus with their flanks are left out;
// `loci` counts the others. A site in several loci is measured in the first.
std::vector<Measurement> measure_sites(mpi::Communicator const& communicator, StoreSet const& stores,
                                       CompareOptions const& options);

}  // namespace shoal::compare
