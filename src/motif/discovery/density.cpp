// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/index.hpp"
#include "motif/discovery/graph.hpp"

namespace shoal::motif {

namespace {

struct Edge {
  std::int32_t to;
  double value;
};
using EdgeRows = std::vector<std::vector<Edge>>;

double distance_of(float similarity) {
  return std::max(std::log(1 / (0.5 * std::max(static_cast<double>(similarity), 1e-7)) - 1), 0.0);
}

// Bisection for the factor at which a row's entropy is ln(perplexity). `own` is what the vertex itself adds to the sum
// of probabilities before they are divided (TF-MoDISco 1, t-SNE 0).
double matching_beta(std::vector<double> const& distances, double perplexity, double own) {
  double const wanted = std::log(perplexity);
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  double beta = 1;
  for (int step = 0; step < 100; ++step) {
    double sum = own, weighted = 0;
    for (double const distance : distances) {
      double const share = std::exp(-distance * beta);
      sum += share;
      weighted += distance * share;
    }
    sum = std::max(sum, 1e-8);
    double const excess = std::log(sum) + beta * weighted / sum - wanted;
    if (std::abs(excess) <= 1e-5) break;
    if (excess > 0) {
      low = beta;
      beta = std::isinf(high) ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = std::isinf(low) ? beta / 2 : (beta + low) / 2;
    }
  }
  return beta;
}

// rows[i] and rows[j] joined: for every pair with an entry in either direction combine(sum of entries, how many).
template <class Combine>
EdgeRows symmetric(EdgeRows const& rows, Combine const& combine) {
  EdgeRows both(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (Edge const& edge : rows[i]) {
      both[i].push_back(edge);
      both[at(edge.to)].push_back({static_cast<std::int32_t>(i), edge.value});
    }
  }
  for (auto& row : both) {
    std::ranges::stable_sort(row, {}, &Edge::to);
    std::vector<Edge> joined;
    for (std::size_t e = 0; e < row.size();) {
      double sum = 0;
      int number = 0;
      std::int32_t const to = row[e].to;
      // The smaller value first: both ends add in the same order.
      std::vector<double> values;
      for (; e < row.size() && row[e].to == to; ++e) values.push_back(row[e].value);
      std::ranges::sort(values);
      for (double const value : values) {
        sum += value;
        ++number;
      }
      joined.push_back({to, combine(sum, number)});
    }
    row = std::move(joined);
  }
  return both;
}

Graph graph_of(EdgeRows const& rows, std::vector<double> loops) {
  Graph graph;
  graph.loop = std::move(loops);
  graph.first.push_back(0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (Edge const& edge : rows[i]) {
      if (at(edge.to) == i) continue;
      graph.vertex.push_back(edge.to);
      graph.weight.push_back(edge.value);
    }
    graph.first.push_back(static_cast<std::int64_t>(graph.vertex.size()));
  }
  return graph;
}

}  // namespace

Graph density_adapted(SimilarityRows const& similarities, double perplexity) {
  EdgeRows rows(similarities.index.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t n = 0; n < similarities.index[i].size(); ++n) {
      double const distance = distance_of(similarities.similarity[i][n]);
      if (distance > 0) rows[i].push_back({similarities.index[i][n], distance});
    }
  }
  EdgeRows const distances = symmetric(rows, [](double sum, int number) { return sum / number; });
  std::vector<double> betas, factors;
  for (auto const& row : distances) {
    std::vector<double> values;
    for (Edge const& edge : row) values.push_back(edge.value);
    double const beta = matching_beta(values, perplexity, 1);
    double sum = 1;
    for (double const value : values) sum += std::exp(-value / beta);
    betas.push_back(beta);
    factors.push_back(sum);
  }
  EdgeRows weights = distances;
  std::vector<double> loops(rows.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    loops[i] = 1 / factors[i];
    for (Edge& edge : weights[i]) {
      std::size_t const j = at(edge.to);
      double const here = std::exp(-edge.value / betas[i]) / factors[i];
      double const there = std::exp(-edge.value / betas[j]) / factors[j];
      double const weight = std::sqrt(here * there);
      // A pair stands twice in the matrix, so its edge weighs twice.
      if (j == i) loops[i] += weight;
      edge.value = 2 * weight;
    }
  }
  return graph_of(weights, loops);
}

Graph neighbour_probabilities(SimilarityRows const& similarities, double perplexity) {
  EdgeRows rows(similarities.index.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> distances;
    for (float const similarity : similarities.similarity[i]) distances.push_back(distance_of(similarity));
    double const beta = matching_beta(distances, perplexity, 0);
    double sum = 0;
    for (double& distance : distances) sum += distance = std::exp(-distance * beta);
    for (std::size_t n = 0; n < distances.size(); ++n) {
      rows[i].push_back({similarities.index[i][n], distances[n] / std::max(sum, 1e-8)});
    }
  }
  EdgeRows const both = symmetric(rows, [](double sum, int) { return sum; });
  return graph_of(both, std::vector<double>(rows.size(), 0));
}

}  // namespace shoal::motif
