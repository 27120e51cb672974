// SPDX-License-Identifier: MIT
// Random numbers of backgrounds and noise, made on the host: the same on every backend.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::attribution {

// Uniform 64-bit integers of one item (a background, a noisy copy) of one locus: Philox keyed by (seed and purpose,
// locus, item), in the order of the draws. The purpose keeps them apart from the library's.
class Draws {
 public:
  enum class Purpose : std::uint64_t { backgrounds = 1, noise = 2 };

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

// The standard normal quantile of (u + 1/2) / 2^52 with u the upper 52 bits of `uniform`: algorithm AS 241 (PPND16,
// Wichura 1988), in double precision to about 1e-16.
double normal_from(std::uint64_t uniform);

// Codes [length] with the dinucleotides of `sequence` in another order: every run of known bases is a random one, all
// equally probable, of the sequences with the run's first and last base and its count of every dinucleotide (Altschul
// and Erickson, Mol. Biol. Evol. 1985). N stays where it is.
std::vector<std::uint8_t> shuffled_dinucleotides(std::span<std::uint8_t const> sequence, Draws& draws);

}  // namespace shoal::attribution
