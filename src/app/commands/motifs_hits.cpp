// SPDX-License-Identifier: MIT
// shoal motifs hits: the sites of patterns in every locus.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/commands/motifs_command.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "motif/comparison.hpp"
#include "motif/hit_tables.hpp"
#include "motif/tables.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "store/output_file.hpp"

namespace shoal::app {

namespace {

struct Found {
  std::vector<motif::LocusFit> fits;
  std::vector<motif::Hit> hits;
};

// The hits of all loci, on every rank.
Found find_in(motif::AttributionMaps const& maps, motif::HitFinder const& finder, mpi::Communicator const& world) {
  mpi::Share const share = mpi::share_of(world, maps.loci);
  Found part;
  mpi::together(world, [&] {
    for (motif::LocusHits const& locus : finder.find(maps, share.first, share.last)) {
      part.fits.push_back(locus.fit);
      part.hits.insert(part.hits.end(), locus.hits.begin(), locus.hits.end());
    }
  });
  return {mpi::gather_items<motif::LocusFit>(world, part.fits), mpi::gather_items<motif::Hit>(world, part.hits)};
}

std::vector<double> strengths_of(std::vector<motif::Hit> const& hits) {
  std::vector<double> strengths;
  for (motif::Hit const& hit : hits) strengths.push_back(hit.strength);
  return strengths;
}

// Leaves the hits that the controls allow at the target rate.
void keep_at_rate(MotifArguments const& arguments, MotifInputs const& inputs, std::vector<motif::Hit> const& controls,
                  std::vector<motif::Hit>& hits) {
  auto const positions = [](motif::AttributionMaps const& maps) {
    return static_cast<double>(maps.loci * maps.length);
  };
  std::size_t const before = hits.size();
  double const least =
      motif::strength_at_rate(strengths_of(hits), strengths_of(controls),
                              positions(inputs.maps) / positions(inputs.control), arguments.target_fdr);
  std::erase_if(hits, [&](motif::Hit const& hit) { return hit.strength < least; });
  if (std::isinf(least)) {
    log(LogLevel::warning, fmt::format("no strength reaches a false discovery rate of {}: none of {} sites is listed",
                                       arguments.target_fdr, before));
  } else {
    log(LogLevel::info, fmt::format("strength of at least {:.4g}: {} of {} sites, {} in the controls before", least,
                                    hits.size(), before, controls.size()));
  }
}

// The best match of each pattern's base shares in the database; empty without one.
std::vector<std::string> matches_of(MotifArguments const& arguments, MotifInputs const& inputs, int threads) {
  std::vector<std::string> names;
  if (inputs.targets.empty()) return names;
  std::vector<std::vector<motif::Column>> queries;
  for (motif::WeightMotif const& each : inputs.weights) queries.push_back(each.sequence);
  motif::MotifComparison const comparison(inputs.targets, arguments.comparison);
  for (auto const& matches : comparison.compare(queries, threads)) {
    auto const best = std::ranges::min_element(matches, {}, &motif::Match::p);
    if (best == matches.end() || best->e > arguments.largest_e) {
      names.emplace_back();
      continue;
    }
    motif::Motif const& target = comparison.targets()[at(best - matches.begin())];
    names.push_back(target.alternate.empty() ? target.name : target.alternate);
  }
  return names;
}

void write(MotifArguments const& arguments, MotifInputs const& inputs, motif::HitLabels const& labels,
           Found const& found) {
  store::write_text_file(arguments.output, motif::hit_table(inputs.maps, labels, found.hits));
  if (!arguments.output_bed.empty()) {
    store::write_text_file(arguments.output_bed, motif::hit_bed(inputs.maps, labels, found.hits));
  }
  if (arguments.output_loci.empty()) return;
  std::vector<std::int64_t> counts(found.fits.size());
  for (motif::Hit const& hit : found.hits) ++counts[at(hit.locus)];
  store::write_text_file(arguments.output_loci, motif::locus_table(inputs.maps, found.fits, counts));
}

}  // namespace

int run_motifs_hits(MotifArguments const& arguments, MotifInputs const& inputs, mpi::Communicator const& world) {
  motif::HitOptions options = arguments.hits;
  options.threads = arguments.thread_count(world.split_shared());
  motif::HitFinder const finder(inputs.weights, options);
  Found found = find_in(inputs.maps, finder, world);
  Found const controls = find_in(inputs.control, finder, world);
  mpi::on_first_rank(world, [&] {
    std::size_t missed = 0;
    for (motif::LocusFit const& fit : found.fits) {
      missed += fit.gap > options.gap * static_cast<double>(inputs.maps.length) ? 1 : 0;
    }
    if (missed > 0) {
      log(LogLevel::warning, fmt::format("the fits of {} loci end above --hit-gap (see --output-loci)", missed));
    }
    if (inputs.control.loci > 0) keep_at_rate(arguments, inputs, controls.hits, found.hits);
    motif::HitLabels labels{.motifs = {}, .matches = matches_of(arguments, inputs, options.threads)};
    for (motif::WeightMotif const& each : inputs.weights) labels.motifs.push_back(each.name);
    write(arguments, inputs, labels, found);
    log(LogLevel::info,
        fmt::format("{} sites of {} motifs in {} loci", found.hits.size(), inputs.weights.size(), inputs.maps.loci));
  });
  return exit_done;
}

}  // namespace shoal::app
