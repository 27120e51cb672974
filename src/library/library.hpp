// SPDX-License-Identifier: MIT
// Mutant libraries: packed sequences around a wild type, made on the backend from (seed, design, locus) alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/library/packed.hpp"
#include "library/design.hpp"

namespace shoal::library {

// Packed sequences in a backend's memory, with the mask of unknown bases that they share.
class Library {
 public:
  Library(device::Backend const& backend, std::int64_t mutants, std::int32_t length,
          std::span<std::uint8_t const> wild_type);

  kernels::PackedView view() const;
  kernels::MutablePackedView mutable_view();
  std::int64_t mutants() const { return mutants_; }
  std::int32_t length() const { return length_; }
  // Codes [mutants, length] on the host, with N restored: for tests, exports and for looking at a library.
  std::vector<std::uint8_t> codes() const;
  // Positions first, first + 1, …, first + length - 1 of every row as a library of their own, with the mask of N there;
  // rows that differ elsewhere only become equal. Errors: internal, when they do not lie in the rows.
  Library part(std::int32_t first, std::int32_t length) const;

 private:
  device::Backend const* backend_;
  std::int64_t mutants_;
  std::int32_t length_;
  device::Buffer<std::uint64_t> words_;
  device::Buffer<std::uint64_t> unknown_;  // empty when there is no N
};

// The library of one locus by its design, of whatever kind. Row 0 is always the wild type. Depends on (design,
// locus identity, wild type) and nothing else; bit-identical on every backend. Designs other than `random` are made on
// the host and copied. Errors: config, for a design that has no meaning here; numeric, for a combinatorial window with
// N.
Library make_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                     std::span<std::uint8_t const> wild_type);

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
