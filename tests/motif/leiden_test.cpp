// SPDX-License-Identifier: MIT
// Communities: modularity by its definition, the optimum of small graphs by enumeration, and planted partitions.
#include "motif/discovery/graph.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "motif/calling/legacy_random.hpp"

namespace shoal::motif {
namespace {

using ::testing::ElementsAre;

struct WeightedEdge {
  std::int32_t from, to;
  double weight;
};

Graph graph_of(std::int32_t vertices, std::vector<WeightedEdge> const& edges) {
  Graph graph;
  graph.loop.assign(static_cast<std::size_t>(vertices), 0);
  graph.first.push_back(0);
  for (std::int32_t v = 0; v < vertices; ++v) {
    for (WeightedEdge const& edge : edges) {
      if (edge.from == edge.to) {
        if (edge.from == v) graph.loop[static_cast<std::size_t>(v)] += edge.weight;
        continue;
      }
      if (edge.from != v && edge.to != v) continue;
      graph.vertex.push_back(edge.from == v ? edge.to : edge.from);
      graph.weight.push_back(edge.weight);
    }
    graph.first.push_back(static_cast<std::int64_t>(graph.vertex.size()));
  }
  return graph;
}

double best_modularity(Graph const& graph) {
  double best = -1;
  std::vector<std::int32_t> communities(static_cast<std::size_t>(graph.vertices()), 0);
  std::function<void(std::size_t, std::int32_t)> const choose = [&](std::size_t v, std::int32_t used) {
    if (v == communities.size()) {
      best = std::max(best, modularity(graph, communities));
      return;
    }
    for (std::int32_t c = 0; c <= used; ++c) {
      communities[v] = c;
      choose(v + 1, std::max(used, c + 1));
    }
  };
  choose(0, 0);
  return best;
}

TEST(Modularity, OfTwoTrianglesAndALoop) {
  // Edges: 7 of weight 1 and a loop of 2: m = 9. Strengths: 2 + 4, 2, 3 and 3, 2, 2.
  Graph const graph =
      graph_of(6, {{0, 1, 1}, {1, 2, 1}, {0, 2, 1}, {3, 4, 1}, {4, 5, 1}, {3, 5, 1}, {2, 3, 1}, {0, 0, 2}});
  double const expected = (5.0 / 9 - 11.0 / 18 * 11 / 18) + (3.0 / 9 - 7.0 / 18 * 7 / 18);
  EXPECT_NEAR(modularity(graph, {0, 0, 0, 1, 1, 1}), expected, 1e-12);
  EXPECT_THAT(best_communities(graph, 2, 1), ElementsAre(0, 0, 0, 1, 1, 1));
}

// The algorithm climbs, so that it may end below the summit, but rarely and not far.
TEST(Leiden, ReachesTheBestOfSmallGraphs) {
  int reached = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    LegacyRandom random(seed);
    std::vector<WeightedEdge> edges;
    for (std::int32_t a = 0; a < 8; ++a) {
      for (std::int32_t b = a; b < 8; ++b) {
        if (random.uniform() < 0.4) edges.push_back({a, b, random.uniform()});
      }
    }
    Graph const graph = graph_of(8, edges);
    double const found = modularity(graph, best_communities(graph, 10, 1)), best = best_modularity(graph);
    EXPECT_LE(found, best + 1e-9) << seed;
    EXPECT_GT(found, best - 0.03) << seed;
    reached += found > best - 1e-9 ? 1 : 0;
  }
  EXPECT_GE(reached, 18);
}

TEST(Leiden, FindsPlantedGroupsOnAnyNumberOfThreads) {
  LegacyRandom random(9);
  std::vector<WeightedEdge> edges;
  for (std::int32_t a = 0; a < 90; ++a) {
    for (std::int32_t b = a + 1; b < 90; ++b) {
      if (random.uniform() < (a % 3 == b % 3 ? 0.5 : 0.05)) edges.push_back({a, b, 1});
    }
  }
  Graph const graph = graph_of(90, edges);
  auto const communities = best_communities(graph, 4, 1);
  for (std::size_t v = 0; v < 90; ++v) EXPECT_EQ(communities[v], communities[v % 3]);
  EXPECT_EQ(communities, best_communities(graph, 4, 3));
}

TEST(DensityAdaptation, IsSymmetricWithLoopsBelowOne) {
  SimilarityRows rows;
  rows.index = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}};
  rows.similarity = {{1, 0.6F, 0.2F}, {1, 0.6F, 0.3F}, {1, 0.3F, 0.2F}};
  Graph const graph = density_adapted(rows, 2);
  EXPECT_THAT(graph.first, ElementsAre(0, 2, 4, 6));
  EXPECT_NEAR(graph.weight[0], graph.weight[2], 1e-15);
  EXPECT_GT(graph.weight[0], graph.weight[1]);
  for (double const loop : graph.loop) EXPECT_TRUE(loop > 0 && loop < 1);
}

}  // namespace
}  // namespace shoal::motif
