// SPDX-License-Identifier: MIT
// Similarities of seqlets as a weighted graph whose local densities are alike, and its communities.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal::motif {

// An undirected graph: every edge stands at both of its vertices, loops apart.
struct Graph {
  std::vector<std::int64_t> first;   // [vertices + 1]
  std::vector<std::int32_t> vertex;  // other ends
  std::vector<double> weight;        // of the edges
  std::vector<double> loop;          // [vertices]

  std::int64_t vertices() const { return static_cast<std::int64_t>(loop.size()); }
};

// One direction of similarity: row by row (rows may differ in length).
struct SimilarityRows {
  std::vector<std::vector<std::int32_t>> index;
  std::vector<std::vector<float>> similarity;
};

// TF-MoDISco's density adaptation. A similarity s becomes the distance d = max(0, ln(2 / s - 1)); both directions are
// averaged; a row's scale reaches the perplexity by bisection; an edge weighs the geometric mean of its two ends'
// conditional probabilities. d = 0 is no edge.
Graph density_adapted(SimilarityRows const& rows, double perplexity);

// Conditional probabilities of t-SNE (van der Maaten and Hinton, 2008) at a perplexity among each row's neighbours; an
// edge weighs the sum of both directions. No loops.
Graph neighbour_probabilities(SimilarityRows const& rows, double perplexity);

// Modularity Σ_c [w_c / m - (k_c / 2m)²], a loop counting once in w and m and twice in k.
double modularity(Graph const& graph, std::vector<std::int32_t> const& communities);

// Communities by the Leiden algorithm (Traag, Waltman and van Eck, Scientific Reports 2019, 9:5233) for
// modularity: local moves from a queue, refinement within communities, aggregation, until nothing changes; repeated
// until the modularity no longer grows. Vertices are visited in an order that the seed shuffles.
std::vector<std::int32_t> leiden(Graph const& graph, std::uint64_t seed);

// The best of seeds 1 … runs, the first on ties; communities are numbered by size, then by first vertex. The same for
// any number of threads.
std::vector<std::int32_t> best_communities(Graph const& graph, int runs, int threads);

}  // namespace shoal::motif
