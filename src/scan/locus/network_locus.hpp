// SPDX-License-Identifier: MIT
// A locus as one network sees it: all of its window, or the part around the same anchor that a shorter network reads.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "attribution/library_letters.hpp"
#include "genome/window_part.hpp"
#include "library/library.hpp"
#include "scan/locus/rows.hpp"

namespace shoal::scan {

// The coordinates, sequence and identity are those that the locus has in a scan of windows of the network's own length.
class NetworkLocus {
 public:
  // `whole` outlives this object; without `part` it is all of it.
  NetworkLocus(LocusJob const& whole, std::optional<genome::WindowPart> const& part);

  LocusJob const& whole() const { return *whole_; }
  genome::Codes const& sequence() const { return part_ ? sequence_ : whole_->sequence; }
  bool has_known_bases() const;
  std::uint64_t identity() const { return identity_; }
  std::int64_t length() const { return static_cast<std::int64_t>(sequence().size()); }
  bool is_whole() const { return !part_; }
  // The part of a library of the whole locus that the network sees. Only for a part.
  library::Library part_of(library::Library const& library) const;
  // The locus's library by a design, as the network sees it; it is drawn for the whole locus.
  library::Library make_library(device::Backend const& backend, library::Design const& design) const;

 private:
  LocusJob const* whole_;
  std::optional<genome::WindowPart> part_;
  genome::Codes sequence_;  // the locus of the part
  std::uint64_t identity_;
};

// A library with its letters, unpacked once for all surrogates that are fitted to it.
struct MutantSet {
  explicit MutantSet(library::Library made) : mutants(std::move(made)), letters(mutants) {}
  MutantSet(MutantSet const&) = delete;
  MutantSet& operator=(MutantSet const&) = delete;

  library::Library mutants;
  attribution::LibraryLetters letters;
};

// A locus's library, drawn once, and the parts of it that networks see: one part for all networks of a length.
class LocusLibrary {
 public:
  explicit LocusLibrary(library::Library whole) : whole_(std::move(whole)) {}
  // Cut when it is asked for the first time.
  MutantSet& seen_by(NetworkLocus const& locus);

 private:
  MutantSet whole_;
  std::map<std::int64_t, std::unique_ptr<MutantSet>> parts_;
};

}  // namespace shoal::scan
