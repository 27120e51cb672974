// SPDX-License-Identifier: MIT
#include "global/experiment/pattern_surrogate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "genome/codes.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::global {

using library::Draws;

std::vector<Pattern> global_patterns(GlobalOptions const& options) {
  std::vector<Pattern> patterns;
  for (MotifPair const pair : options.pairs) patterns.push_back({patterns.size(), {pair.upstream, pair.downstream}});
  if (!patterns.empty()) return patterns;
  for (std::size_t motif = 0; motif < options.motifs.size(); ++motif) patterns.push_back({motif, {motif}});
  return patterns;
}

PatternLibrary::PatternLibrary(GlobalOptions const& options, GlobalContexts const& contexts, Pattern pattern,
                               std::int64_t length)
    : options_(options), contexts_(contexts), pattern_(std::move(pattern)), length_(length) {
  if (pattern_.motifs.size() == 1) {
    orientations_ = {"+", "-"};
  } else {
    orientations_ = options.orientations;
    spacings_ = options.last_spacing - options.first_spacing + 1;
  }
}

std::string PatternLibrary::name() const {
  std::string name = options_.motifs[pattern_.motifs[0]].name;
  if (pattern_.motifs.size() == 2) name += ":" + options_.motifs[pattern_.motifs[1]].name;
  return name;
}

std::vector<std::string> PatternLibrary::sites() const {
  std::vector<std::string> sites;
  for (std::size_t const number : pattern_.motifs) {
    library::Motif const& motif = options_.motifs[number];
    for (std::int32_t base = 0; base < motif.length(); ++base) sites.push_back(fmt::format("{}[{}]", motif.name, base));
  }
  if (orientations_.size() > 1) sites.emplace_back("orientation");
  if (spacings_ > 1) sites.emplace_back("spacing");
  return sites;
}

int PatternLibrary::alphabet() const {
  return static_cast<int>(std::max<std::int64_t>({4, static_cast<std::int64_t>(orientations_.size()), spacings_}));
}

std::vector<std::uint8_t> PatternLibrary::mutated(library::Motif const& motif, Draws& draws) const {
  constexpr double two_to_64 = 18446744073709551616.0;
  bool const always = options_.rate >= 1;
  std::uint64_t const threshold = always ? 0 : static_cast<std::uint64_t>(options_.rate * two_to_64);
  auto letters = library::draw_motif(motif, draws);
  for (std::uint8_t& letter : letters) {
    if (letter == kernels::code_n) continue;
    if (draws.next() < threshold || always) letter = static_cast<std::uint8_t>((letter + 1 + draws.below(3)) % 4);
  }
  return letters;
}

std::int64_t PatternLibrary::start_of(std::size_t place, std::int64_t spacing) const {
  library::Motif const& first = options_.motifs[pattern_.motifs[0]];
  if (pattern_.motifs.size() == 1) return single_positions(options_, first, length_)[0];
  std::int64_t const start = pair_start(options_, {pattern_.motifs[0], pattern_.motifs[1]}, spacing, length_);
  return place == 0 ? start : start + first.length() + spacing;
}

void PatternLibrary::add_arrangement(std::size_t orientation, std::int64_t spacing,
                                     std::vector<std::uint8_t>& letters) const {
  if (orientations_.size() > 1) letters.push_back(static_cast<std::uint8_t>(orientation));
  if (spacings_ > 1) letters.push_back(static_cast<std::uint8_t>(spacing));
}

PatternMutant PatternLibrary::mutant(std::uint32_t number) const {
  Draws draws(options_.seed, Draws::Purpose::global_mutants, pattern_.number, number);
  auto const orientation = static_cast<std::size_t>(draws.below(orientations_.size()));
  auto const spacing = static_cast<std::int64_t>(draws.below(static_cast<std::uint64_t>(spacings_)));
  PatternMutant made{contexts_.context(1 + pattern_.number, number), {}};
  for (std::size_t place = 0; place < pattern_.motifs.size(); ++place) {
    library::Motif const& motif = options_.motifs[pattern_.motifs[place]];
    char const strand = orientations_[orientation][place];
    std::int64_t const start = start_of(place, options_.first_spacing + spacing);
    put_motif(mutated(motif, draws), strand, start, made.sequence);
    // Read back, so that a position that is N shows the context's base.
    genome::Codes site(made.sequence.begin() + start, made.sequence.begin() + start + motif.length());
    if (strand == '-') genome::reverse_complement(site);
    made.letters.insert(made.letters.end(), site.begin(), site.end());
  }
  add_arrangement(orientation, spacing, made.letters);
  return made;
}

std::vector<std::uint8_t> PatternLibrary::intact(std::size_t orientation, std::int64_t spacing) const {
  std::vector<std::uint8_t> letters;
  for (std::size_t const number : pattern_.motifs) {
    for (std::uint8_t const bits : options_.motifs[number].choices()) {
      letters.push_back(static_cast<std::uint8_t>(std::countr_zero(bits)));
    }
  }
  add_arrangement(orientation, spacing, letters);
  return letters;
}

namespace {

// Predictions for intact motifs, [orientation × spacing].
std::vector<double> intact_predictions(PatternLibrary const& library, surrogate::SurrogateFit const& fit, int threads) {
  std::vector<std::uint8_t> letters;
  std::int64_t rows = 0;
  for (std::size_t orientation = 0; orientation < library.orientations().size(); ++orientation) {
    for (std::int64_t spacing = 0; spacing < library.spacings(); ++spacing, ++rows) {
      auto const row = library.intact(orientation, spacing);
      letters.insert(letters.end(), row.begin(), row.end());
    }
  }
  std::int64_t const sites = library.site_count();
  return surrogate::predict(fit, {letters.data(), rows, sites, sites}, threads).response;
}

}  // namespace

GlobalSurrogate fit_pattern(device::Backend const& backend, GlobalOptions const& options, PatternLibrary const& library,
                            std::span<float const> scores, std::size_t columns, std::size_t column) {
  GlobalSurrogate made{.pattern = library.name(), .sites = library.sites(), .models = {}, .intact = {}};
  std::int64_t const sites = library.site_count();
  std::vector<std::uint8_t> letters;
  std::vector<double> responses;
  for (std::int64_t number = 0; number < options.mutants; ++number) {
    auto const mutant = library.mutant(static_cast<std::uint32_t>(number));
    letters.insert(letters.end(), mutant.letters.begin(), mutant.letters.end());
    responses.push_back(static_cast<double>(scores[static_cast<std::size_t>(number) * columns + column]));
  }
  surrogate::Observations const observations{
      .letters = {letters.data(), options.mutants, sites, sites},
      .alphabet = library.alphabet(),
      .responses = {responses.data(), options.mutants, 1, 1},
      .split = surrogate::split_rows(options.mutants, options.validation, options.holdout)};
  surrogate::SurrogateOptions surrogates = options.surrogates;
  surrogates.reference = library.intact(0, 0);
  surrogates.measured = false;
  for (auto& fits : surrogate::fit_surrogates(backend, observations, options.methods, surrogates)) {
    made.intact.push_back(intact_predictions(library, fits.front(), options.threads));
    made.models.push_back(
        {.fit = std::move(fits.front()), .bootstrap = std::nullopt, .latent_effects = {}, .response_effects = {}});
  }
  return made;
}

}  // namespace shoal::global
