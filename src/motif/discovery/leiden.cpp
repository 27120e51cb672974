// SPDX-License-Identifier: MIT
#include <algorithm>
#include <deque>
#include <numeric>
#include <random>

#include "base/index.hpp"
#include "motif/discovery/graph.hpp"

namespace shoal::motif {

namespace {

using Communities = std::vector<std::int32_t>;

// Numbers communities 0, 1, … in the order of their first vertices; returns how many there are.
std::int32_t renumber(Communities& communities) {
  std::vector<std::int32_t> number(communities.size(), -1);
  std::int32_t next = 0;
  for (std::int32_t& community : communities) {
    if (number[at(community)] < 0) number[at(community)] = next++;
    community = number[at(community)];
  }
  return next;
}

struct Degrees {
  std::vector<double> strength;  // [vertices] edges, and loops twice
  double total = 0;              // Σ of strengths = 2 m

  explicit Degrees(Graph const& graph) {
    for (std::int64_t v = 0; v < graph.vertices(); ++v) {
      double sum = 2 * graph.loop[at(v)];
      for (std::int64_t e = graph.first[at(v)]; e < graph.first[at(v + 1)]; ++e) sum += graph.weight[at(e)];
      strength.push_back(sum);
      total += sum;
    }
  }
};

// Weights from one vertex to communities, kept as a list of those that were met.
class LinkWeights {
 public:
  explicit LinkWeights(std::int64_t vertices) : weight_(at(vertices), 0) {}

  void collect(Graph const& graph, Communities const& communities, std::int32_t vertex) {
    for (std::int32_t const community : met_) weight_[at(community)] = 0;
    met_.clear();
    for (std::int64_t e = graph.first[at(vertex)]; e < graph.first[at(vertex + 1)]; ++e) {
      std::int32_t const community = communities[at(graph.vertex[at(e)])];
      if (weight_[at(community)] == 0) met_.push_back(community);
      weight_[at(community)] += graph.weight[at(e)];
    }
  }
  double to(std::int32_t community) const { return weight_[at(community)]; }
  std::vector<std::int32_t> const& met() const { return met_; }

 private:
  std::vector<double> weight_;
  std::vector<std::int32_t> met_;
};

std::vector<std::int32_t> shuffled(std::int64_t count, std::mt19937_64& random) {
  std::vector<std::int32_t> order(at(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

constexpr double least_gain = 1e-12;  // relative to the total weight: below it two sums only round differently

// Moves vertices to the neighbouring community (or an empty one) of largest gain until no move gains.
bool move_vertices(Graph const& graph, Degrees const& degrees, Communities& communities, std::mt19937_64& random) {
  std::int64_t const vertices = graph.vertices();
  std::vector<double> strength(at(vertices), 0);
  std::vector<std::int64_t> members(at(vertices), 0);
  for (std::int64_t v = 0; v < vertices; ++v) {
    strength[at(communities[at(v)])] += degrees.strength[at(v)];
    ++members[at(communities[at(v)])];
  }
  std::vector<std::int32_t> empty;
  for (std::int64_t c = vertices; c-- > 0;) {
    if (members[at(c)] == 0) empty.push_back(static_cast<std::int32_t>(c));
  }
  auto const order = shuffled(vertices, random);
  std::deque<std::int32_t> queue(order.begin(), order.end());
  std::vector<char> waits(at(vertices), 1);
  LinkWeights links(vertices);
  bool has_moved = false;
  while (!queue.empty()) {
    std::int32_t const v = queue.front();
    queue.pop_front();
    waits[at(v)] = 0;
    std::int32_t const old = communities[at(v)];
    double const own = degrees.strength[at(v)];
    links.collect(graph, communities, v);
    strength[at(old)] -= own;
    auto const gain = [&](std::int32_t c) { return links.to(c) - own * strength[at(c)] / degrees.total; };
    std::int32_t best = old;
    double largest = gain(old);
    for (std::int32_t const c : links.met()) {
      if (gain(c) > largest + least_gain * degrees.total) {
        largest = gain(c);
        best = c;
      }
    }
    if (largest < -least_gain * degrees.total && members[at(old)] > 1 && !empty.empty()) best = empty.back();
    strength[at(best)] += own;
    if (best == old) continue;
    if (!empty.empty() && best == empty.back()) empty.pop_back();
    --members[at(old)];
    ++members[at(best)];
    if (members[at(old)] == 0) empty.push_back(old);
    communities[at(v)] = best;
    has_moved = true;
    for (std::int64_t e = graph.first[at(v)]; e < graph.first[at(v + 1)]; ++e) {
      std::int32_t const other = graph.vertex[at(e)];
      if (communities[at(other)] == best || waits[at(other)] != 0) continue;
      waits[at(other)] = 1;
      queue.push_back(other);
    }
  }
  return has_moved;
}

// Within every community: single vertices join well-connected parts, so that every part hangs together.
Communities refine(Graph const& graph, Degrees const& degrees, Communities const& communities,
                   std::mt19937_64& random) {
  std::int64_t const vertices = graph.vertices();
  Communities parts(at(vertices));
  std::iota(parts.begin(), parts.end(), 0);
  std::vector<double> whole(at(vertices), 0);
  for (std::int64_t v = 0; v < vertices; ++v) whole[at(communities[at(v)])] += degrees.strength[at(v)];
  std::vector<double> strength = degrees.strength;
  std::vector<std::int64_t> members(at(vertices), 1);
  // Weight between a part and the rest of its community.
  std::vector<double> outward(at(vertices), 0);
  for (std::int64_t v = 0; v < vertices; ++v) {
    for (std::int64_t e = graph.first[at(v)]; e < graph.first[at(v + 1)]; ++e) {
      if (communities[at(graph.vertex[at(e)])] == communities[at(v)]) outward[at(v)] += graph.weight[at(e)];
    }
  }
  auto const is_well_connected = [&](std::int32_t part, std::int32_t community) {
    double const own = strength[at(part)];
    return outward[at(part)] >= own * (whole[at(community)] - own) / degrees.total;
  };
  LinkWeights links(vertices);
  for (std::int32_t const v : shuffled(vertices, random)) {
    std::int32_t const community = communities[at(v)];
    if (members[at(parts[at(v)])] != 1 || !is_well_connected(parts[at(v)], community)) continue;
    links.collect(graph, parts, v);
    double const own = degrees.strength[at(v)];
    std::int32_t best = parts[at(v)];
    double largest = 0;
    for (std::int32_t const part : links.met()) {
      if (part == parts[at(v)] || communities[at(part)] != community || !is_well_connected(part, community)) continue;
      double const gain = links.to(part) - own * strength[at(part)] / degrees.total;
      if (gain > largest + least_gain * degrees.total) {
        largest = gain;
        best = part;
      }
    }
    std::int32_t const old = parts[at(v)];
    if (best == old) continue;
    outward[at(best)] += outward[at(old)] - 2 * links.to(best);
    strength[at(best)] += own;
    strength[at(old)] -= own;
    --members[at(old)];
    ++members[at(best)];
    parts[at(v)] = best;
  }
  return parts;
}

// Parts become vertices.
Graph aggregate(Graph const& graph, Communities const& parts, std::int32_t number) {
  std::vector<std::vector<std::int32_t>> members(at(number));
  for (std::size_t v = 0; v < parts.size(); ++v) members[at(parts[v])].push_back(static_cast<std::int32_t>(v));
  Graph whole;
  whole.loop.assign(at(number), 0);
  whole.first.push_back(0);
  std::vector<double> weight(at(number), 0);
  std::vector<std::int32_t> met;
  for (std::int32_t part = 0; part < number; ++part) {
    met.clear();
    for (std::int32_t const v : members[at(part)]) {
      whole.loop[at(part)] += graph.loop[at(v)];
      for (std::int64_t e = graph.first[at(v)]; e < graph.first[at(v + 1)]; ++e) {
        std::int32_t const other = parts[at(graph.vertex[at(e)])];
        if (other == part) {
          whole.loop[at(part)] += graph.weight[at(e)] / 2;
          continue;
        }
        if (weight[at(other)] == 0) met.push_back(other);
        weight[at(other)] += graph.weight[at(e)];
      }
    }
    std::ranges::sort(met);
    for (std::int32_t const other : met) {
      whole.vertex.push_back(other);
      whole.weight.push_back(weight[at(other)]);
      weight[at(other)] = 0;
    }
    whole.first.push_back(static_cast<std::int64_t>(whole.vertex.size()));
  }
  return whole;
}

// One pass over all levels from given communities of `graph`; whether any vertex moved.
bool optimise(Graph const& graph, Communities& communities, std::mt19937_64& random) {
  Graph level = graph;
  Communities place(communities.size());  // vertex of `graph` → vertex of `level`
  std::iota(place.begin(), place.end(), 0);
  Communities current = communities;
  bool has_moved = false;
  for (;;) {
    Degrees const degrees(level);
    bool const moves = move_vertices(level, degrees, current, random);
    has_moved = has_moved || moves;
    renumber(current);
    for (std::size_t v = 0; v < place.size(); ++v) communities[v] = current[at(place[v])];
    Communities parts = refine(level, degrees, current, random);
    std::int32_t const number = renumber(parts);
    if (number == level.vertices()) return has_moved;
    Communities next(at(number));
    for (std::size_t v = 0; v < parts.size(); ++v) next[at(parts[v])] = current[v];
    level = aggregate(level, parts, number);
    for (std::int32_t& vertex : place) vertex = parts[at(vertex)];
    current = next;
  }
}

}  // namespace

double modularity(Graph const& graph, std::vector<std::int32_t> const& communities) {
  Degrees const degrees(graph);
  if (degrees.total == 0) return 0;
  std::vector<double> inside(communities.size(), 0), strength(communities.size(), 0);
  for (std::int64_t v = 0; v < graph.vertices(); ++v) {
    std::size_t const community = at(communities[at(v)]);
    strength[community] += degrees.strength[at(v)];
    inside[community] += 2 * graph.loop[at(v)];
    for (std::int64_t e = graph.first[at(v)]; e < graph.first[at(v + 1)]; ++e) {
      if (at(communities[at(graph.vertex[at(e)])]) == community) inside[community] += graph.weight[at(e)];
    }
  }
  double sum = 0;
  for (std::size_t c = 0; c < inside.size(); ++c) {
    sum += inside[c] / degrees.total - strength[c] / degrees.total * (strength[c] / degrees.total);
  }
  return sum;
}

std::vector<std::int32_t> leiden(Graph const& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Communities communities(at(graph.vertices()));
  std::iota(communities.begin(), communities.end(), 0);
  constexpr int most_passes = 100;
  double quality = -2;
  for (int pass = 0; pass < most_passes && optimise(graph, communities, random); ++pass) {
    double const reached = modularity(graph, communities);
    if (reached <= quality) break;
    quality = reached;
  }
  return communities;
}

std::vector<std::int32_t> best_communities(Graph const& graph, int runs, int threads) {
  std::vector<Communities> results(at(runs));
  std::vector<double> quality(at(runs));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
  for (int run = 0; run < runs; ++run) {
    results[at(run)] = leiden(graph, static_cast<std::uint64_t>(run + 1));
    quality[at(run)] = modularity(graph, results[at(run)]);
  }
  auto const best = std::ranges::max_element(quality) - quality.begin();
  Communities communities = results[at(best)];
  std::int32_t const number = renumber(communities);
  std::vector<std::int64_t> members(at(number), 0);
  for (std::int32_t const community : communities) ++members[at(community)];
  std::vector<std::int32_t> order(at(number)), place(at(number));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int32_t a, std::int32_t b) { return members[at(a)] > members[at(b)]; });
  for (std::int32_t i = 0; i < number; ++i) place[at(order[at(i)])] = i;
  for (std::int32_t& community : communities) community = place[at(community)];
  return communities;
}

}  // namespace shoal::motif
