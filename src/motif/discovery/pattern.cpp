// SPDX-License-Identifier: MIT
#include "motif/discovery/pattern.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"

namespace shoal::motif {

namespace {

// The column at each position of the seqlet, from value(position, base on the + strand).
template <class Value>
Columns columns_of(Seqlet const& seqlet, Value const& value) {
  std::int64_t const length = seqlet.end - seqlet.start;
  Columns columns(at(length));
  for (std::int64_t i = 0; i < length; ++i) {
    std::int64_t const position = position_of(seqlet, i);
    for (int base = 0; base < 4; ++base) {
      columns[at(i)][at(base)] = value(position, seqlet.is_reversed ? 3 - base : base);
    }
  }
  return columns;
}

void add_to(Columns& sums, Columns const& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t base = 0; base < 4; ++base) sums[i][base] += values[i][base];
  }
}

}  // namespace

Columns one_hot_of(AttributionMaps const& maps, Seqlet const& seqlet) {
  return columns_of(
      seqlet, [&](std::int64_t position, int base) { return maps.code(seqlet.locus, position) == base ? 1.0 : 0.0; });
}

Columns contributions_of(AttributionMaps const& maps, Seqlet const& seqlet) {
  return columns_of(seqlet, [&](std::int64_t position, int base) {
    return maps.code(seqlet.locus, position) == base ? maps.value(seqlet.locus, base, position) : 0.0;
  });
}

Columns hypothetical_of(AttributionMaps const& maps, Seqlet const& seqlet) {
  return columns_of(seqlet, [&](std::int64_t position, int base) { return maps.value(seqlet.locus, base, position); });
}

Seqlet part_of(Seqlet seqlet, std::int64_t first, std::int64_t last) {
  std::int64_t const start = seqlet.is_reversed ? seqlet.end - last : seqlet.start + first;
  seqlet.end = start + last - first;
  seqlet.start = start;
  return seqlet;
}

SeqletPattern::SeqletPattern(AttributionMaps const& maps, std::vector<Seqlet> const& seqlets) : maps_(&maps) {
  for (Seqlet const& seqlet : seqlets) length_ = std::max(length_, seqlet.end - seqlet.start);
  counts_.assign(at(length_), 0);
  sequence_.assign(at(length_), Column{});
  contributions_ = hypothetical_ = sequence_;
  for (Seqlet const& seqlet : seqlets) {
    if (!has(seqlet)) add(seqlet);
  }
}

void SeqletPattern::add(Seqlet const& seqlet) {
  seqlets_.push_back(seqlet);
  places_.insert(place_of(seqlet));
  for (std::int64_t i = 0; i < seqlet.end - seqlet.start; ++i) counts_[at(i)] += 1;
  add_to(sequence_, one_hot_of(*maps_, seqlet));
  add_to(contributions_, contributions_of(*maps_, seqlet));
  add_to(hypothetical_, hypothetical_of(*maps_, seqlet));
}

Columns SeqletPattern::mean(Columns const& sums) const {
  Columns means = sums;
  for (std::size_t i = 0; i < means.size(); ++i) {
    for (double& value : means[i]) value /= counts_[i] > 0 ? counts_[i] : 1e-7;
  }
  return means;
}

std::optional<SeqletPattern> SeqletPattern::expanded(std::int64_t left, std::int64_t right) const {
  std::vector<Seqlet> wider;
  for (Seqlet const& seqlet : seqlets_) {
    std::int64_t const after = length_ - (seqlet.end - seqlet.start) + right;
    Seqlet const wide = part_of(seqlet, -left, seqlet.end - seqlet.start + after);
    if (wide.start >= 0 && wide.end <= maps_->length) wider.push_back(wide);
  }
  if (wider.empty()) return std::nullopt;
  return SeqletPattern(*maps_, wider);
}

SeqletPattern SeqletPattern::trimmed(std::int64_t first, std::int64_t last) const {
  std::vector<Seqlet> parts;
  for (Seqlet const& seqlet : seqlets_) parts.push_back(part_of(seqlet, first, last));
  return SeqletPattern(*maps_, parts);
}

SeqletPattern SeqletPattern::trimmed_to_support(double share, double number) const {
  double const least = std::min(number, *std::ranges::max_element(counts_) * share);
  std::int64_t first = 0, last = length_;
  while (counts_[at(first)] < least) ++first;
  while (counts_[at(last - 1)] < least) --last;
  return trimmed(first, last);
}

std::vector<double> pattern_information(Columns const& sequence, Column const& background) {
  double entropy = 0;
  for (double const share : background) entropy -= share > 0 ? share * std::log2(share) : 0;
  std::vector<double> bits;
  for (Column const& column : sequence) {
    double const sum = column[0] + column[1] + column[2] + column[3];
    double information = entropy;
    for (double const value : column) {
      double const share = sum > 0 ? value / sum : 0.25;
      information += share * std::log2((share + 0.001) / 1.004);
    }
    bits.push_back(information);
  }
  return bits;
}

}  // namespace shoal::motif
