// SPDX-License-Identifier: MIT
// Scores any sequences of one length with several networks.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "scan/variants.hpp"

namespace shoal::scan {

class VariantScorer {
 public:
  // Errors: config, as run_variants.
  explicit VariantScorer(VariantOptions const& options);

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
