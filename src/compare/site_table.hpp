// SPDX-License-Identifier: MIT
// Instances of motifs, by stratum, around which the variation of maps is measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shoal::compare {

struct Site {
  std::string contig;
  std::int64_t start = 0, end = 0;
  char strand = '+';
  std::size_t stratum = 0;
};

struct SiteTable {
  std::string path;
  std::string identity;              // of the file's bytes
  std::vector<std::string> strata;   // names in order of the file
  std::vector<std::int64_t> widths;  // of the strata's sites
  std::vector<Site> sites;           // in order of the file

  // Reads a BED; the name column is the stratum (a motif, a number of mismatches), "sites" where there is none. Errors:
  // input, naming file and line, also when sites of a stratum have different widths.
  static SiteTable read(std::string const& path);
};

}  // namespace shoal::compare
