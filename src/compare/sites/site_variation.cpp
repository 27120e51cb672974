// SPDX-License-Identifier: MIT
#include "compare/sites/site_variation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "compare/metrics/position_scores.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "statistics/rank_tests.hpp"

namespace shoal::compare {

namespace {

struct SiteSet {
  std::size_t stratum = 0;
  std::int64_t flank = 0;
  std::vector<std::pair<std::int64_t, std::size_t>> sites = {};  // row of the stores, site
};

bool is_inside(Site const& site, genome::Locus const& locus, std::int64_t flank) {
  return site.contig == locus.contig && site.start - flank >= locus.start && site.end + flank <= locus.end;
}

// Which sites each stratum and flank has, with the first row that they are in.
std::vector<SiteSet> find_sites(StoreSet const& stores, SiteTable const& table,
                                std::vector<std::int64_t> const& flanks) {
  std::map<std::string, std::vector<std::pair<genome::Locus, std::int64_t>>> loci;
  for (std::int64_t const row : stores.rows()) {
    genome::Locus locus = stores.window(row);
    std::string const contig = locus.contig;
    loci[contig].emplace_back(std::move(locus), row);
  }
  std::vector<SiteSet> sets;
  for (std::size_t stratum = 0; stratum < table.strata.size(); ++stratum) {
    for (std::int64_t const flank : flanks) {
      SiteSet& set = sets.emplace_back(SiteSet{.stratum = stratum, .flank = flank});
      for (std::size_t number = 0; number < table.sites.size(); ++number) {
        Site const& site = table.sites[number];
        if (site.stratum != stratum) continue;
        auto const& here = loci[site.contig];
        auto const found =
            std::ranges::find_if(here, [&](auto const& each) { return is_inside(site, each.first, flank); });
        if (found != here.end()) set.sites.emplace_back(found->second, number);
      }
    }
  }
  return sets;
}

// Vectors of numbers by place, of all ranks.
using Numbers = std::map<std::size_t, std::vector<double>>;

Numbers of_all_ranks(mpi::Communicator const& communicator, Numbers const& mine) {
  std::vector<double> flat;
  for (auto const& [place, values] : mine) {
    flat.push_back(static_cast<double>(place));
    flat.push_back(static_cast<double>(values.size()));
    flat.insert(flat.end(), values.begin(), values.end());
  }
  Numbers all;
  auto const numbers = mpi::gather_items<double>(communicator, flat);
  for (auto next = numbers.begin(); next != numbers.end();) {
    auto const place = static_cast<std::size_t>(*next++);
    auto const count = static_cast<std::ptrdiff_t>(*next++);
    all[place].assign(next, next + count);
    next += count;
  }
  return all;
}

// Calls work(place of the site in the set, maps) for this rank's contiguous share of a set's sites.
template <class Work>
void for_each_site(mpi::Communicator const& communicator, StoreSet const& stores, SiteSet const& set, Work&& work) {
  mpi::Share const share = mpi::share_of(communicator, static_cast<std::int64_t>(set.sites.size()));
  for (std::size_t i = at(share.first); i < at(share.last); ++i) work(i, stores.read(set.sites[i].first));
}

// Distances [units][sites] of one set. The columns of one unit after the other are gathered, so that the mean is added
// in the order of the sites on every rank. Collective.
std::vector<std::vector<double>> distances(mpi::Communicator const& communicator, StoreSet const& stores,
                                           SiteTable const& table, SiteSet const& set) {
  std::size_t const units = stores.units().size();
  std::vector<Numbers> columns(units);
  mpi::together(communicator, [&] {
    for_each_site(communicator, stores, set, [&](std::size_t place, LocusMaps const& maps) {
      for (std::size_t unit = 0; unit < units; ++unit) {
        columns[unit][place] =
            site_columns(maps.maps[unit], maps.locus, table.sites[set.sites[place].second], set.flank);
      }
    });
  });
  std::vector<std::vector<double>> found;
  for (Numbers& mine : columns) {
    Numbers const all = of_all_ranks(communicator, mine);
    mine.clear();
    std::vector<double> mean(all.begin()->second.size());
    for (auto const& [place, values] : all) {
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += values[i] / static_cast<double>(all.size());
    }
    std::vector<double>& errors = found.emplace_back();
    for (auto const& [place, values] : all) {
      double squares = 0;
      for (std::size_t i = 0; i < mean.size(); ++i) squares += (values[i] - mean[i]) * (values[i] - mean[i]);
      errors.push_back(std::sqrt(squares));
    }
  }
  return found;
}

Measurement measurement_of(StoreSet const& stores, std::size_t unit, std::string metric, double value, double error,
                           std::size_t sites) {
  Unit const& each = stores.units()[unit];
  return {stores.networks()[each.network],
          each.task,
          stores.methods()[each.method],
          "whole-corrected",
          std::move(metric),
          value,
          error,
          not_a_number,
          not_a_number,
          static_cast<std::int64_t>(sites)};
}

void add_set(StoreSet const& stores, std::string const& name, std::vector<std::vector<double>> const& errors,
             std::vector<Measurement>& measured) {
  for (std::size_t unit = 0; unit < errors.size(); ++unit) {
    auto const n = static_cast<double>(errors[unit].size());
    double sum = 0, squares = 0;
    for (double const each : errors[unit]) sum += each;
    for (double const each : errors[unit]) squares += (each - sum / n) * (each - sum / n);
    double const error = n > 1 ? std::sqrt(squares / (n - 1) / n) : not_a_number;
    measured.push_back(measurement_of(stores, unit, "site_variation/" + name, sum / n, error, errors[unit].size()));
    for (std::size_t other = 0; other < errors.size(); ++other) {
      Unit const &one = stores.units()[unit], &two = stores.units()[other];
      if (other == unit || one.network != two.network || one.question != two.question) continue;
      measured.push_back(measurement_of(
          stores, unit, fmt::format("site_variation_p/{}/{}", name, stores.methods()[two.method]),
          statistics::mann_whitney_less(errors[unit], errors[other]), not_a_number, errors[unit].size()));
    }
  }
}

}  // namespace

std::vector<double> site_columns(std::span<double const> map, genome::Locus const& locus, Site const& site,
                                 std::int64_t flank) {
  if (!is_inside(site, locus, flank)) return {};
  auto const whole = corrected(map);
  double squares = 0;
  for (double const value : whole) squares += value * value;
  double const deviation = std::sqrt(squares / static_cast<double>(whole.size()));
  std::size_t const length = map.size() / 4, width = at(site.end - site.start + 2 * flank);
  bool const is_reverse = locus.strand == '-';
  std::size_t const first = at(is_reverse ? locus.end - site.end - flank : site.start - flank - locus.start);
  bool const turns = is_reverse != (site.strand == '-');
  std::vector<double> columns(4 * width);
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t i = 0; i < width; ++i) {
      std::size_t const place = turns ? first + width - 1 - i : first + i;
      double const value = whole[(turns ? 3 - base : base) * length + place];
      columns[base * width + i] = deviation > 0 ? value / deviation : 0;
    }
  }
  return columns;
}

std::vector<Measurement> measure_sites(mpi::Communicator const& communicator, StoreSet const& stores,
                                       CompareOptions const& options) {
  std::vector<Measurement> measured;
  if (!options.sites) return measured;
  SiteTable const& table = *options.sites;
  for (SiteSet const& set : find_sites(stores, table, options.site_flanks)) {
    if (set.sites.empty()) continue;
    auto const errors = distances(communicator, stores, table, set);
    add_set(stores, fmt::format("{}/{}", table.strata[set.stratum], set.flank), errors, measured);
  }
  return measured;
}

}  // namespace shoal::compare
