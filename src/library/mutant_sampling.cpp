// SPDX-License-Identifier: MIT
#include "library/mutant_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <utility>

namespace shoal::library {

namespace {

constexpr long double two_to_64 = 18446744073709551616.0L;

// Poisson probabilities of least, least + 1, … as multiples of the largest one, by the ratio p(k + 1) / p(k) = mean /
// (k + 1): no exponential, so nothing underflows and the bits depend on +, * and / alone.
std::pair<std::int32_t, std::deque<long double>> poisson_weights(std::int32_t mean) {
  constexpr long double negligible = 0x1p-100L;
  std::int32_t least = mean;
  std::deque<long double> weights{1.0L};
  while (least > 0 && weights.front() > negligible) {
    weights.push_front(weights.front() * least / mean);
    --least;
  }
  for (std::int64_t k = mean; weights.back() > negligible; ++k) {
    weights.push_back(weights.back() * mean / static_cast<long double>(k + 1));
  }
  return {least, std::move(weights)};
}

void set_independent_sites(kernels::MutantSampling& sampling, double rate) {
  sampling.independent_sites = true;
  if (rate >= 1) {
    sampling.third = std::numeric_limits<std::uint64_t>::max() / 3;
    sampling.last_changing = std::numeric_limits<std::uint64_t>::max();
    return;
  }
  // Three equal parts make the three bases equally likely; the rate is off by at most 2^-63.
  sampling.third = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate * two_to_64 / 3));
  sampling.last_changing = 3 * sampling.third - 1;
}

}  // namespace

std::int32_t mean_count(double rate, std::int32_t sites) {
  double const product = rate * sites;
  double const nearest = std::round(product);
  bool const whole = std::abs(product - nearest) <= 1e-9 * nearest;
  return std::clamp(static_cast<std::int32_t>(whole ? nearest : std::ceil(product)), std::min(1, sites), sites);
}

CountLaw poisson_counts(std::int32_t mean, std::int32_t sites) {
  auto const [first, weights] = poisson_weights(mean);
  long double total = 0;
  for (long double weight : weights) total += weight;
  CountLaw law{first, {}};
  long double cumulative = 0;
  std::int64_t count = first;
  for (long double weight : weights) {
    cumulative += weight;
    long double const threshold = cumulative / total * two_to_64;
    if (count >= sites || threshold >= two_to_64) break;
    if (threshold < 1) {
      ++law.least;
    } else {
      law.thresholds.push_back(static_cast<std::uint64_t>(threshold));
    }
    ++count;
  }
  return law;
}

std::vector<std::int32_t> known_sites(std::span<std::uint8_t const> codes, std::int64_t start, std::int64_t stop) {
  std::vector<std::int32_t> sites;
  for (std::int64_t position = start; position < stop; ++position) {
    if (codes[static_cast<std::size_t>(position)] != kernels::code_n) {
      sites.push_back(static_cast<std::int32_t>(position));
    }
  }
  return sites;
}

HostSampling make_sampling(Design const& design, std::uint64_t locus_identity,
                           std::span<std::uint8_t const> wild_type) {
  auto const length = static_cast<std::int64_t>(wild_type.size());
  HostSampling host;
  host.sites = known_sites(wild_type, design.window_start, design.window_stop == -1 ? length : design.window_stop);
  host.sampling.seed = design.seed;
  host.sampling.locus = locus_identity;
  host.sampling.site_count = static_cast<std::int32_t>(host.sites.size());
  if (host.sites.empty()) return host;

  switch (design.law) {
    case MutationLaw::poisson: {
      CountLaw law = poisson_counts(mean_count(design.rate, host.sampling.site_count), host.sampling.site_count);
      host.sampling.least_count = law.least;
      host.thresholds = std::move(law.thresholds);
      host.sampling.threshold_count = static_cast<std::int32_t>(host.thresholds.size());
      break;
    }
    case MutationLaw::fixed:
      host.sampling.least_count = mean_count(design.rate, host.sampling.site_count);
      break;
    case MutationLaw::bernoulli:
      set_independent_sites(host.sampling, design.rate);
      break;
  }
  return host;
}

}  // namespace shoal::library
