// SPDX-License-Identifier: MIT
// Effects of variants as a store's map predicts them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genome/vcf_file.hpp"
#include "store/export_tracks.hpp"

namespace shoal::scan {

class VariantMaps {
 public:
  // `source` outlives this object.
  explicit VariantMaps(store::ExportSource const& source);

  // Sum over the allele's changed positions of the map at the new base minus the map at the reference's, in the map's
  // units; alleles of the reference's length only, whole in the locus whose middle is nearest (store::track_pieces).
  // Nothing: no done locus holds it, or its sequence has another base there (N included).
  std::optional<double> effect(genome::Variant const& variant, std::string const& alternative);

 private:
  store::ExportSource const* source_;
  std::vector<store::TrackPiece> pieces_;  // sorted by contig and start
  std::optional<store::ExportedRow> row_;  // the row read last: variants come sorted
};

}  // namespace shoal::scan
