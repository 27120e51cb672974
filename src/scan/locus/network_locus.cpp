// SPDX-License-Identifier: MIT
#include "scan/locus/network_locus.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::scan {

NetworkLocus::NetworkLocus(LocusJob const& whole, std::optional<genome::WindowPart> const& part)
    : whole_(&whole), part_(part), identity_(whole.identity) {
  if (!part_) return;
  sequence_ = genome::part_of(whole.sequence, *part_, whole.locus.strand);
  identity_ = genome::locus_identity(genome::part_of(whole.locus, *part_), sequence_);
}

bool NetworkLocus::has_known_bases() const {
  return std::any_of(sequence().begin(), sequence().end(), [](auto code) { return code < kernels::code_n; });
}

library::Library NetworkLocus::part_of(library::Library const& library) const {
  expect(part_.has_value(), "a network that reads the whole window has no part of it");
  auto const first = genome::oriented_start(*part_, library.length(), whole_->locus.strand);
  return library.part(static_cast<std::int32_t>(first), static_cast<std::int32_t>(part_->length));
}

library::Library NetworkLocus::make_library(device::Backend const& backend, library::Design const& design) const {
  auto made = library::make_library(backend, design, whole_->identity, whole_->sequence);
  return part_ ? part_of(made) : std::move(made);
}

MutantSet& LocusLibrary::seen_by(NetworkLocus const& locus) {
  if (locus.is_whole()) return whole_;
  auto& part = parts_[locus.length()];
  if (part == nullptr) part = std::make_unique<MutantSet>(locus.part_of(whole_.mutants));
  return *part;
}

}  // namespace shoal::scan
