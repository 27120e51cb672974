// SPDX-License-Identifier: MIT
// Scores any sequences of one length with several networks.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/make_backend.hpp"
#include "scan/profile_heads.hpp"
#include "scan/scan_options.hpp"

namespace shoal::scan {

struct ScoringOptions {
  std::vector<NamedNetwork> networks;  // all of one input length; may be empty
  network::TaskSelection tasks;
  bool profiles = false;  // every position of every head (scan/profile_heads.hpp), instead of one number per task
  device::BackendKind backend = device::BackendKind::cpu;
  device::DeviceShare device = {};
  int threads = 1;
  std::int64_t batch = 0;
  kernels::Precision precision = kernels::Precision::f32;
};

class SequenceScorer {
 public:
  // Errors: config, for a task that is relative to a library, or networks of different lengths; those of
  // select_profiles.
  explicit SequenceScorer(ScoringOptions const& options);

  std::int64_t length() const { return length_; }
  // How many numbers per sequence: the tasks, or with `profiles` the positions of all heads.
  std::size_t columns() const { return columns_; }
  // "MODEL" and "TASK" of every task or head, networks in order.
  std::vector<std::pair<std::string, std::string>> const& names() const { return names_; }
  // One per name, in order: with `profiles` the heads, otherwise tasks of one position.
  std::vector<ProfileHead> const& heads() const { return heads_; }
  // [sequences, columns]. The scores of a sequence depend on that sequence alone.
  std::vector<float> score(std::span<genome::Codes const> sequences);

 private:
  std::vector<network::Task> select(NamedNetwork const& named, ScoringOptions const& options);
  void score_group(std::span<genome::Codes const> sequences, std::vector<std::size_t> const& group,
                   std::vector<float>& scores);

  std::unique_ptr<device::Backend> backend_;
  std::vector<inference::Scorer> scorers_;
  std::vector<std::pair<std::string, std::string>> names_;
  std::vector<ProfileHead> heads_;
  std::size_t columns_ = 0;
  std::int64_t length_ = 0;
};

}  // namespace shoal::scan
