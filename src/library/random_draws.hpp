// SPDX-License-Identifier: MIT
// Random numbers of what is made on the host (contexts, shuffled backgrounds, noise): the same on every backend.
#pragma once

#include <cstdint>

namespace shoal::library {

// Uniform 64-bit integers of one item (a mutant, a background, a noisy copy) of one locus: Philox keyed by (seed and
// purpose, locus, item), in the order of the draws. The purpose keeps them apart from each other and from the random
// library's.
class Draws {
 public:
  enum class Purpose : std::uint64_t {
    backgrounds = 1,
    noise = 2,
    contexts = 3,       // contexts of a library's mutants
    order = 4,          // order of a combinatorial library's rows
    second_window = 5,  // the identity with which its mutations are drawn
    genotypes = 6,      // genotypes of diploid libraries
    global_contexts = 7,
    motif_letters = 8,    // choice of ambiguous letters
    scrambled_motif = 9,  // controls
    global_mutants = 10,
    destroyed_sites = 11,
    control_places = 12,
    site_backgrounds = 13,
  };

  Draws(std::uint64_t seed, Purpose purpose, std::uint64_t locus, std::uint32_t item);

  std::uint64_t next();
  // An integer in [0, bound).
  std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t key_, locus_;
  std::uint32_t item_, draw_ = 0;
  std::uint64_t kept_ = 0;
  bool has_kept_ = false;
};

}  // namespace shoal::library
