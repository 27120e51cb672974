// SPDX-License-Identifier: MIT
#include "scan/locus/path_completeness.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace shoal::scan {

namespace {

constexpr double bins_per_octave = 64;
// The bins of errors of 0 and of infinite errors.
constexpr int lowest = std::numeric_limits<int>::min();
constexpr int highest = std::numeric_limits<int>::max();

int bin_of(double error) {
  if (!(error > 0)) return lowest;
  return std::isinf(error) ? highest : static_cast<int>(std::ceil(bins_per_octave * std::log2(error)));
}

// The upper end of a bin.
double error_of(int bin) {
  if (bin == lowest) return 0;
  return bin == highest ? std::numeric_limits<double>::infinity() : std::exp2(bin / bins_per_octave);
}

std::optional<std::size_t> place_of(std::vector<std::string> const& names, std::string const& name) {
  auto const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// The numbers by which one rank tells others what it counted, in an order that both know.
std::string packed(PathCompleteness::OfMethod const& of) {
  std::string text = fmt::format("{} {} {} {} {}", of.loci, of.missed_loci, of.maps, of.missed_maps, of.sum_of_steps);
  for (auto const& [bin, count] : of.bins) text += fmt::format(" {} {}", bin, count);
  return text;
}

void unpack(std::string_view text, PathCompleteness::OfMethod& of) {
  std::vector<std::int64_t> numbers;
  for (std::string_view const word : split(text, ' ')) numbers.push_back(parse_integer(word).value());
  expect(numbers.size() % 2 == 1 && numbers.size() >= 5, "a rank's counts of paths have another form");
  of.loci += numbers[0];
  of.missed_loci += numbers[1];
  of.maps += numbers[2];
  of.missed_maps += numbers[3];
  of.sum_of_steps += numbers[4];
  for (std::size_t i = 5; i < numbers.size(); i += 2) of.bins[static_cast<int>(numbers[i])] += numbers[i + 1];
}

}  // namespace

PathCompleteness::PathCompleteness(store::Schema const& schema) : schema_methods_(schema.methods.size()) {
  for (std::size_t place = 0; place < schema.methods.size(); ++place) {
    store::MethodSchema const& method = schema.methods[place];
    auto const error = place_of(method.scalars, "relative_error");
    auto const steps = place_of(method.scalars, "steps");
    auto const missed = place_of(method.scalars, "missed");
    if (!error || !steps || !missed) continue;
    OfMethod of;
    of.name = method.name;
    of.place = place;
    of.error = *error;
    of.steps = *steps;
    of.missed = *missed;
    methods_.push_back(std::move(of));
  }
}

void PathCompleteness::add(store::Row const& row) {
  if (row.status != store::Status::done) return;
  for (OfMethod& of : methods_) {
    bool missed = false;
    for (std::size_t at = of.place; at < row.results.size(); at += schema_methods_) {
      std::vector<double> const& scalars = row.results[at].scalars;
      ++of.maps;
      ++of.bins[bin_of(scalars[of.error])];
      of.sum_of_steps += static_cast<std::int64_t>(scalars[of.steps]);
      if (scalars[of.missed] == 0) continue;
      ++of.missed_maps;
      missed = true;
    }
    ++of.loci;
    if (missed) ++of.missed_loci;
  }
}

void PathCompleteness::gather(mpi::Communicator const& communicator) {
  for (OfMethod& of : methods_) {
    auto const all = communicator.gather_all(packed(of));
    for (int rank = 0; rank < communicator.size(); ++rank) {
      if (rank != communicator.rank()) unpack(all[static_cast<std::size_t>(rank)], of);
    }
  }
}

double PathCompleteness::OfMethod::quantile(double share) const {
  auto const rank = std::max(1.0, std::ceil(share * static_cast<double>(maps)));
  std::int64_t below = 0;
  for (auto const& [bin, count] : bins) {
    below += count;
    if (static_cast<double>(below) >= rank) return error_of(bin);
  }
  return 0;
}

std::string PathCompleteness::OfMethod::text() const {
  std::string text = fmt::format(
      "{}: relative error of the maps' sums: median {:.2g} %, 95th percentile {:.2g} %, with {:.1f} steps on average",
      name, 100 * quantile(0.5), 100 * quantile(0.95), static_cast<double>(sum_of_steps) / static_cast<double>(maps));
  if (missed_maps == 0) return text;
  return text + fmt::format(
                    "; {} of {} maps, at {} of {} loci, missed the tolerance (missed is 1 in the store): raise "
                    "--path-most-steps",
                    missed_maps, maps, missed_loci, loci);
}

void PathCompleteness::add_to(JsonLine& line) const {
  for (OfMethod const& of : methods_) {
    if (of.maps == 0) continue;
    line.add(of.name + ".maps", of.maps).add(of.name + ".missed", of.missed_maps);
    line.add(of.name + ".missed_loci", of.missed_loci);
    line.add(of.name + ".steps", static_cast<double>(of.sum_of_steps) / static_cast<double>(of.maps));
    // JSON has no number for infinity.
    double const most = std::numeric_limits<double>::max();
    line.add(of.name + ".error_50", std::min(of.quantile(0.5), most));
    line.add(of.name + ".error_95", std::min(of.quantile(0.95), most));
  }
}

void PathCompleteness::log() const {
  for (OfMethod const& of : methods_) {
    if (of.maps > 0) shoal::log(of.missed_maps > 0 ? LogLevel::warning : LogLevel::info, of.text());
  }
}

}  // namespace shoal::scan
