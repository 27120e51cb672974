// SPDX-License-Identifier: MIT
// Mutant libraries: packed sequences around a wild type, made on the backend from (seed, design, locus) alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/packed.hpp"

namespace shoal::library {

// How many sites of a mutant change. n = sites in the window that are not N; ceil takes a product within 1e-9
// (relative) of a whole number for that number, so that 0.1 * 30 = 3.0000000000000004 means 3, and gives 1 at least for
// n > 0.
enum class MutationLaw {
  poisson,    // Poisson(ceil(rate * n)), clipped to n: squid-nn
  fixed,      // exactly ceil(rate * n)
  bernoulli,  // every site on its own with probability `rate`
};

MutationLaw parse_mutation_law(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(MutationLaw law);

// What determines a random library, the locus apart.
struct Design {
  std::int64_t mutants = 20000;  // rows, the wild type (row 0) included; at most 2^32
  double rate = 0.1;             // of the window's sites that are not N; 0 < rate <= 1
  MutationLaw law = MutationLaw::poisson;
  std::int64_t window_start = 0;  // half-open window in the sequence's own orientation
  std::int64_t window_stop = -1;  // -1: to the end
  std::uint64_t seed = 0;

  // Errors: config, naming the option, for a design that makes no sense at this sequence length.
  void validate(std::int64_t length) const;
};

// Packed sequences in a backend's memory, with the mask of unknown bases that they share.
class Library {
 public:
  Library(device::Backend const& backend, std::int64_t mutants, std::int32_t length,
          std::span<std::uint8_t const> wild_type);

  kernels::PackedView view() const;
  kernels::MutablePackedView mutable_view();
  std::int64_t mutants() const { return mutants_; }
  std::int32_t length() const { return length_; }
  // Codes [mutants, length] on the host, N restored: for tests, exports and looking at a library.
  std::vector<std::uint8_t> codes() const;

 private:
  device::Backend const* backend_;
  std::int64_t mutants_;
  std::int32_t length_;
  device::Buffer<std::uint64_t> words_;
  device::Buffer<std::uint64_t> unknown_;  // empty when there is no N
};

// The random library of one locus: row 0 the wild type, rows 1… mutants. A drawn mutation always changes the base.
// Depends on (design, locus identity, wild type) and nothing else; bit-identical on every backend.
Library random_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                       std::span<std::uint8_t const> wild_type);

// All single substitutions, for in-silico mutagenesis: row 0 the wild type, then for every position that is not N, in
// order, its three other bases in A, C, G, T order. 3n + 1 rows for n known positions.
Library single_substitutions(device::Backend const& backend, std::span<std::uint8_t const> wild_type);

// Any sequences [count, length] as a library. A position is N in all rows or in none (errors: config otherwise).
Library explicit_library(device::Backend const& backend, std::span<std::uint8_t const> codes, std::int64_t count,
                         std::int32_t length);

}  // namespace shoal::library
