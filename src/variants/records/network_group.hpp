// SPDX-License-Identifier: MIT
// Networks of one input length: the windows that they read of a block of records, and what alleles change in their
// scores.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "genome/genome_file.hpp"
#include "scan/sequence_scorer.hpp"
#include "variants/records/block.hpp"
#include "variants/records/profile_change.hpp"

namespace shoal::variants {

// What all groups have in common.
struct GroupOptions {
  std::vector<bool> strands;    // that are scored, in the order of the columns: whether each is the reverse one
  bool largest_change = false;  // profiles are compared, instead of scores
  ChangeOptions change;         // how, where they are
};

class NetworkGroup {
 public:
  // Errors: those of SequenceScorer.
  NetworkGroup(scan::ScoringOptions const& scoring, GroupOptions options);

  // Tasks or heads on one strand.
  std::size_t names() const { return scorer_.names().size(); }
  scan::SequenceScorer const& scorer() const { return scorer_; }

  // Takes the windows of an allele of the record that is about to be the block's number `record`. Returns why there are
  // none (AlleleWindows::skipped), or nothing. The windows of a record's reference are taken once.
  std::string take(genome::GenomeFile& genome, genome::Variant const& variant, std::size_t allele, std::size_t record);

  // The bytes of all windows taken and of their scores.
  std::size_t bytes() const;

  // Scores what was taken and writes it into the block's effects. Column `first + s * all_names + n` is name n on
  // strand s. Nothing is kept.
  void score_into(Block& block, std::size_t first, std::size_t all_names);

 private:
  struct Taken {
    std::size_t record;
    std::size_t allele;
    std::size_t reference;    // the places of their windows on the first strand; the other strands' follow
    std::size_t alternative;  //
  };
  std::size_t add_window(genome::Codes const& window);
  // What the two profiles of a head differ by; `scores` are those of one window each, from the head on.
  std::optional<ProfileChange> change_of(scan::ProfileHead const& head, bool is_reverse, float const* reference,
                                         float const* alternative, AllelePlace const& place) const;

  GroupOptions options_;
  scan::SequenceScorer scorer_;
  std::vector<genome::Codes> windows_;
  std::vector<Taken> taken_;
};

}  // namespace shoal::variants
