// SPDX-License-Identifier: MIT
#include "inference/forward/readout.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "inference/forward/principal_component.hpp"

namespace shoal::inference {

namespace {

std::size_t mask_words(std::int32_t length) {
  return static_cast<std::size_t>((length + 63) / 64);
}

}  // namespace

Readout::Readout(device::Backend const& backend, network::Network const& network, std::vector<network::Task> tasks,
                 std::vector<kernels::Orientation> orientations)
    : backend_(&backend), tasks_(std::move(tasks)), orientations_(std::move(orientations)), frames_(tasks_.size()) {
  if (orientations_.empty()) orientations_.emplace_back();
  bool const has_one_orientation = orientations_.size() == 1 && orientations_.front() == kernels::Orientation{};
  for (network::Task& task : tasks_) {
    expect(network::reads_from(task, network), "a Readout's task is not in its network");
    if (!has_one_orientation && task.terms.empty()) task.terms = network::terms_of(network, task);
    columns_ += task.columns();
    is_plain_ = is_plain_ && !task.component && task.transforms.empty();
  }
}

void Readout::run_orientations(kernels::PackedView const& sequences, ForwardPass const& pass, float* columns) {
  Pass parameters{.weight = 1.0 / static_cast<double>(orientations_.size())};
  for (kernels::Orientation const& orientation : orientations_) {
    parameters.mirrored = orientation.reverse_complement;
    if (orientation == kernels::Orientation{}) {
      pass(sequences, parameters, columns);
    } else {
      words_.reserve(*backend_, static_cast<std::size_t>(sequences.mutants * kernels::words_per_row(sequences.length)));
      unknown_.reserve(*backend_, mask_words(sequences.length));
      device::dispatch(*backend_, [&](auto const& space) {
        kernels::reorient(space, sequences, orientation, {words_.data(), nullptr, sequences.mutants, sequences.length},
                          unknown_.data());
      });
      pass({words_.data(), unknown_.data(), sequences.mutants, sequences.length}, parameters, columns);
    }
    parameters.accumulate = true;
  }
}

// One task's scores before transforms, from its columns.
std::vector<double> Readout::values_of(std::size_t t, std::vector<float> const& columns, std::size_t first,
                                       ScoreFrame const* given) {
  auto const stride = static_cast<std::size_t>(columns_), width = static_cast<std::size_t>(tasks_[t].columns());
  std::size_t const rows = columns.size() / stride;
  if (!tasks_[t].component) {
    std::vector<double> values(rows);
    for (std::size_t m = 0; m < rows; ++m) values[m] = static_cast<double>(columns[m * stride + first]);
    return values;
  }
  std::vector<float> profiles(rows * width);
  for (std::size_t m = 0; m < rows; ++m) std::copy_n(&columns[m * stride + first], width, &profiles[m * width]);
  if (given != nullptr) return projections(given->component, profiles);
  bool const on_host = backend_->kind() == device::BackendKind::cpu;
  frames_[t].component = first_component(profiles, static_cast<std::int64_t>(rows), tasks_[t].columns(),
                                         on_host ? backend_->cpu_space().threads : 1);
  return projections(frames_[t].component, profiles);
}

// From each task's columns to its score, on the host: the same bits whichever backend made the columns.
std::vector<float> Readout::finished(std::vector<float> const& columns, std::int64_t mutants,
                                     std::span<ScoreFrame const> given) {
  auto const rows = static_cast<std::size_t>(mutants);
  std::vector<float> scores(rows * tasks_.size());
  for (std::size_t t = 0, first = 0; t < tasks_.size(); ++t) {
    ScoreFrame const* const frame = given.empty() ? nullptr : &given[t];
    std::vector<double> const values = values_of(t, columns, first, frame);
    if (frame == nullptr) frames_[t].wild_type = values[0];
    double const wild_type = frame == nullptr ? values[0] : frame->wild_type;
    for (std::size_t m = 0; m < rows; ++m) {
      scores[m * tasks_.size() + t] =
          static_cast<float>(network::transformed(tasks_[t].transforms, values[m], wild_type));
    }
    first += static_cast<std::size_t>(tasks_[t].columns());
  }
  return scores;
}

void Readout::score(kernels::PackedView const& sequences, ForwardPass const& pass, std::span<ScoreFrame const> given,
                    device::Buffer<float>& scores) {
  expect(given.empty() || given.size() == tasks_.size(), "a Readout needs one frame a task");
  if (sequences.mutants == 0) return;
  if (is_plain_) {
    run_orientations(sequences, pass, scores.data());
    return;
  }
  auto const size = static_cast<std::size_t>(sequences.mutants * columns_);
  columns_memory_.reserve(*backend_, size);
  run_orientations(sequences, pass, columns_memory_.data());
  std::vector<float> columns(size);
  columns_memory_.copy_to(columns);
  std::vector<float> const values = finished(columns, sequences.mutants, given);
  scores.copy_from(values);
}

}  // namespace shoal::inference
