// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "attribution/surrogate_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "global/experiment/arrangements.hpp"

namespace shoal::global {

namespace {

constexpr std::array<std::pair<std::string_view, Background>, 5> background_names{{
    {"uniform", Background::uniform},
    {"composition", Background::composition},
    {"profile", Background::profile},
    {"dinucleotide", Background::dinucleotide},
    {"native", Background::native},
}};

// Letters of a surrogate are bytes, and tables of pairs are squares of them.
constexpr std::int64_t most_spacings = 64;

void require_share(std::string_view option, double value, bool zero) {
  if (value < 1 && (value > 0 || (zero && value == 0))) return;
  fail(ErrorCode::config,
       fmt::format("--{} {}: give {} below 1", option, value, zero ? "0 to" : "a number above 0 and"));
}

void require_count(std::string_view option, std::int64_t value, std::int64_t least) {
  // Contexts and mutants are numbered by one 32-bit word of the random counter.
  std::int64_t const most = std::numeric_limits<std::uint32_t>::max();
  if (value >= least && value <= most) return;
  fail(ErrorCode::config, fmt::format("--{} {}: give {} to {}", option, value, least, most));
}

void require_inside(std::string const& what, std::int64_t start, std::int64_t bases, std::int64_t length) {
  if (start >= 0 && start + bases <= length) return;
  fail(ErrorCode::config, fmt::format("{} does not lie in the network's {} bases", what, length));
}

void check_motifs(GlobalOptions const& options, std::int64_t length) {
  if (options.motifs.empty()) fail(ErrorCode::config, "no motif was given: --motif NAME=LETTERS");
  std::set<std::string> names;
  for (library::Motif const& motif : options.motifs) {
    if (!names.insert(motif.name).second) fail(ErrorCode::config, fmt::format("two motifs are called {}", motif.name));
    require_inside(fmt::format("--motif {}: it", motif.name), 0, motif.length(), length);
    for (std::int64_t const position : single_positions(options, motif, length)) {
      require_inside(fmt::format("--positions: {} at {}", motif.name, position), position, motif.length(), length);
    }
  }
}

void check_pairs(GlobalOptions const& options, std::int64_t length) {
  if (options.pairs.empty()) return;
  std::int64_t const spacings = options.last_spacing - options.first_spacing + 1;
  if (options.first_spacing < 0 || spacings < 1) {
    fail(ErrorCode::config,
         fmt::format("--spacings {}:{}: give A:B with 0 <= A < B", options.first_spacing, options.last_spacing + 1));
  }
  if (!options.methods.empty() && spacings > most_spacings) {
    fail(ErrorCode::config,
         fmt::format("--spacings has {} values, but a surrogate takes at most {}: narrow it, or give "
                     "--methods none",
                     spacings, most_spacings));
  }
  if (options.orientations.empty()) fail(ErrorCode::config, "--orientations names none");
  std::set<std::string> known = {"++", "+-", "-+", "--"};
  for (std::string const& orientation : options.orientations) {
    if (known.erase(orientation) == 1) continue;
    fail(ErrorCode::config,
         fmt::format("--orientations: {} is none of ++, +-, -+ and --, or is there twice", quoted(orientation)));
  }
  for (MotifPair const pair : options.pairs) {
    library::Motif const& upstream = options.motifs[pair.upstream];
    library::Motif const& downstream = options.motifs[pair.downstream];
    std::int64_t const span = upstream.length() + options.last_spacing + downstream.length();
    require_inside(
        fmt::format("{} and {} with {} bases between them", upstream.name, downstream.name, options.last_spacing),
        pair_start(options, pair, options.last_spacing, length), span, length);
  }
}

}  // namespace

Background parse_background(std::string_view name) {
  for (auto const& [known, background] : background_names) {
    if (name == known) return background;
  }
  fail(ErrorCode::config,
       fmt::format("--contexts {} is unknown: choose uniform, composition, profile, dinucleotide or native",
                   quoted(name)));
}

std::string_view to_string(Background background) {
  for (auto const& [name, known] : background_names) {
    if (background == known) return name;
  }
  fail(ErrorCode::internal, "a kind of contexts without a name");
}

void GlobalOptions::validate(std::int64_t length) const {
  require_count("backgrounds", backgrounds, 2);
  require_share("confidence", confidence, false);
  if (sources.length != 0 && sources.length != length) {
    fail(ErrorCode::config, fmt::format("--length {}: the networks read {} bases", sources.length, length));
  }
  bool const has_sources = !sources.fasta.empty() || !sources.genome.empty() || !sources.loci.empty();
  if (background == Background::uniform && has_sources) {
    fail(ErrorCode::config,
         "--contexts uniform takes no sequences: leave out --fasta, --genome and --loci, or choose "
         "composition, profile, dinucleotide or native");
  }
  if (background != Background::uniform && !has_sources) {
    fail(ErrorCode::config, fmt::format("--contexts {} needs sequences: --fasta FILE, or --genome FILE --loci BED",
                                        to_string(background)));
  }
  check_motifs(*this, length);
  check_pairs(*this, length);
  if (methods.empty()) return;
  require_count("mutants", mutants, 10);
  if (!(rate > 0 && rate <= 1)) {
    fail(ErrorCode::config, fmt::format("--rate {} is out of range: give a number above 0 and at most 1", rate));
  }
  require_share("holdout", holdout, true);
  attribution::SurrogateMethodOptions const checked{.surrogate = surrogates, .validation = validation};
  checked.validate();
  if (validation + holdout >= 1) {
    fail(ErrorCode::config,
         fmt::format("--validation {} and --holdout {} leave no mutant to train on", validation, holdout));
  }
}

}  // namespace shoal::global
