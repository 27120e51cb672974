// SPDX-License-Identifier: MIT
#include "exports/formats/chosen_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "genome/bed_reader.hpp"
#include "genome/contig_names.hpp"

namespace shoal::exports {

namespace {

struct Region {
  std::int64_t start;
  std::int64_t end;
};

// Regions of one contig, disjoint and ascending, so that one search answers whether a window meets any.
using RegionsOfContigs = std::map<std::string, std::vector<Region>>;

void merge(std::vector<Region>& regions) {
  std::sort(regions.begin(), regions.end(), [](Region a, Region b) { return a.start < b.start; });
  std::vector<Region> merged;
  for (Region const region : regions) {
    if (!merged.empty() && region.start <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, region.end);
    } else {
      merged.push_back(region);
    }
  }
  regions = std::move(merged);
}

RegionsOfContigs read_regions(std::string const& path) {
  RegionsOfContigs regions;
  genome::BedReader reader(path, genome::Anchor::midpoint);
  while (auto const row = reader.next()) regions[row->contig].push_back({row->start, row->end});
  if (regions.empty()) fail(ErrorCode::input, fmt::format("{}: holds no region", path));
  for (auto& [contig, of_contig] : regions) merge(of_contig);
  return regions;
}

bool meets(RegionsOfContigs const& regions, genome::ContigNames& names, genome::Locus const& locus) {
  auto const name = names.find(locus.contig, "the store");
  if (!name) return false;
  auto const found = regions.find(*name);
  if (found == regions.end()) return false;
  // The first region that ends after the window's start.
  auto const region = std::partition_point(found->second.begin(), found->second.end(),
                                           [&](Region each) { return each.end <= locus.start; });
  return region != found->second.end() && region->start < locus.end;
}

}  // namespace

std::vector<std::int64_t> chosen_rows(store::Reader const& reader, ExportRows const& rows,
                                      genome::WindowPart const& part) {
  std::int64_t const count = reader.schema().loci;
  auto const [first, last] = rows.range.value_or(std::pair<std::int64_t, std::int64_t>{0, count});
  if (first < 0 || first >= last || last > count) {
    fail(ErrorCode::config,
         fmt::format("--rows {}:{}: choose A:B with 0 <= A < B <= {}, the store's loci", first, last, count));
  }
  RegionsOfContigs regions;
  if (!rows.regions.empty()) regions = read_regions(rows.regions);
  std::vector<std::string> contigs;
  for (auto const& [contig, of_contig] : regions) contigs.push_back(contig);
  genome::ContigNames names(contigs, rows.regions, "the store");
  std::vector<std::int64_t> chosen;
  for (std::int64_t index = first; index < last; ++index) {
    if (rows.regions.empty() || meets(regions, names, genome::part_of(reader.locus(index), part)))
      chosen.push_back(index);
  }
  return chosen;
}

}  // namespace shoal::exports
