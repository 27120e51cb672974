// SPDX-License-Identifier: MIT
// Contexts by number, and motifs in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "global/experiment/arrangements.hpp"
#include "library/context.hpp"

namespace shoal::global {

// Puts `letters` in motif coordinates into `sequence`, reverse complemented for '-'; N leaves the base that is there.
void put_motif(std::vector<std::uint8_t> letters, char orientation, std::int64_t position, genome::Codes& sequence);

class GlobalContexts {
 public:
  // Reads the sequences that contexts come from, if there are any. Errors: input, as LocusTable, and when they have
  // another length or no known base.
  GlobalContexts(GlobalOptions const& options, std::int64_t length);

  // Context number `item` of a stream of them (0: for effects; 1 …: for libraries), without N.
  genome::Codes context(std::uint64_t stream, std::uint32_t item) const;
  // The sequence of every arm in context `item` of stream 0, in order. Ambiguous letters and controls are drawn once
  // per context and motif, so that all arms have the same.
  std::vector<genome::Codes> arms(Arrangements const& arrangements, std::uint32_t item) const;
  // Digest of the sequences; empty for uniform contexts.
  std::string const& digest() const { return digest_; }

 private:
  void read_sources();
  void fill_unknown(genome::Codes& sequence, library::Draws& draws) const;
  std::vector<std::uint8_t> letters_of(Insert const& insert, std::uint32_t item) const;

  GlobalOptions const& options_;
  std::int64_t length_;
  std::vector<genome::Codes> sources_;        // as many as contexts can use
  library::BaseCounts counts_{};              // over all sequences
  std::vector<library::BaseCounts> profile_;  // at each position
  std::string digest_;
};

}  // namespace shoal::global
