// SPDX-License-Identifier: MIT
#include "scan/variant_maps.hpp"

#include <algorithm>
#include <tuple>

#include "genome/codes.hpp"
#include "scan/variant_alleles.hpp"

namespace shoal::scan {

VariantMaps::VariantMaps(store::ExportSource const& source)
    : source_(&source), pieces_(store::track_pieces(source, {})) {}

std::optional<double> VariantMaps::effect(genome::Variant const& variant, std::string const& alternative) {
  if (alternative.size() != variant.reference.size()) return std::nullopt;
  if (!allele_objection(variant.reference, alternative).empty()) return std::nullopt;
  auto const after = std::partition_point(pieces_.begin(), pieces_.end(), [&](store::TrackPiece const& piece) {
    return std::tie(piece.contig, piece.start) <= std::tie(variant.contig, variant.position);
  });
  if (after == pieces_.begin()) return std::nullopt;
  store::TrackPiece const& piece = *std::prev(after);
  if (piece.contig != variant.contig || variant.position >= piece.end) return std::nullopt;
  if (!row_ || row_->index != piece.row) row_ = source_->read(piece.row);
  std::int64_t const length = source_->length();
  bool const reverse = row_->locus.strand == '-';
  double effect = 0;
  for (std::size_t i = 0; i < alternative.size(); ++i) {
    std::int64_t const offset = variant.position + static_cast<std::int64_t>(i) - row_->locus.start;
    if (offset >= length) return std::nullopt;
    auto const position = static_cast<std::size_t>(reverse ? length - 1 - offset : offset);
    auto const oriented = [reverse](char letter) {
      int const code = genome::to_code(letter);
      return static_cast<std::size_t>(reverse ? 3 - code : code);
    };
    std::size_t const from = oriented(variant.reference[i]);
    if (row_->sequence[position] != from) return std::nullopt;
    auto const at = [&](std::size_t base) { return row_->map[base * static_cast<std::size_t>(length) + position]; };
    effect += at(oriented(alternative[i])) - at(from);
  }
  return effect;
}

}  // namespace shoal::scan
