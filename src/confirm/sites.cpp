// SPDX-License-Identifier: MIT
#include "confirm/sites.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <string_view>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "genome/bed_reader.hpp"
#include "genome/record_reader.hpp"

namespace shoal::confirm {

namespace {

constexpr std::size_t no_column = static_cast<std::size_t>(-1);

class SiteCollector {
 public:
  void add(std::int64_t locus, std::int64_t start, std::int64_t end, std::string const& motif, char strand) {
    auto const [known, is_new] = numbers_.try_emplace(motif, list_.motifs.size());
    if (is_new) list_.motifs.push_back(motif);
    list_.sites.push_back({locus, start, end, known->second, strand});
  }
  bool is_empty() const { return list_.sites.empty(); }
  SiteList take() { return std::move(list_); }

 private:
  SiteList list_;
  std::map<std::string, std::size_t> numbers_;
};

// Loci by name; -1: several have it.
std::map<std::string, std::int64_t> by_name(genome::LocusTable const& loci) {
  std::map<std::string, std::int64_t> rows;
  for (std::int64_t row = 0; row < loci.size(); ++row) {
    auto const [known, is_new] = rows.try_emplace(loci.locus(row).name, row);
    if (!is_new) known->second = -1;
  }
  return rows;
}

// The table's columns and what stands in them.
class SiteRecords {
 public:
  SiteRecords(std::string const& path, genome::LocusTable const& loci)
      : records_(path), loci_(loci), names_(by_name(loci)) {
    if (!records_.next(heading_)) fail(ErrorCode::input, fmt::format("{} is empty", path));
    locus_ = column("locus");
    name_ = column("name");
    first_ = column("first");
    last_ = column("last");
    motif_ = column("motif");
    strand_ = column("strand");
    if (first_ == no_column || last_ == no_column || (locus_ == no_column && name_ == no_column)) {
      fail(ErrorCode::input,
           fmt::format("{}: a table of sites has the columns locus or name, first and last; this one has {}", path,
                       join(heading_, ", ")));
    }
  }

  bool next(SiteCollector& sites) {
    if (!records_.next(fields_)) return false;
    if (fields_.size() != heading_.size()) {
      refuse(fmt::format("{} fields, and the heading has {}", fields_.size(), heading_.size()));
    }
    std::int64_t const row = locus();
    std::int64_t const start = number(first_), end = number(last_);
    genome::Locus const& locus = loci_.locus(row);
    if (!locus.skip_reason.empty()) refuse(fmt::format("locus {} is skipped: {}", locus.name, locus.skip_reason));
    if (start < 0 || end <= start || end > loci_.length()) {
      refuse(fmt::format("positions {} to {} of a locus of {} bases", start, end, loci_.length()));
    }
    std::string const strand = strand_ == no_column ? "." : fields_[strand_];
    sites.add(row, start, end, motif_ == no_column ? "site" : fields_[motif_], strand.empty() ? '.' : strand.front());
    return true;
  }

 private:
  std::size_t column(std::string_view name) const {
    auto const found = std::ranges::find(heading_, name);
    if (found == heading_.end()) return no_column;
    if (std::find(found + 1, heading_.end(), name) != heading_.end()) {
      refuse(fmt::format("two columns are called {}", name));
    }
    return at(found - heading_.begin());
  }
  [[noreturn]] void refuse(std::string const& why) const {
    fail(ErrorCode::input, fmt::format("{}: {}", records_.where(), why));
  }
  std::int64_t number(std::size_t place) const {
    auto const read = parse_integer(fields_[place]);
    if (!read) refuse(fmt::format("{} in column {} is no whole number", quoted(fields_[place]), heading_[place]));
    return *read;
  }
  std::int64_t locus() const {
    std::int64_t row = locus_ == no_column ? -1 : number(locus_);
    if (locus_ != no_column && (row < 0 || row >= loci_.size())) {
      refuse(fmt::format("there is no locus {}: the loci have rows 0 to {}", row, loci_.size() - 1));
    }
    if (name_ == no_column) return row;
    std::string const& name = fields_[name_];
    if (locus_ != no_column) {
      if (loci_.locus(row).name == name) return row;
      refuse(
          fmt::format("locus {} is {}, and not {}: these are sites of other loci", row, loci_.locus(row).name, name));
    }
    auto const found = names_.find(name);
    if (found == names_.end()) refuse(fmt::format("there is no locus {}", quoted(name)));
    if (found->second < 0) refuse(fmt::format("several loci are called {}: give their rows in a column locus", name));
    return found->second;
  }

  genome::RecordReader records_;
  genome::LocusTable const& loci_;
  std::map<std::string, std::int64_t> names_;
  std::vector<std::string> heading_, fields_;
  std::size_t locus_ = no_column, name_ = no_column, first_ = no_column, last_ = no_column, motif_ = no_column,
              strand_ = no_column;
};

bool is_bed(std::string const& path) {
  static std::regex const bed(R"(\.(bed|narrowPeak|broadPeak|gappedPeak)(\.gz|\.bgz)?$)", std::regex::icase);
  return std::regex_search(path, bed);
}

// Every locus that holds a row of the BED.
void add_bed(std::string const& path, genome::LocusTable const& loci, SiteCollector& sites) {
  std::multimap<std::string, std::int64_t> by_contig;
  for (std::int64_t row = 0; row < loci.size(); ++row) {
    if (loci.locus(row).skip_reason.empty()) by_contig.emplace(loci.locus(row).contig, row);
  }
  std::int64_t outside = 0;
  genome::BedReader rows(path, genome::Anchor::midpoint);
  while (auto const row = rows.next()) {
    bool is_held = false;
    auto const [first, last] = by_contig.equal_range(row->contig);
    for (auto each = first; each != last; ++each) {
      genome::Locus const& locus = loci.locus(each->second);
      if (row->start < locus.start || row->end > locus.end || row->end <= row->start) continue;
      bool const is_turned = locus.strand == '-';
      std::int64_t const start = is_turned ? locus.end - row->end : row->start - locus.start;
      sites.add(each->second, start, start + row->end - row->start, row->name.empty() ? "site" : row->name,
                row->strand);
      is_held = true;
    }
    outside += is_held ? 0 : 1;
  }
  if (outside > 0)
    log(LogLevel::warning, fmt::format("{}: {} rows are in no locus with all of their bases", path, outside));
}

}  // namespace

SiteList read_sites(std::string const& path, genome::LocusTable const& loci) {
  SiteCollector sites;
  if (is_bed(path)) {
    add_bed(path, loci, sites);
  } else {
    SiteRecords records(path, loci);
    while (records.next(sites)) continue;
  }
  if (sites.is_empty()) fail(ErrorCode::input, fmt::format("{} has no site in the loci", path));
  return sites.take();
}

SiteList tile_loci(std::int64_t width, std::int64_t step, genome::LocusTable const& loci) {
  if (width < 1 || step < 1 || width > loci.length()) {
    fail(ErrorCode::config,
         fmt::format("--tiles {}:{}: choose a width of 1 to {} and a step of 1 or more", width, step, loci.length()));
  }
  SiteCollector sites;
  for (std::int64_t row = 0; row < loci.size(); ++row) {
    if (!loci.locus(row).skip_reason.empty()) continue;
    for (std::int64_t start = 0; start + width <= loci.length(); start += step)
      sites.add(row, start, start + width, "tile", '.');
  }
  return sites.take();
}

}  // namespace shoal::confirm
