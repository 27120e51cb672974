// SPDX-License-Identifier: MIT
#include "variants/records/maps.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "exports/stored_surrogate.hpp"
#include "genome/codes.hpp"
#include "variants/records/alleles.hpp"

namespace shoal::variants {

namespace {

std::vector<std::string> contigs_of(std::vector<exports::TrackPiece> const& pieces) {
  std::set<std::string> contigs;
  for (exports::TrackPiece const& piece : pieces) contigs.insert(piece.contig);
  return {contigs.begin(), contigs.end()};
}

}  // namespace

VariantMaps::VariantMaps(exports::ExportSource const& source)
    : source_(&source),
      pieces_(exports::track_pieces(source, {})),
      contigs_(contigs_of(pieces_), "the store", "the variants") {}

bool VariantMaps::has_pairs() const {
  return exports::has_pairs(source_->method());
}

bool VariantMaps::has_curve() const {
  return exports::has_curve(source_->method());
}

VariantMaps::Locus VariantMaps::read(std::int64_t row) const {
  Locus locus;
  locus.row = source_->read(row);
  if (!has_pairs() && !has_curve()) return locus;
  attribution::MethodResult const& result = source_->result(locus.row.stored.row);
  locus.letters = exports::surrogate_letters(locus.row.sequence);
  locus.parameters = exports::stored_parameters(source_->method(), result, source_->length());
  locus.pairs_of.resize(locus.letters.size());
  for (std::size_t pair = 0; pair < locus.parameters.pairs.size(); ++pair) {
    locus.pairs_of[static_cast<std::size_t>(locus.parameters.pairs[pair].first)].push_back(pair);
    locus.pairs_of[static_cast<std::size_t>(locus.parameters.pairs[pair].second)].push_back(pair);
  }
  if (!has_curve()) return locus;
  locus.curve = exports::stored_curve(source_->method(), result);
  locus.reference_phi = locus.parameters.phi(locus.letters);
  return locus;
}

std::optional<std::vector<VariantMaps::Change>> VariantMaps::changes(genome::Variant const& variant,
                                                                     std::string const& alternative) const {
  std::int64_t const length = source_->length();
  exports::ExportedRow const& row = locus_->row;
  bool const reverse = row.locus.strand == '-';
  auto const oriented = [reverse](char letter) {
    int const code = genome::to_code(letter);
    return static_cast<std::uint8_t>(reverse ? 3 - code : code);
  };
  std::vector<Change> changes;
  for (std::size_t i = 0; i < alternative.size(); ++i) {
    std::int64_t const offset = variant.position + static_cast<std::int64_t>(i) - row.locus.start;
    if (offset < 0 || offset >= length) return std::nullopt;
    auto const position = static_cast<std::size_t>(reverse ? length - 1 - offset : offset);
    std::uint8_t const from = oriented(variant.reference[i]);
    if (row.sequence[position] != from) return std::nullopt;
    if (std::uint8_t const to = oriented(alternative[i]); to != from) changes.push_back({position, to});
  }
  return changes;
}

double VariantMaps::latent_effect(std::vector<Change> const& changes) const {
  surrogate::Parameters const& parameters = locus_->parameters;
  std::vector<std::uint8_t> letters = locus_->letters;
  std::set<std::size_t> pairs;  // each once, in a fixed order
  double effect = 0;
  for (Change const& change : changes) {
    std::uint8_t& letter = letters[change.position];
    effect +=
        parameters.additive[4 * change.position + change.base] - parameters.additive[4 * change.position + letter];
    letter = change.base;
    pairs.insert(locus_->pairs_of[change.position].begin(), locus_->pairs_of[change.position].end());
  }
  for (std::size_t const pair : pairs) {
    auto const value = [&](std::vector<std::uint8_t> const& sequence) {
      std::uint8_t const first = sequence[static_cast<std::size_t>(parameters.pairs[pair].first)];
      std::uint8_t const second = sequence[static_cast<std::size_t>(parameters.pairs[pair].second)];
      bool const known = first != surrogate::missing_letter && second != surrogate::missing_letter;
      return known ? parameters.pair_effects[16 * pair + 4 * first + second] : 0.0;
    };
    effect += value(letters) - value(locus_->letters);
  }
  return effect;
}

std::optional<StoreEffect> VariantMaps::effect(genome::Variant const& variant, std::string const& alternative) {
  if (alternative.size() != variant.reference.size()) return std::nullopt;
  if (!allele_objection(variant.reference, alternative).empty()) return std::nullopt;
  auto const contig = contigs_.find(variant.contig, "the variants");
  if (!contig) return std::nullopt;
  auto const after = std::partition_point(pieces_.begin(), pieces_.end(), [&](exports::TrackPiece const& piece) {
    return std::tie(piece.contig, piece.start) <= std::tie(*contig, variant.position);
  });
  if (after == pieces_.begin()) return std::nullopt;
  exports::TrackPiece const& piece = *std::prev(after);
  if (piece.contig != *contig || variant.position >= piece.end) return std::nullopt;
  if (!locus_ || locus_->row.index != piece.row) locus_ = read(piece.row);
  auto const changed = changes(variant, alternative);
  if (!changed) return std::nullopt;
  StoreEffect effect;
  auto const length = static_cast<std::size_t>(source_->length());
  for (Change const& change : *changed) {
    auto const at = [&](std::size_t base) { return locus_->row.map[base * length + change.position]; };
    effect.map += at(change.base) - at(locus_->row.sequence[change.position]);
  }
  if (!has_pairs() && !has_curve()) return effect;
  double const latent = latent_effect(*changed);
  if (has_pairs()) effect.pairwise = latent;
  if (has_curve()) {
    effect.response = locus_->curve(locus_->reference_phi + latent) - locus_->curve(locus_->reference_phi);
  }
  return effect;
}

}  // namespace shoal::variants
