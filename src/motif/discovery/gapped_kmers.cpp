// SPDX-License-Identifier: MIT
#include "motif/discovery/gapped_kmers.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/index.hpp"
#include "motif/discovery/pattern.hpp"

namespace shoal::motif {

namespace {

struct Entry {
  std::int64_t key;  // Σ (base + 1) 5^distance from the first base
  double value;
};

struct Important {
  std::int64_t position;
  int base;
  double contribution;
};

// The positions that contribute most, from left to right.
std::vector<Important> important_positions(AttributionMaps const& maps, Seqlet const& seqlet, int sign,
                                           std::int64_t number) {
  std::vector<Important> all;
  for (std::int64_t i = 0; i < seqlet.end - seqlet.start; ++i) {
    std::int64_t const position = position_of(seqlet, i);
    int const code = maps.code(seqlet.locus, position);
    int const base = code > 3 ? 0 : seqlet.is_reversed ? 3 - code : code;
    all.push_back({i, base, sign * static_cast<double>(maps.projected(seqlet.locus, position))});
  }
  std::ranges::stable_sort(all, std::greater<>(), &Important::contribution);
  if (static_cast<std::int64_t>(all.size()) > number) all.resize(at(number));
  std::ranges::sort(all, {}, &Important::position);
  return all;
}

// Keys and what is kept for each, in the order in which they were first met.
template <class Value>
class KeyTable {
 public:
  explicit KeyTable(std::size_t places) : places_(std::bit_ceil(places), -1) {}

  // The number of a key, which is new if it is that of the next value to be added.
  std::size_t find(std::int64_t key) {
    if (2 * (keys_.size() + 1) > places_.size()) grow();
    std::size_t place = place_of(key);
    if (places_[place] < 0) {
      places_[place] = static_cast<std::int32_t>(keys_.size());
      keys_.push_back(key);
      values_.emplace_back();
    }
    return at(places_[place]);
  }
  // The number of a key, or -1.
  std::int64_t find_known(std::int64_t key) const { return places_[place_of(key)]; }
  std::int64_t key(std::size_t number) const { return keys_[number]; }
  Value& value(std::size_t number) { return values_[number]; }
  std::size_t size() const { return keys_.size(); }
  void clear() {
    std::ranges::fill(places_, -1);
    keys_.clear();
    values_.clear();
  }

 private:
  // Where the key stands, or the empty place where it would.
  std::size_t place_of(std::int64_t key) const {
    std::size_t place = (static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15U) >> 20 & (places_.size() - 1);
    while (places_[place] >= 0 && keys_[at(places_[place])] != key) place = (place + 1) & (places_.size() - 1);
    return place;
  }
  void grow() {
    places_.assign(2 * places_.size(), -1);
    for (std::size_t i = 0; i < keys_.size(); ++i) places_[place_of(keys_[i])] = static_cast<std::int32_t>(i);
  }

  std::vector<std::int32_t> places_;
  std::vector<std::int64_t> keys_;
  std::vector<Value> values_;
};

// The gapped k-mers of one seqlet after the other, on both strands: the k-mers of the reverse complement are the
// reverse complements of the k-mers.
class KmerCollector {
 public:
  explicit KmerCollector(GappedKmerOptions const& options) : options_(options), table_(1 << 14) {
    powers_.push_back(1);
    for (std::int64_t i = 1; i < options.span; ++i) powers_.push_back(powers_.back() * 5);
  }

  // The entries of largest size.
  void collect(std::vector<Important> const& positions, std::vector<Entry>& forward, std::vector<Entry>& backward) {
    positions_ = &positions;
    table_.clear();
    for (std::size_t i = 0; i < positions.size(); ++i) {
      extend(i, i, {positions[i].base + 1, 4 - positions[i].base}, positions[i].contribution, 1);
    }
    order_.resize(table_.size());
    std::iota(order_.begin(), order_.end(), 0);
    if (order_.size() > options_.entries) {
      auto const larger = [this](std::size_t a, std::size_t b) {
        double const one = std::abs(table_.value(a).value), other = std::abs(table_.value(b).value);
        return one > other || (one == other && table_.key(a) < table_.key(b));
      };
      std::ranges::nth_element(order_, order_.begin() + static_cast<std::ptrdiff_t>(options_.entries), larger);
      order_.resize(options_.entries);
    }
    std::ranges::sort(order_, {}, [this](std::size_t i) { return table_.key(i); });
    for (std::size_t const i : order_) {
      forward.push_back({table_.key(i), table_.value(i).value});
      backward.push_back({table_.value(i).turned, table_.value(i).value});
    }
  }

 private:
  struct Keys {
    std::int64_t same;
    std::int64_t turned;  // of the reverse complement
  };
  struct Sum {
    std::int64_t turned = 0;
    double value = 0;
  };

  void extend(std::size_t first, std::size_t last, Keys keys, double sum, int bases) {
    if (bases >= options_.shortest) {
      Sum& found = table_.value(table_.find(keys.same));
      found.turned = keys.turned;
      found.value += sum / bases;
    }
    if (bases == options_.longest) return;
    std::vector<Important> const& positions = *positions_;
    for (std::size_t next = last + 1; next < positions.size(); ++next) {
      std::int64_t const distance = positions[next].position - positions[first].position;
      if (distance >= options_.span) break;
      std::int64_t const step = positions[next].position - positions[last].position;
      Keys const longer = {keys.same + (positions[next].base + 1) * powers_[at(distance)],
                           keys.turned * powers_[at(step)] + 4 - positions[next].base};
      extend(first, next, longer, sum + positions[next].contribution, bases + 1);
    }
  }

  GappedKmerOptions const& options_;
  std::vector<Important> const* positions_ = nullptr;
  std::vector<std::int64_t> powers_;
  KeyTable<Sum> table_;
  std::vector<std::size_t> order_;
};

// Rows of entries of length 1, keys replaced by numbers 0, 1, …
struct Rows {
  std::vector<std::vector<std::pair<std::int32_t, float>>> forward, backward;
  std::int64_t keys = 0;
};

Rows make_rows(AttributionMaps const& maps, std::span<Seqlet const> seqlets, int sign, GappedKmerOptions const& options,
               int threads) {
  auto const number = static_cast<std::int64_t>(seqlets.size());
  std::vector<std::vector<Entry>> entries(at(2 * number));
#pragma omp parallel num_threads(threads) if (threads > 1)
  {
    KmerCollector collector(options);
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < number; ++i) {
      auto const positions = important_positions(maps, seqlets[at(i)], sign, options.positions);
      entries[at(i)].reserve(options.entries);
      entries[at(number + i)].reserve(options.entries);
      collector.collect(positions, entries[at(i)], entries[at(number + i)]);
    }
  }
  // Only keys of forward rows are ever met.
  KeyTable<char> numbers(std::size_t{1} << 16);
  Rows rows;
  for (std::int64_t i = 0; i < 2 * number; ++i) {
    double square = 0;
    for (Entry const& entry : entries[at(i)]) square += entry.value * entry.value;
    double const size = square > 0 ? std::sqrt(square) : 1;
    std::vector<std::pair<std::int32_t, float>> row;
    row.reserve(entries[at(i)].size());
    for (Entry const& entry : entries[at(i)]) {
      std::int64_t const place =
          i < number ? static_cast<std::int64_t>(numbers.find(entry.key)) : numbers.find_known(entry.key);
      if (place >= 0) row.emplace_back(static_cast<std::int32_t>(place), static_cast<float>(entry.value / size));
    }
    (i < number ? rows.forward : rows.backward).push_back(std::move(row));
    entries[at(i)] = {};
  }
  rows.keys = static_cast<std::int64_t>(numbers.size());
  return rows;
}

// Which seqlets have a key, and with what value.
struct Postings {
  std::vector<std::int64_t> first;  // [keys + 1]
  std::vector<std::pair<std::int32_t, float>> seqlets;
};

Postings invert(Rows const& rows) {
  Postings postings;
  postings.first.assign(at(rows.keys + 1), 0);
  for (auto const& row : rows.forward) {
    for (auto const& [key, value] : row) ++postings.first[at(key) + 1];
  }
  std::partial_sum(postings.first.begin(), postings.first.end(), postings.first.begin());
  postings.seqlets.resize(at(postings.first.back()));
  auto next = postings.first;
  for (std::size_t i = 0; i < rows.forward.size(); ++i) {
    for (auto const& [key, value] : rows.forward[i]) {
      postings.seqlets[at(next[at(key)]++)] = {static_cast<std::int32_t>(i), value};
    }
  }
  return postings;
}

// Similarities of one row with all seqlets, and which of them are not 0.
class RowProducts {
 public:
  explicit RowProducts(std::int64_t number) : same_(at(number), 0), turned_(at(number), 0), is_met_(at(number), 0) {}

  void set(Rows const& rows, Postings const& postings, std::int64_t i) {
    for (std::int32_t const seqlet : met_) {
      same_[at(seqlet)] = turned_[at(seqlet)] = 0;
      is_met_[at(seqlet)] = 0;
    }
    met_.clear();
    add(rows.forward[at(i)], postings, same_);
    add(rows.backward[at(i)], postings, turned_);
    for (std::int32_t const seqlet : met_) same_[at(seqlet)] = std::max(same_[at(seqlet)], turned_[at(seqlet)]);
  }
  // The k nearest, the nearest first, ties by number.
  void nearest(std::int64_t k, std::int32_t* index, float* similarity) {
    auto const positive = std::ranges::count_if(met_, [this](std::int32_t seqlet) { return same_[at(seqlet)] > 0; });
    order_ = met_;
    if (positive < k) {
      order_.resize(same_.size());
      std::iota(order_.begin(), order_.end(), 0);
    }
    auto const nearer = [this](std::int32_t a, std::int32_t b) {
      return same_[at(a)] > same_[at(b)] || (same_[at(a)] == same_[at(b)] && a < b);
    };
    std::ranges::nth_element(order_, order_.begin() + (k - 1), nearer);
    std::sort(order_.begin(), order_.begin() + k, nearer);
    for (std::int64_t n = 0; n < k; ++n) {
      index[n] = order_[at(n)];
      similarity[n] = same_[at(order_[at(n)])];
    }
  }

 private:
  void add(std::vector<std::pair<std::int32_t, float>> const& row, Postings const& postings, std::vector<float>& sums) {
    for (auto const& [key, value] : row) {
      for (std::int64_t p = postings.first[at(key)]; p < postings.first[at(key) + 1]; ++p) {
        auto const& [seqlet, other] = postings.seqlets[at(p)];
        sums[at(seqlet)] += value * other;
        if (is_met_[at(seqlet)] != 0) continue;
        is_met_[at(seqlet)] = 1;
        met_.push_back(seqlet);
      }
    }
  }

  std::vector<float> same_, turned_;
  std::vector<char> is_met_;
  std::vector<std::int32_t> met_, order_;
};

}  // namespace

Neighbours nearest_by_kmers(AttributionMaps const& maps, std::span<Seqlet const> seqlets, std::int64_t k, int sign,
                            GappedKmerOptions const& options, int threads) {
  auto const number = static_cast<std::int64_t>(seqlets.size());
  Rows const rows = make_rows(maps, seqlets, sign, options, threads);
  Postings const postings = invert(rows);
  Neighbours result;
  result.k = std::min(k, number);
  result.index.resize(at(number * result.k));
  result.similarity.resize(at(number * result.k));
#pragma omp parallel num_threads(threads) if (threads > 1)
  {
    RowProducts products(number);
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < number; ++i) {
      products.set(rows, postings, i);
      products.nearest(result.k, result.index.data() + i * result.k, result.similarity.data() + i * result.k);
    }
  }
  return result;
}

}  // namespace shoal::motif
