// SPDX-License-Identifier: MIT
#include "compare/site_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "genome/bed_reader.hpp"

namespace shoal::compare {

SiteTable SiteTable::read(std::string const& path) {
  SiteTable table;
  table.path = path;
  table.identity = file_digest(path);
  genome::BedReader rows(path, genome::Anchor::midpoint);
  while (auto const row = rows.next()) {
    std::string const name = row->name.empty() ? "sites" : row->name;
    auto const found = std::ranges::find(table.strata, name);
    std::size_t const stratum = at(found - table.strata.begin());
    if (found == table.strata.end()) {
      table.strata.push_back(name);
      table.widths.push_back(row->end - row->start);
    }
    if (row->end - row->start != table.widths[stratum] || row->end == row->start) {
      fail(ErrorCode::input, fmt::format("{}: a site of {} bases, and others of stratum {} have {}", rows.where(),
                                         row->end - row->start, shoal::quoted(name), table.widths[stratum]));
    }
    table.sites.push_back({row->contig, row->start, row->end, row->strand, stratum});
  }
  if (table.sites.empty()) fail(ErrorCode::input, fmt::format("{} has no rows", path));
  return table;
}

}  // namespace shoal::compare
