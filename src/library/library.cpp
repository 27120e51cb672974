// SPDX-License-Identifier: MIT
#include "library/library.hpp"

#include <fmt/core.h>

#include <limits>

#include "base/error.hpp"
#include "kernels/forward/cut.hpp"
#include "kernels/library/mutate.hpp"
#include "library/combinations.hpp"
#include "library/context_library.hpp"
#include "library/mutant_sampling.hpp"
#include "library/pack.hpp"

namespace shoal::library {

namespace {

std::int32_t checked_length(std::size_t length) {
  expect(length > 0 && length <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
         "a library needs sequences of 1 to 2147483647 bases");
  return static_cast<std::int32_t>(length);
}

// Rows 1 and following of a library, to be written by a kernel that reads the wild type in row 0.
kernels::MutablePackedView rows_after_wild_type(Library& library) {
  kernels::MutablePackedView view = library.mutable_view();
  view.words += kernels::words_per_row(view.length);
  view.mutants -= 1;
  return view;
}

// Position of the first base that is N in one of two sequences only, or the length.
std::size_t first_mask_difference(std::span<std::uint8_t const> codes, std::span<std::uint8_t const> other) {
  std::size_t position = 0;
  while (position < codes.size() && (codes[position] == kernels::code_n) == (other[position] == kernels::code_n)) {
    ++position;
  }
  return position;
}

}  // namespace

Library::Library(device::Backend const& backend, std::int64_t mutants, std::int32_t length,
                 std::span<std::uint8_t const> wild_type)
    : backend_(&backend), mutants_(mutants), length_(length) {
  expect(mutants >= 1 && length >= 1, "a library needs a row and a base at least");
  expect(wild_type.size() == static_cast<std::size_t>(length), "a wild type of another length than its library");
  auto const words = static_cast<std::size_t>(kernels::words_per_row(length));
  std::vector<std::uint64_t> row(words);
  pack_row(wild_type, row);
  words_ = device::Buffer<std::uint64_t>(backend, static_cast<std::size_t>(mutants) * words);
  words_.copy_from(row);
  std::vector<std::uint64_t> const mask = unknown_mask(wild_type);
  if (!mask.empty()) unknown_ = device::Buffer<std::uint64_t>(backend, std::span(mask));
}

kernels::PackedView Library::view() const {
  return {words_.data(), unknown_.data(), mutants_, length_};
}

kernels::MutablePackedView Library::mutable_view() {
  return {words_.data(), unknown_.data(), mutants_, length_};
}

std::vector<std::uint8_t> Library::codes() const {
  std::vector<std::uint64_t> const words = words_.to_host();
  std::vector<std::uint64_t> const unknown =
      unknown_.data() == nullptr ? std::vector<std::uint64_t>() : unknown_.to_host();
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(mutants_ * length_));
  auto code = codes.begin();
  for (std::int64_t mutant = 0; mutant < mutants_; ++mutant) {
    std::uint64_t const* row = words.data() + mutant * kernels::words_per_row(length_);
    for (std::int32_t position = 0; position < length_; ++position, ++code) {
      bool const is_unknown = !unknown.empty() && kernels::mask_bit(unknown.data(), position);
      *code = is_unknown ? kernels::code_n : static_cast<std::uint8_t>(kernels::packed_code(row, position));
    }
  }
  return codes;
}

Library Library::part(std::int32_t first, std::int32_t length) const {
  expect(first >= 0 && length >= 1 && first <= length_ - length, "a part of a library does not lie in its rows");
  std::vector<std::uint64_t> row(static_cast<std::size_t>(kernels::words_per_row(length_)));
  backend_->copy_to_host(row.data(), words_.data(), row.size() * sizeof(std::uint64_t));
  std::vector<std::uint64_t> const unknown =
      unknown_.data() == nullptr ? std::vector<std::uint64_t>() : unknown_.to_host();
  std::vector<std::uint8_t> wild_type;
  for (std::int32_t position = first; position < first + length; ++position) {
    bool const is_unknown = !unknown.empty() && kernels::mask_bit(unknown.data(), position);
    wild_type.push_back(is_unknown ? kernels::code_n
                                   : static_cast<std::uint8_t>(kernels::packed_code(row.data(), position)));
  }
  Library part(*backend_, mutants_, length, wild_type);
  device::dispatch(*backend_, [&](auto const& space) { kernels::cut_rows(space, view(), first, part.mutable_view()); });
  return part;
}

Library random_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                       std::span<std::uint8_t const> wild_type) {
  design.validate(static_cast<std::int64_t>(wild_type.size()));
  Library library(backend, design.mutants, checked_length(wild_type.size()), wild_type);
  HostSampling host = make_sampling(design, locus_identity, wild_type);
  device::Buffer<std::int32_t> const sites(backend, std::span<std::int32_t const>(host.sites));
  device::Buffer<std::uint64_t> const thresholds(backend, std::span<std::uint64_t const>(host.thresholds));
  host.sampling.sites = sites.data();
  host.sampling.count_thresholds = thresholds.data();
  device::dispatch(backend, [&](auto const& space) {
    kernels::random_mutants(space, host.sampling, library.view().words, 1, rows_after_wild_type(library));
  });
  return library;
}

Library make_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                     std::span<std::uint8_t const> wild_type) {
  switch (design.kind) {
    case DesignKind::random:
      break;
    case DesignKind::combinatorial:
      design.validate(static_cast<std::int64_t>(wild_type.size()));
      return combinatorial_library(backend, design, locus_identity, wild_type);
    case DesignKind::context:
    case DesignKind::inter_window:
      return context_library(backend, design, locus_identity, wild_type);
  }
  return random_library(backend, design, locus_identity, wild_type);
}

Library single_substitutions(device::Backend const& backend, std::span<std::uint8_t const> wild_type) {
  std::int32_t const length = checked_length(wild_type.size());
  std::vector<std::int32_t> const known = known_sites(wild_type, 0, length);
  Library library(backend, 3 * static_cast<std::int64_t>(known.size()) + 1, length, wild_type);
  device::Buffer<std::int32_t> const sites(backend, std::span(known));
  device::dispatch(backend, [&](auto const& space) {
    kernels::single_substitutions(space, sites.data(), library.view().words, rows_after_wild_type(library));
  });
  return library;
}

Library explicit_library(device::Backend const& backend, std::span<std::uint8_t const> codes, std::int64_t count,
                         std::int32_t length) {
  expect(
      count >= 1 && length >= 1 && codes.size() == static_cast<std::size_t>(count) * static_cast<std::size_t>(length),
      "explicit sequences need count times length base codes, at least one of each");
  auto const bases = static_cast<std::size_t>(length);
  auto const words = static_cast<std::size_t>(kernels::words_per_row(length));
  std::span<std::uint8_t const> const first = codes.first(bases);
  std::vector<std::uint64_t> packed(static_cast<std::size_t>(count) * words);
  for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
    std::span<std::uint8_t const> const sequence = codes.subspan(row * bases, bases);
    if (std::size_t const position = first_mask_difference(sequence, first); position < bases) {
      fail(ErrorCode::config, fmt::format("sequence {} and sequence 1 differ in N at position {}: sequences scored "
                                          "together need their N at the same positions; split or trim them",
                                          row + 1, position + 1));
    }
    pack_row(sequence, std::span(packed).subspan(row * words, words));
  }
  Library library(backend, count, length, first);
  backend.copy_from_host(library.mutable_view().words, packed.data(), packed.size() * sizeof(std::uint64_t));
  return library;
}

}  // namespace shoal::library
