// SPDX-License-Identifier: MIT
#include "scan/provenance.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "scan/scoring_provenance.hpp"

namespace shoal::scan {

std::string loci_digest(genome::LocusTable& loci) {
  Digest digest;
  for (std::int64_t index = 0; index < loci.size(); ++index) {
    genome::Locus const& locus = loci.locus(index);
    digest.update(locus.contig);
    digest.update(locus.start);
    digest.update(locus.end);
    digest.update(std::string_view(&locus.strand, 1));
    digest.update(locus.name);
    digest.update(locus.skip_reason);
    genome::Codes const sequence = loci.sequence(index);
    digest.update(std::as_bytes(std::span(sequence)));
  }
  loci.check_letters();
  return digest.hex();
}

namespace {

void add_surrogates(attribution::SurrogateMethodOptions const& options, store::Provenance& provenance) {
  auto const& surrogate = options.surrogate;
  provenance.emplace_back("surrogate.validation", fmt::format("{}", options.validation));
  provenance.emplace_back("surrogate.gauge", surrogate::to_string(surrogate.gauge));
  provenance.emplace_back("surrogate.curve",
                          fmt::format("{}:{}", surrogate::to_string(surrogate.curve), surrogate.sigmoids));
  provenance.emplace_back("surrogate.noise",
                          fmt::format("{}:{}", surrogate::to_string(surrogate.noise), surrogate.noise_order));
  provenance.emplace_back("surrogate.sparse",
                          fmt::format("alphas {}, l1_ratio {}, letters {}", fmt::join(surrogate.alphas, ","),
                                      surrogate.l1_ratio, surrogate.sparse_letters));
  if (surrogate.noise_rounds > 0) {
    provenance.emplace_back("surrogate.noise_rounds", fmt::format("{}", surrogate.noise_rounds));
  }
  if (surrogate.theta_penalty > 0) {
    provenance.emplace_back("surrogate.theta_penalty", fmt::format("{}", surrogate.theta_penalty));
  }
  if (surrogate.standard_errors) provenance.emplace_back("surrogate.standard_errors", "yes");
  provenance.emplace_back("surrogate.pair_ratio", fmt::format("{}", surrogate.pair_ratio));
  if (surrogate.solver != surrogate::RidgeSolver::automatic) {
    provenance.emplace_back("surrogate.solver", surrogate::to_string(surrogate.solver));
  }
  std::string pairs = fmt::format("distance {}", surrogate.features.maximum_distance);
  if (auto const& between = surrogate.features.between) {
    pairs += fmt::format(", windows {}:{},{}:{}", between->first.begin, between->first.end, between->second.begin,
                         between->second.end);
  }
  provenance.emplace_back("surrogate.pairs", pairs);
}

void add_regressions(std::vector<std::string> const& methods, surrogate::RidgeOptions const& ridge,
                     attribution::SurrogateMethodOptions const& surrogates, store::Provenance& provenance) {
  provenance.emplace_back("methods", join(methods, ","));
  provenance.emplace_back("ridge.lambdas", fmt::format("{}", fmt::join(ridge.lambdas, ",")));
  provenance.emplace_back("ridge.selection", std::string(surrogate::to_string(ridge.selection)));
  provenance.emplace_back("ridge.folds", fmt::format("{}", ridge.folds));
  provenance.emplace_back("ridge.holdout", fmt::format("{}", ridge.holdout));
  add_surrogates(surrogates, provenance);
}

// Only the options that this kind of library depends on.
void add_design(library::Design const& design, store::Provenance& provenance) {
  auto const add = [&provenance](std::string key, std::string value) {
    provenance.emplace_back("library." + std::move(key), std::move(value));
  };
  add("design", std::string(library::to_string(design.kind)));
  add("law", std::string(library::to_string(design.law)));
  add("mutants", fmt::format("{}", design.mutants));
  add("rate", fmt::format("{}", design.rate));
  add("window", fmt::format("{}:{}", design.window_start, design.window_stop));
  add("seed", fmt::format("{}", design.seed));
  bool const two_windows = design.kind == library::DesignKind::inter_window;
  if (design.kind == library::DesignKind::combinatorial) add("orders", fmt::format("{}", design.orders));
  if (two_windows) add("second_window", fmt::format("{}:{}", design.second_start, design.second_stop));
  if (design.kind == library::DesignKind::context || two_windows) {
    add("contexts", std::string(library::to_string(design.context)));
    add("context_scope", std::string(library::to_string(design.scope)));
  }
}

void add_checks(ScanOptions const& options, store::Provenance& provenance) {
  if (options.faithfulness.measures()) {
    provenance.emplace_back("faithfulness", fmt::format("{}", options.faithfulness.mutants));
  }
  if (options.sanity) provenance.emplace_back("sanity", "yes");
}

}  // namespace

store::Provenance make_refit_provenance(RefitRun const& options, store::Provenance const& source,
                                        std::string const& digest_of_source) {
  static std::set<std::string_view> const of_the_run = {"shoal.version",  "backend",     "instruction_set",
                                                        "linear_algebra", "cuda.device", "cuda.libraries"};
  store::Provenance provenance;
  add_machine(options.backend, provenance);
  provenance.emplace_back("source.digest", digest_of_source);
  for (auto const& [key, value] : source) {
    bool const replaced = key == "methods" || key == "keep_y" || key.starts_with("ridge.") ||
                          key.starts_with("surrogate.") || key.starts_with("gradient.") ||
                          key.starts_with("pairwise.") || key.starts_with("source.") || key == "library.replicates" ||
                          key == "faithfulness" || key == "sanity";
    if (!replaced) provenance.emplace_back(of_the_run.contains(key) ? "source." + key : key, value);
  }
  add_regressions(options.methods, options.ridge, options.surrogates, provenance);
  provenance.emplace_back("keep_y", options.keep_y ? "yes" : "no");
  return provenance;
}

store::Provenance make_provenance(ScanOptions const& options, std::string const& digest_of_loci) {
  store::Provenance provenance;
  auto const add = [&provenance](std::string key, std::string value) {
    provenance.emplace_back(std::move(key), std::move(value));
  };
  add_scoring({.backend = options.backend,
               .precision = options.precision,
               .networks = options.networks,
               .tasks = options.tasks},
              provenance);
  add("loci.digest", digest_of_loci);
  add_design(options.design, provenance);
  if (options.stability.repeats()) add("library.replicates", fmt::format("{}", options.stability.replicates));
  if (options.stability.converges()) add("library.converge", fmt::format("{}", options.stability.converge));
  add_checks(options, provenance);
  add_regressions(options.methods, options.ridge, options.surrogates, provenance);
  add("gradient.steps", fmt::format("{}", options.gradient.steps));
  bool const follows_paths = std::any_of(options.methods.begin(), options.methods.end(), [](auto const& method) {
    return method == "integrated-gradients" || method == "expected-gradients";
  });
  if (follows_paths) {
    add("gradient.tolerance", fmt::format("{}", options.gradient.tolerance));
    add("gradient.most_steps", fmt::format("{}", options.gradient.most_steps));
  }
  add("gradient.baseline", std::string(attribution::to_string(options.gradient.baseline)));
  add("gradient.backgrounds", fmt::format("{}", options.gradient.backgrounds));
  add("gradient.noise_samples", fmt::format("{}", options.gradient.noise_samples));
  add("gradient.noise_sigma", fmt::format("{}", options.gradient.noise_sigma));
  add("pairwise.window", fmt::format("{}:{}", options.pairwise.window.start, options.pairwise.window.stop));
  add("gradient.correction", options.gradient.correction ? "yes" : "no");
  add("keep_y", options.keep_y ? "yes" : "no");
  return provenance;
}

std::string const& value_of(store::Provenance const& provenance, std::string const& key) {
  auto const found =
      std::find_if(provenance.begin(), provenance.end(), [&](auto const& pair) { return pair.first == key; });
  if (found != provenance.end()) return found->second;
  fail(ErrorCode::input, fmt::format("the store's provenance has no {}: it is no scan of this version", key));
}

library::Design design_of(store::Provenance const& provenance) {
  auto const integer = [](std::string_view text) {
    auto const value = parse_integer(text);
    if (!value) fail(ErrorCode::input, fmt::format("the store's provenance has {} for a number", quoted(text)));
    return *value;
  };
  auto const windows = [&integer](std::string const& text) {
    auto const ends = split(text, ':');
    return std::pair{integer(ends.front()), integer(ends.back())};
  };
  library::Design design;
  // Before there were other designs, stores did not say that their libraries are random.
  for (auto const& [key, value] : provenance) {
    if (key == "library.design") design.kind = library::parse_design(value);
  }
  design.law = library::parse_mutation_law(value_of(provenance, "library.law"));
  design.mutants = integer(value_of(provenance, "library.mutants"));
  design.rate = parse_real(value_of(provenance, "library.rate")).value_or(0.0);
  std::tie(design.window_start, design.window_stop) = windows(value_of(provenance, "library.window"));
  design.seed = static_cast<std::uint64_t>(integer(value_of(provenance, "library.seed")));
  if (design.kind == library::DesignKind::combinatorial) {
    design.orders = integer(value_of(provenance, "library.orders"));
  }
  if (design.kind == library::DesignKind::inter_window) {
    std::tie(design.second_start, design.second_stop) = windows(value_of(provenance, "library.second_window"));
  }
  if (design.kind == library::DesignKind::context || design.kind == library::DesignKind::inter_window) {
    design.context = library::parse_context_law(value_of(provenance, "library.contexts"));
    design.scope = library::parse_context_scope(value_of(provenance, "library.context_scope"));
  }
  return design;
}

}  // namespace shoal::scan
