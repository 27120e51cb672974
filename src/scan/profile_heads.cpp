// SPDX-License-Identifier: MIT
#include "scan/profile_heads.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "network/head_text.hpp"

namespace shoal::scan {

namespace {

constexpr std::int64_t most_values = 1'000'000;

// How far apart neighbouring positions of a node's value are, as a fraction of bases; 0: unknown.
struct Spacing {
  std::int64_t bases = 0;
  std::int64_t positions = 1;
};

// The spacing of a layer's positions, from that of its input.
struct Spread {
  Spacing spacing;  // spacing of the input
  std::int64_t input_positions = 0;
  std::int64_t output_positions = 0;

  Spacing times(std::int64_t stride) const { return {spacing.bases * stride, spacing.positions}; }
  Spacing operator()(network::Conv1D const& layer) const { return times(layer.stride); }
  Spacing operator()(network::Pool const& layer) const { return times(layer.stride); }
  Spacing operator()(network::ConvTranspose1D const& layer) const {
    return {spacing.bases, spacing.positions * layer.stride};
  }
  Spacing operator()(network::Slice const& layer) const {
    return layer.axis == network::Axis::channels ? spacing : times(std::abs(layer.step));
  }
  Spacing operator()(network::Pad const&) const { return spacing; }
  template <class Layer>
  Spacing operator()(Layer const&) const {
    if (output_positions == input_positions) return spacing;
    // Positions that are repeated a whole number of times.
    bool const repeats = input_positions > 1 && output_positions % input_positions == 0;
    return repeats ? Spacing{spacing.bases, spacing.positions * (output_positions / input_positions)} : Spacing{};
  }
};

std::int64_t bases_per_position(network::Network const& network, int node) {
  std::vector<Spacing> spacings{{1, 1}};
  for (std::size_t i = 1; i <= static_cast<std::size_t>(node); ++i) {
    network::Node const& each = network.nodes[i];
    Spacing found;
    // The first input that comes from the sequence, because constants have no positions of their own.
    for (int const from : each.inputs) {
      Spacing const before = spacings[static_cast<std::size_t>(from)];
      if (before.bases == 0) continue;
      found = std::visit(
          Spread{before, network.nodes[static_cast<std::size_t>(from)].shape.positions, each.shape.positions},
          each.layer);
      break;
    }
    spacings.push_back(found);
  }
  Spacing const last = spacings[static_cast<std::size_t>(node)];
  return last.bases % last.positions == 0 ? last.bases / last.positions : 0;
}

// The task of one position, made from that of the sum over all positions.
network::Task task_at(network::Task const& sum, std::int64_t position) {
  network::Task task = sum;
  for (network::TaskTerm& term : task.terms) {
    term.part.first_position += position;
    term.part.positions = 1;
  }
  return task;
}

[[noreturn]] void refuse_reduction(std::string const& reduction) {
  fail(ErrorCode::config,
       fmt::format("{} makes one number of a profile, but whole profiles are asked for: leave it out", reduction));
}

}  // namespace

ProfileSelection select_profiles(network::Network const& network, network::TaskSelection const& selection) {
  if (!(selection.reduction == network::ProfileReduction{})) {
    refuse_reduction("--reduce " + network::to_string(selection.reduction));
  }
  network::Network const& named = network.members.empty() ? network : *network.members.front();
  for (std::string const& head : selection.heads) {
    if (network::parse_head_text(named, head, {}).heads != head) refuse_reduction("--head " + head);
  }
  network::TaskSelection sums = selection;
  sums.reduction.reducer = network::Reducer::sum;
  std::size_t const ending = network::suffix(sums.reduction).size();
  ProfileSelection made;
  for (network::Task const& sum : network::select_tasks(network, sums)) {
    ProfileHead head{.name = sum.name.substr(0, sum.name.size() - ending),
                     .positions = sum.terms.front().part.positions,
                     .bases_per_position = bases_per_position(network, sum.terms.front().node)};
    for (network::TaskTerm const& term : sum.terms) {
      if (term.part.positions == head.positions) continue;
      fail(ErrorCode::config, fmt::format("head {} of {} is made of profiles of {} and of {} positions",
                                          quoted(head.name), network.source, head.positions, term.part.positions));
    }
    if (static_cast<std::int64_t>(made.tasks.size()) + head.positions > most_values) {
      fail(ErrorCode::config, fmt::format("the profiles of {} have more than {} values per sequence: choose heads and "
                                          "tracks with --head NAME:TRACK",
                                          network.source, most_values));
    }
    for (std::int64_t position = 0; position < head.positions; ++position) {
      made.tasks.push_back(task_at(sum, position));
    }
    made.heads.push_back(std::move(head));
  }
  return made;
}

}  // namespace shoal::scan
