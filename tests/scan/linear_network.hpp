// SPDX-License-Identifier: MIT
// A network in memory whose additive effects are known, and one locus explained by it.
#pragma once

#include <cmath>
#include <string>

#include "scan/locus/locus_pipeline.hpp"

namespace shoal::test {

inline constexpr std::int64_t length = 8;

// Two outputs that are linear in the one-hot sequence: weight(task, position, base), then an activation.
inline double weight(std::size_t task, std::size_t position, std::size_t base) {
  return std::sin(static_cast<double>(1 + base + 4 * position + 100 * task));
}

inline std::shared_ptr<network::Network const> linear_network(network::Activation activation, double scale,
                                                              std::int64_t bases = length) {
  auto network = std::make_shared<network::Network>();
  network->source = "in memory";
  network->digest = "none";
  network::Dense dense{.units = 2, .kernel = {}, .bias = {0.5F, -0.25F}};
  for (std::size_t position = 0; position < static_cast<std::size_t>(bases); ++position) {
    for (std::size_t base = 0; base < 4; ++base) {
      for (std::size_t task = 0; task < 2; ++task) {
        dense.kernel.push_back(static_cast<float>(scale * weight(task, position, base)));
      }
    }
  }
  network->nodes = {
      {.name = "input", .class_name = "InputLayer", .layer = network::InputLayer{}, .inputs = {}, .shape = {bases, 4}},
      {.name = "flat", .class_name = "Flatten", .layer = network::Flatten{}, .inputs = {0}, .shape = {1, 4 * bases}},
      {.name = "out", .class_name = "Dense", .layer = dense, .inputs = {1}, .shape = {1, 2}},
      {.name = "final",
       .class_name = "Activation",
       .layer = network::Activate{.activation = activation},
       .inputs = {2},
       .shape = {1, 2}}};
  network->outputs = {3};
  return network;
}

inline scan::LocusJob job_of(std::string const& text) {
  return scan::make_job(
      3, {.contig = "chr", .start = 10, .end = 10 + length, .strand = '+', .name = "here", .skip_reason = {}},
      genome::to_codes(text));
}

inline store::Row explained(scan::ScanOptions const& options, std::string const& text, int threads = 1) {
  auto const methods = scan::make_methods(options);
  auto const schema = scan::make_schema(options, methods, 5, length);
  scan::LocusPipeline pipeline(options, methods, schema, threads, {});
  scan::StageTimes times;
  return pipeline.explain(job_of(text), times);
}

}  // namespace shoal::test
