// SPDX-License-Identifier: MIT
#include "scan/schedule/locus_costs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::scan {

namespace {

constexpr double bins_per_octave = 8;
constexpr double shortest = 1e-9;  // seconds; anything shorter counts as this

}  // namespace

void LocusCosts::add(double seconds, std::int64_t loci) {
  double const counted = std::max(seconds, shortest);
  Bin& bin = bins_[static_cast<int>(std::floor(bins_per_octave * std::log2(counted)))];
  bin.loci += loci;
  bin.seconds += counted * static_cast<double>(loci);
}

LocusCosts& LocusCosts::operator+=(LocusCosts const& other) {
  for (auto const& [number, bin] : other.bins_) {
    bins_[number].loci += bin.loci;
    bins_[number].seconds += bin.seconds;
  }
  return *this;
}

std::int64_t LocusCosts::count() const {
  std::int64_t loci = 0;
  for (auto const& [number, bin] : bins_) loci += bin.loci;
  return loci;
}

double LocusCosts::sum() const {
  double seconds = 0;
  for (auto const& [number, bin] : bins_) seconds += bin.seconds;
  return seconds;
}

double LocusCosts::mean() const {
  return bins_.empty() ? 0.0 : sum() / static_cast<double>(count());
}

double LocusCosts::largest() const {
  if (bins_.empty()) return 0;
  Bin const& last = bins_.rbegin()->second;
  return last.seconds / static_cast<double>(last.loci);
}

std::vector<double> LocusCosts::sample(std::int64_t loci, std::uint64_t seed) const {
  expect(!bins_.empty(), "there are no costs to draw from");
  std::vector<double> costs;
  costs.reserve(static_cast<std::size_t>(loci));
  // Evenly spaced quantiles, not random draws, so that the mean of the sample is that of the distribution.
  double const step = static_cast<double>(count()) / static_cast<double>(std::max<std::int64_t>(loci, 1));
  auto bin = bins_.begin();
  auto below = static_cast<double>(bin->second.loci);
  for (std::int64_t i = 0; i < loci; ++i) {
    double const rank = (static_cast<double>(i) + 0.5) * step;
    while (rank >= below && std::next(bin) != bins_.end()) below += static_cast<double>((++bin)->second.loci);
    costs.push_back(bin->second.seconds / static_cast<double>(bin->second.loci));
  }
  // std::shuffle draws differently with each standard library.
  std::mt19937_64 random(seed);
  for (std::size_t i = costs.size(); i > 1; --i) std::swap(costs[i - 1], costs[random() % i]);
  return costs;
}

std::string LocusCosts::text() const {
  std::vector<std::string> pairs;
  for (auto const& [number, bin] : bins_) {
    pairs.push_back(fmt::format("[{:.6g}, {}]", bin.seconds / static_cast<double>(bin.loci), bin.loci));
  }
  return fmt::format("[{}]", join(pairs, ", "));
}

LocusCosts LocusCosts::parse(std::string const& text) {
  LocusCosts costs;
  std::string numbers;
  for (char const letter : text) numbers += letter == '[' || letter == ']' ? ' ' : letter;
  std::vector<double> values;
  for (std::string_view const piece : split(numbers, ',')) {
    if (trim(piece).empty()) continue;
    auto const value = parse_real(trim(piece));
    if (!value || *value <= 0) fail(ErrorCode::input, fmt::format("{} is no list of [seconds, loci]", quoted(text)));
    values.push_back(*value);
  }
  if (values.size() % 2 != 0) fail(ErrorCode::input, fmt::format("{} is no list of [seconds, loci]", quoted(text)));
  for (std::size_t i = 0; i < values.size(); i += 2) costs.add(values[i], static_cast<std::int64_t>(values[i + 1]));
  return costs;
}

}  // namespace shoal::scan
