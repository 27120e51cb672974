// SPDX-License-Identifier: MIT
#include "surrogate/gauge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace shoal::surrogate {

namespace {

struct NamedGauge {
  std::string_view name;
  GaugeKind kind;
};

constexpr NamedGauge named_gauges[] = {
    {"uniform", GaugeKind::uniform},     {"observed-uniform", GaugeKind::observed_uniform},
    {"empirical", GaugeKind::empirical}, {"wild-type", GaugeKind::wild_type},
    {"consensus", GaugeKind::consensus}, {"user", GaugeKind::user},
};

// Rescales the numbers of one position to the sum 1. A position whose numbers are all 0 becomes uniform.
void normalise(std::span<double> position) {
  double sum = 0;
  for (double const value : position) sum += value;
  for (double& value : position) value = sum > 0 ? value / sum : 1.0 / static_cast<double>(position.size());
}

void expect_size(std::string_view what, std::size_t size, std::size_t wanted) {
  if (size != wanted) {
    fail(ErrorCode::config,
         fmt::format("the gauge's {} has {} values where the sequences need {}", what, size, wanted));
  }
}

void take_table(std::span<double const> table, int alphabet, std::vector<double>& frequencies) {
  expect_size("table of frequencies", table.size(), frequencies.size());
  auto const width = at(alphabet);
  for (std::size_t at = 0; at < table.size(); at += width) {
    double sum = 0;
    for (double const value : table.subspan(at, width)) {
      if (!(value >= 0) || !std::isfinite(value)) {
        fail(ErrorCode::config,
             fmt::format("the gauge's table holds {} at position {}: frequencies are not negative", value, at / width));
      }
      sum += value;
    }
    if (!(sum > 0)) {
      fail(ErrorCode::config, fmt::format("the gauge's table has no positive number at position {}", at / width));
    }
  }
  std::copy(table.begin(), table.end(), frequencies.begin());
}

// Mean of `values` under `weights`.
double mean_under(std::span<double const> weights, std::span<double const> values) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

// Subtracts from the effects of a position their mean under pi, and returns it.
double centre(std::span<double const> pi, std::span<double> effects) {
  double const middle = mean_under(pi, effects);
  for (double& effect : effects) effect -= middle;
  return middle;
}

// Moves from the effects of one pair [alphabet, alphabet] what depends on one letter alone to the additive effects of
// its two positions. Returns the mean under pi.
double split_pair(std::span<double const> first_pi, std::span<double const> second_pi, std::span<double> effects,
                  std::span<double> first_additive, std::span<double> second_additive) {
  std::size_t const alphabet = first_pi.size();
  std::vector<double> of_first(alphabet), of_second(alphabet, 0.0);
  for (std::size_t a = 0; a < alphabet; ++a) {
    auto const row = effects.subspan(a * alphabet, alphabet);
    of_first[a] = mean_under(second_pi, row);
    for (std::size_t b = 0; b < alphabet; ++b) of_second[b] += first_pi[a] * row[b];
  }
  double const middle = mean_under(first_pi, of_first);
  for (std::size_t a = 0; a < alphabet; ++a) {
    first_additive[a] += of_first[a] - middle;
    second_additive[a] += of_second[a] - middle;
    for (std::size_t b = 0; b < alphabet; ++b) effects[a * alphabet + b] -= of_first[a] + of_second[b] - middle;
  }
  return middle;
}

}  // namespace

GaugeKind parse_gauge(std::string_view name) {
  for (NamedGauge const& named : named_gauges) {
    if (named.name == name) return named.kind;
  }
  fail(ErrorCode::config, fmt::format("unknown gauge {}: known are {}", quoted(name), gauge_names()));
}

std::string_view to_string(GaugeKind kind) {
  for (NamedGauge const& named : named_gauges) {
    if (named.kind == kind) return named.name;
  }
  return "";
}

std::string gauge_names() {
  std::vector<std::string> names;
  for (NamedGauge const& named : named_gauges) names.emplace_back(named.name);
  return join(names, ", ");
}

std::vector<double> letter_counts(kernels::MatrixView<std::uint8_t const> letters, int alphabet,
                                  std::span<double const> weights) {
  std::vector<double> counts(at(letters.columns * alphabet), 0.0);
  for (std::int64_t row = 0; row < letters.rows; ++row) {
    double const weight = weights.empty() ? 1.0 : weights[at(row)];
    for (std::int64_t position = 0; position < letters.columns; ++position) {
      std::uint8_t const letter = letters.data[row * letters.stride + position];
      if (letter < alphabet) counts[at(position * alphabet + letter)] += weight;
    }
  }
  return counts;
}

std::vector<double> gauge_frequencies(GaugeKind kind, std::int64_t length, int alphabet, std::span<double const> counts,
                                      std::span<std::uint8_t const> reference, std::span<double const> table) {
  std::vector<double> frequencies(at(length * alphabet), 0.0);
  bool const counted =
      kind == GaugeKind::observed_uniform || kind == GaugeKind::empirical || kind == GaugeKind::consensus;
  if (counted) expect_size("letter counts", counts.size(), frequencies.size());
  if (kind == GaugeKind::user) take_table(table, alphabet, frequencies);
  if (kind == GaugeKind::wild_type) expect_size("reference sequence", reference.size(), at(length));
  for (std::int64_t position = 0; position < length; ++position) {
    auto const first = at(position * alphabet);
    auto const pi = std::span(frequencies).subspan(first, at(alphabet));
    if (counted) {
      auto const here = counts.subspan(first, at(alphabet));
      auto const commonest = std::max_element(here.begin(), here.end());
      for (std::size_t letter = 0; letter < here.size(); ++letter) {
        if (kind == GaugeKind::empirical) pi[letter] = here[letter];
        if (kind == GaugeKind::observed_uniform) pi[letter] = here[letter] > 0 ? 1.0 : 0.0;
      }
      if (kind == GaugeKind::consensus && *commonest > 0) pi[at(commonest - here.begin())] = 1.0;
    }
    if (kind == GaugeKind::wild_type && reference[at(position)] < alphabet) pi[reference[at(position)]] = 1.0;
    normalise(pi);
  }
  return frequencies;
}

Parameters fix_gauge(Parameters const& parameters, std::span<double const> frequencies) {
  Parameters fixed = parameters;
  auto const alphabet = at(parameters.alphabet);
  expect(frequencies.size() == parameters.additive.size(), "gauge frequencies of another shape than the parameters");
  std::span<double> const additive(fixed.additive);
  auto const of = [alphabet](auto values, std::int64_t position) {
    return values.subspan(at(position) * alphabet, alphabet);
  };
  for (std::size_t pair = 0; pair < fixed.pairs.size(); ++pair) {
    auto const [first, second] = fixed.pairs[pair];
    auto const effects = std::span(fixed.pair_effects).subspan(pair * alphabet * alphabet, alphabet * alphabet);
    fixed.constant +=
        split_pair(of(frequencies, first), of(frequencies, second), effects, of(additive, first), of(additive, second));
  }
  for (std::int64_t position = 0; position < fixed.length; ++position) {
    fixed.constant += centre(of(frequencies, position), of(additive, position));
  }
  return fixed;
}

Parameters rescaled(Parameters const& parameters, double centre, double scale) {
  Parameters changed = parameters;
  changed.constant = (changed.constant - centre) / scale;
  for (double& effect : changed.additive) effect /= scale;
  for (double& effect : changed.pair_effects) effect /= scale;
  return changed;
}

}  // namespace shoal::surrogate
