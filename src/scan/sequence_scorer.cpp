// SPDX-License-Identifier: MIT
#include "scan/sequence_scorer.hpp"

#include <fmt/core.h>

#include <map>

#include "base/error.hpp"
#include "device/make_backend.hpp"
#include "kernels/library/packed.hpp"
#include "scan/named_tasks.hpp"

namespace shoal::scan {

namespace {

// Positions of the N.
std::vector<std::uint32_t> unknown_positions(genome::Codes const& sequence) {
  std::vector<std::uint32_t> positions;
  for (std::size_t position = 0; position < sequence.size(); ++position) {
    if (sequence[position] == kernels::code_n) positions.push_back(static_cast<std::uint32_t>(position));
  }
  return positions;
}

}  // namespace

// The network's tasks; their names and heads are noted.
std::vector<network::Task> SequenceScorer::select(NamedNetwork const& named, ScoringOptions const& options) {
  ProfileSelection selection;
  if (options.profiles) {
    selection = select_profiles(*named.network, options.tasks);
  } else {
    selection.tasks = tasks_of(named, options.tasks);
    for (network::Task const& task : selection.tasks) selection.heads.push_back({.name = task.name});
  }
  for (network::Task const& task : selection.tasks) {
    if (!task.is_relative()) continue;
    fail(ErrorCode::config,
         fmt::format("task {} is relative to a library of mutants, which there is not here", task.name));
  }
  for (ProfileHead const& head : selection.heads) {
    names_.emplace_back(named.name, head.name);
    heads_.push_back(head);
  }
  columns_ += selection.tasks.size();
  return selection.tasks;
}

SequenceScorer::SequenceScorer(ScoringOptions const& options)
    : backend_(device::make_backend(options.backend, options.threads, options.device)) {
  for (NamedNetwork const& named : options.networks) {
    auto tasks = select(named, options);
    std::int64_t const length = named.network->input_length();
    if (length_ == 0) length_ = length;
    if (length != length_) {
      fail(ErrorCode::config,
           fmt::format("the networks read {} and {} bases: score them one after the other", length_, length));
    }
    scorers_.emplace_back(*backend_, named.network, std::move(tasks), options.batch, options.tasks.orientations,
                          options.precision);
  }
}

std::vector<float> SequenceScorer::score(std::span<genome::Codes const> sequences) {
  // A packed library has one mask of N for all of its rows.
  std::map<std::vector<std::uint32_t>, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < sequences.size(); ++i) groups[unknown_positions(sequences[i])].push_back(i);
  std::vector<float> scores(sequences.size() * columns());
  for (auto const& [positions, group] : groups) score_group(sequences, group, scores);
  return scores;
}

void SequenceScorer::score_group(std::span<genome::Codes const> sequences, std::vector<std::size_t> const& group,
                                 std::vector<float>& scores) {
  std::vector<std::uint8_t> codes;
  for (std::size_t const i : group) codes.insert(codes.end(), sequences[i].begin(), sequences[i].end());
  auto const packed = library::explicit_library(*backend_, codes, static_cast<std::int64_t>(group.size()),
                                                static_cast<std::int32_t>(length_));
  std::size_t column = 0;
  for (inference::Scorer& scorer : scorers_) {
    std::size_t const width = scorer.tasks().size();
    device::Buffer<float> buffer(*backend_, group.size() * width);
    scorer.score(packed.view(), buffer);
    std::vector<float> const found = buffer.to_host();
    for (std::size_t row = 0; row < group.size(); ++row) {
      for (std::size_t task = 0; task < width; ++task) {
        scores[group[row] * columns() + column + task] = found[row * width + task];
      }
    }
    column += width;
  }
}

}  // namespace shoal::scan
