// SPDX-License-Identifier: MIT
#include "model/readout.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "model/principal_component.hpp"

namespace shoal::model {

namespace {

std::size_t mask_words(std::int32_t length) {
  return static_cast<std::size_t>((length + 63) / 64);
}

}  // namespace

Readout::Readout(device::Backend const& backend, Network const& network, std::vector<Task> tasks,
                 std::vector<kernels::Orientation> orientations)
    : backend_(&backend), tasks_(std::move(tasks)), orientations_(std::move(orientations)) {
  if (orientations_.empty()) orientations_.emplace_back();
  bool const has_one_orientation = orientations_.size() == 1 && orientations_.front() == kernels::Orientation{};
  for (Task& task : tasks_) {
    expect(reads_from(task, network), "a Readout's task is not in its network");
    if (!has_one_orientation && task.terms.empty()) task.terms = terms_of(network, task);
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

// Each task's columns → its score, on the host: the same bits whatever the backend that made the columns.
std::vector<float> Readout::finished(std::vector<float> const& columns, std::int64_t mutants) const {
  std::size_t const stride = static_cast<std::size_t>(columns_), rows = static_cast<std::size_t>(mutants);
  std::vector<float> scores(rows * tasks_.size());
  std::size_t first = 0;
  for (std::size_t t = 0; t < tasks_.size(); ++t) {
    Task const& task = tasks_[t];
    auto const width = static_cast<std::size_t>(task.columns());
    std::vector<double> values(rows);
    if (task.component) {
      std::vector<float> profiles(rows * width);
      for (std::size_t m = 0; m < rows; ++m) std::copy_n(&columns[m * stride + first], width, &profiles[m * width]);
      bool const on_host = backend_->kind() == device::BackendKind::cpu;
      values = first_component_scores(profiles, mutants, task.columns(), on_host ? backend_->cpu_space().threads : 1);
    } else {
      for (std::size_t m = 0; m < rows; ++m) values[m] = static_cast<double>(columns[m * stride + first]);
    }
    for (std::size_t m = 0; m < rows; ++m) {
      scores[m * tasks_.size() + t] = static_cast<float>(transformed(task.transforms, values[m], values[0]));
    }
    first += width;
  }
  return scores;
}

void Readout::score(kernels::PackedView const& sequences, ForwardPass const& pass, device::Buffer<float>& scores) {
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
  std::vector<float> const values = finished(columns, sequences.mutants);
  scores.copy_from(values);
}

}  // namespace shoal::model
