// SPDX-License-Identifier: MIT
#include "motif/discovery/gapped_kmers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

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

class KmerCollector {
 public:
  KmerCollector(std::vector<Important> const& positions, GappedKmerOptions const& options)
      : positions_(positions), options_(options) {
    powers_.push_back(1);
    for (std::int64_t i = 1; i < options.span; ++i) powers_.push_back(powers_.back() * 5);
  }

  // The entries of largest size, by key.
  std::vector<Entry> collect() {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      extend(i, i, positions_[i].base + 1, positions_[i].contribution, 1);
    }
    // Equal keys in the order of their values: their sum has one order.
    std::ranges::sort(
        found_, [](Entry const& a, Entry const& b) { return a.key < b.key || (a.key == b.key && a.value < b.value); });
    std::vector<Entry> entries;
    for (Entry const& entry : found_) {
      if (entries.empty() || entries.back().key != entry.key) {
        entries.push_back(entry);
      } else {
        entries.back().value += entry.value;
      }
    }
    if (entries.size() > options_.entries) {
      auto const larger = [](Entry const& a, Entry const& b) {
        return std::abs(a.value) > std::abs(b.value) || (std::abs(a.value) == std::abs(b.value) && a.key < b.key);
      };
      std::ranges::nth_element(entries, entries.begin() + static_cast<std::ptrdiff_t>(options_.entries), larger);
      entries.resize(options_.entries);
      std::ranges::sort(entries, {}, &Entry::key);
    }
    return entries;
  }

 private:
  void extend(std::size_t first, std::size_t last, std::int64_t key, double sum, int bases) {
    if (bases >= options_.shortest) found_.push_back({key, sum / bases});
    if (bases == options_.longest) return;
    for (std::size_t next = last + 1; next < positions_.size(); ++next) {
      std::int64_t const distance = positions_[next].position - positions_[first].position;
      if (distance >= options_.span) break;
      extend(first, next, key + (positions_[next].base + 1) * powers_[at(distance)],
             sum + positions_[next].contribution, bases + 1);
    }
  }

  std::vector<Important> const& positions_;
  GappedKmerOptions const& options_;
  std::vector<std::int64_t> powers_;
  std::vector<Entry> found_;
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
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (threads > 1)
  for (std::int64_t i = 0; i < 2 * number; ++i) {
    Seqlet seqlet = seqlets[at(i % number)];
    if (i >= number) seqlet.is_reversed = !seqlet.is_reversed;
    auto const positions = important_positions(maps, seqlet, sign, options.positions);
    entries[at(i)] = KmerCollector(positions, options).collect();
  }
  // Only keys of forward rows are ever met.
  std::unordered_map<std::int64_t, std::int32_t> numbers;
  Rows rows;
  for (std::int64_t i = 0; i < 2 * number; ++i) {
    double square = 0;
    for (Entry const& entry : entries[at(i)]) square += entry.value * entry.value;
    double const size = square > 0 ? std::sqrt(square) : 1;
    std::vector<std::pair<std::int32_t, float>> row;
    for (Entry const& entry : entries[at(i)]) {
      auto place = numbers.find(entry.key);
      if (place == numbers.end()) {
        if (i >= number) continue;
        place = numbers.emplace(entry.key, static_cast<std::int32_t>(numbers.size())).first;
      }
      row.emplace_back(place->second, static_cast<float>(entry.value / size));
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

void add_products(std::vector<std::pair<std::int32_t, float>> const& row, Postings const& postings,
                  std::vector<float>& sums) {
  std::ranges::fill(sums, 0.0F);
  for (auto const& [key, value] : row) {
    for (std::int64_t p = postings.first[at(key)]; p < postings.first[at(key) + 1]; ++p) {
      auto const& [seqlet, other] = postings.seqlets[at(p)];
      sums[at(seqlet)] += value * other;
    }
  }
}

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
    std::vector<float> same(at(number)), turned(at(number));
    std::vector<std::int32_t> order(at(number));
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < number; ++i) {
      add_products(rows.forward[at(i)], postings, same);
      add_products(rows.backward[at(i)], postings, turned);
      for (std::int64_t j = 0; j < number; ++j) same[at(j)] = std::max(same[at(j)], turned[at(j)]);
      std::iota(order.begin(), order.end(), 0);
      auto const nearer = [&same](std::int32_t a, std::int32_t b) {
        return same[at(a)] > same[at(b)] || (same[at(a)] == same[at(b)] && a < b);
      };
      std::partial_sort(order.begin(), order.begin() + result.k, order.end(), nearer);
      for (std::int64_t n = 0; n < result.k; ++n) {
        result.index[at(i * result.k + n)] = order[at(n)];
        result.similarity[at(i * result.k + n)] = same[at(order[at(n)])];
      }
    }
  }
  return result;
}

}  // namespace shoal::motif
