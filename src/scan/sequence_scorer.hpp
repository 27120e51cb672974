// SPDX-License-Identifier: MIT
// Scores any sequences of one length with several networks.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "scan/scan.hpp"

namespace shoal::scan {

struct ScoringOptions {
  std::vector<NamedNetwork> networks;  // all of one input length; may be empty
  model::TaskSelection tasks;
  device::BackendKind backend = device::BackendKind::cpu;
  int device = 0;
  int threads = 1;
  std::int64_t batch = 0;
  kernels::Precision precision = kernels::Precision::f32;
};

class SequenceScorer {
 public:
  // Errors: config, for a task that is relative to a library, or networks of different lengths.
  explicit SequenceScorer(ScoringOptions const& options);

  std::int64_t length() const { return length_; }
  std::size_t tasks() const { return names_.size(); }
  // "MODEL" and "TASK" of every column, networks in order.
  std::vector<std::pair<std::string, std::string>> const& names() const { return names_; }
  // [sequences, tasks]. A sequence's scores depend on it alone.
  std::vector<float> score(std::span<genome::Codes const> sequences);

 private:
  void score_group(std::span<genome::Codes const> sequences, std::vector<std::size_t> const& group,
                   std::vector<float>& scores);

  std::unique_ptr<device::Backend> backend_;
  std::vector<model::Scorer> scorers_;
  std::vector<std::pair<std::string, std::string>> names_;
  std::int64_t length_ = 0;
};

}  // namespace shoal::scan
