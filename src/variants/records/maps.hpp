// SPDX-License-Identifier: MIT
// Effects of variants as predicted by what a store holds of a method.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "exports/tracks.hpp"
#include "genome/contig_names.hpp"
#include "genome/vcf_file.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::variants {

struct StoreEffect {
  // Sum over the allele's changed positions of the effect of that single change in the locus's sequence: the map in the
  // wild-type gauge. In the map's units.
  double map = 0;
  // phi(alternative) - phi(reference), with the effects of pairs of changed bases. Only for methods with pairs. The
  // same as `map` for a single base.
  std::optional<double> pairwise;
  // g(phi(alternative)) - g(phi(reference)), in units of the task's score. Only for methods with global epistasis.
  std::optional<double> response;
};

class VariantMaps {
 public:
  // `source`, in the wild-type gauge, outlives this object.
  explicit VariantMaps(exports::ExportSource const& source);

  exports::ExportSource const& source() const { return *source_; }
  bool has_pairs() const;
  bool has_curve() const;

  // A contig that the store only spells differently is taken for it. The effect of an allele of the reference's length,
  // from the locus whose middle is nearest among those that hold it whole (exports::track_pieces). Nothing if no done
  // locus holds it, or its sequence has another base there (N included). Errors: input, for a damaged row.
  std::optional<StoreEffect> effect(genome::Variant const& variant, std::string const& alternative);

 private:
  // A changed position in the locus's orientation, and the base that it has afterwards.
  struct Change {
    std::size_t position;
    std::uint8_t base;
  };
  // The row that was read last, because variants come sorted.
  struct Locus {
    exports::ExportedRow row;
    std::vector<std::uint8_t> letters;
    surrogate::Parameters parameters;                // in the store's gauge
    std::vector<std::vector<std::size_t>> pairs_of;  // [length], the pairs that a position is in
    std::function<double(double)> curve;
    double reference_phi = 0;  // with a curve
  };

  Locus read(std::int64_t row) const;
  // Nothing if the locus's sequence is not the reference there.
  std::optional<std::vector<Change>> changes(genome::Variant const& variant, std::string const& alternative) const;
  double latent_effect(std::vector<Change> const& changes) const;

  exports::ExportSource const* source_;
  std::vector<exports::TrackPiece> pieces_;  // sorted by contig and start
  genome::ContigNames contigs_;              // contigs of the pieces
  std::optional<Locus> locus_;
};

}  // namespace shoal::variants
