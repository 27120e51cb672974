// SPDX-License-Identifier: MIT
#include "confirm/tables.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "genome/place.hpp"
#include "statistics/estimate.hpp"

namespace shoal::confirm {

namespace {

// A number of a table; NA where there is none.
std::string number(double value) {
  return std::isnan(value) ? "NA" : fmt::format("{:.6g}", value);
}

void add(std::string& text, std::initializer_list<double> numbers) {
  for (double const each : numbers) {
    text += '\t';
    text += number(each);
  }
}

// What motif_table sums up of the sites of a motif.
struct MotifSums {
  std::vector<double> necessity, control, sufficiency, sufficiency_control;
  double necessary = 0, tested = 0, sufficient = 0, sufficiency_tested = 0;

  void add(SiteEffect const& effect, double q) {
    necessity.push_back(effect.necessity.mean);
    if (!std::isnan(effect.necessity_control)) control.push_back(effect.necessity_control);
    sufficiency.push_back(effect.sufficiency.mean);
    sufficiency_control.push_back(effect.sufficiency_control);
    tested += std::isnan(effect.necessity_q) ? 0 : 1;
    necessary += effect.necessity_q <= q ? 1 : 0;
    sufficiency_tested += std::isnan(effect.sufficiency_q) ? 0 : 1;
    sufficient += effect.sufficiency_q <= q ? 1 : 0;
  }
};

}  // namespace

std::string site_table(genome::LocusTable const& loci, SiteList const& list, SiteEffects const& found) {
  std::string text =
      "locus\tname\tcontig\tstart\tend\tstrand\tfirst\tlast\tmotif\tnetwork\ttask\tscore\tnecessity\tnecessity_error\t"
      "necessity_lower\tnecessity_upper\tnecessity_control\tnecessity_p\tnecessity_q\tsufficiency\tsufficiency_error\t"
      "sufficiency_lower\tsufficiency_upper\tsufficiency_control\tsufficiency_p\tsufficiency_q\n";
  for (std::size_t i = 0; i < list.sites.size(); ++i) {
    Site const& site = list.sites[i];
    genome::Locus const& locus = loci.locus(site.locus);
    genome::Interval const interval = genome::genome_interval(locus, site.start, site.end);
    for (std::size_t task = 0; task < found.tasks.size(); ++task) {
      SiteEffect const& effect = found.effects[i * found.tasks.size() + task];
      fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", site.locus,
                     genome::field(locus.name), genome::field(locus.contig), interval.start, interval.end, site.strand,
                     site.start, site.end, genome::field(list.motifs[site.motif]), found.tasks[task].first,
                     found.tasks[task].second);
      add(text, {effect.score, effect.necessity.mean, effect.necessity.error, effect.necessity.lower,
                 effect.necessity.upper, effect.necessity_control, effect.necessity_p, effect.necessity_q,
                 effect.sufficiency.mean, effect.sufficiency.error, effect.sufficiency.lower, effect.sufficiency.upper,
                 effect.sufficiency_control, effect.sufficiency_p, effect.sufficiency_q});
      text += '\n';
    }
  }
  return text;
}

std::string motif_table(SiteList const& list, SiteEffects const& found, double q, double confidence) {
  std::size_t const tasks = found.tasks.size();
  std::vector<MotifSums> sums(list.motifs.size() * tasks);
  for (std::size_t i = 0; i < list.sites.size(); ++i) {
    for (std::size_t task = 0; task < tasks; ++task) {
      sums[list.sites[i].motif * tasks + task].add(found.effects[i * tasks + task], q);
    }
  }
  std::string text =
      "motif\tnetwork\ttask\tsites\tnecessity\tnecessity_lower\tnecessity_upper\tnecessity_control\tnecessary\t"
      "sufficiency\tsufficiency_lower\tsufficiency_upper\tsufficiency_control\tsufficient\n";
  for (std::size_t i = 0; i < sums.size(); ++i) {
    MotifSums const& of = sums[i];
    auto const necessity = statistics::estimate(of.necessity, confidence);
    auto const sufficiency = statistics::estimate(of.sufficiency, confidence);
    auto const& [network, task] = found.tasks[i % tasks];
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}", genome::field(list.motifs[i / tasks]), network, task,
                   of.necessity.size());
    add(text, {necessity.mean, necessity.lower, necessity.upper, statistics::estimate(of.control, confidence).mean,
               of.necessary / of.tested, sufficiency.mean, sufficiency.lower, sufficiency.upper,
               statistics::estimate(of.sufficiency_control, confidence).mean, of.sufficient / of.sufficiency_tested});
    text += '\n';
  }
  return text;
}

}  // namespace shoal::confirm
