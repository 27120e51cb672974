// SPDX-License-Identifier: MIT
#include "inference/precision_errors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text_table.hpp"
#include "inference/scorer.hpp"

namespace shoal::inference {

namespace {

std::vector<float> scores_in(device::Backend const& backend, std::shared_ptr<network::Network const> const& network,
                             std::vector<network::Task> const& tasks, kernels::PackedView const& sequences,
                             kernels::Precision precision) {
  Scorer scorer(backend, network, tasks, 0, {}, precision);
  device::Buffer<float> scores(backend, static_cast<std::size_t>(sequences.mutants) * tasks.size());
  scorer.score(sequences, scores);
  return scores.to_host();
}

PrecisionError error_of(std::vector<float> const& reduced, std::vector<float> const& exact, std::size_t task,
                        std::size_t tasks) {
  double difference = 0.0, magnitude = 0.0, mean_a = 0.0, mean_b = 0.0;
  auto const count = static_cast<double>(exact.size() / tasks);
  for (std::size_t i = task; i < exact.size(); i += tasks) {
    double const a = reduced[i], b = exact[i];
    difference = std::max(difference, std::abs(a - b));
    magnitude = std::max(magnitude, std::abs(b));
    mean_a += a / count;
    mean_b += b / count;
  }
  double aa = 0.0, ab = 0.0, bb = 0.0;
  for (std::size_t i = task; i < exact.size(); i += tasks) {
    double const a = reduced[i] - mean_a, b = exact[i] - mean_b;
    aa += a * a;
    ab += a * b;
    bb += b * b;
  }
  return {.largest = difference == 0.0 ? 0.0 : difference / magnitude, .r2 = ab * ab / (aa * bb)};
}

}  // namespace

std::vector<PrecisionError> precision_errors(device::Backend const& backend,
                                             std::shared_ptr<network::Network const> const& network,
                                             std::vector<network::Task> const& tasks,
                                             kernels::PackedView const& sequences) {
  auto const exact = scores_in(backend, network, tasks, sequences, kernels::Precision::f32);
  std::vector<PrecisionError> errors;
  for (auto const precision : {kernels::Precision::tf32, kernels::Precision::bf16x3, kernels::Precision::bf16}) {
    bool const is_there =
        device::dispatch(backend, [&](auto const& space) { return kernels::has_precision(space, precision); });
    if (!is_there) continue;
    auto const reduced = scores_in(backend, network, tasks, sequences, precision);
    for (std::size_t task = 0; task < tasks.size(); ++task) {
      errors.push_back(error_of(reduced, exact, task, tasks.size()));
      errors.back().precision = precision;
      errors.back().task = tasks[task].name;
    }
  }
  return errors;
}

std::string describe_precision(std::vector<PrecisionError> const& errors, std::int64_t sequences) {
  std::vector<std::vector<std::string>> rows = {{"precision", "task", "max|a-b|/max|b|", "r2"}};
  for (PrecisionError const& each : errors) {
    rows.push_back({kernels::to_string(each.precision), each.task, fmt::format("{:.2e}", each.largest),
                    fmt::format("{:.7f}", each.r2)});
  }
  return fmt::format("against f32, {} sequences\n", sequences) + print_table(rows, 2);
}

}  // namespace shoal::inference
