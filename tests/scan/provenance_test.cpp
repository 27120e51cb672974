// SPDX-License-Identifier: MIT
#include "scan/provenance.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "scan/prepare/differences.hpp"
#include "support/data.hpp"

namespace shoal::scan {
namespace {

TEST(ProvenanceDifferences, EqualConfigurationsHaveNone) {
  store::Provenance const stored = {{"library.seed", "1"}, {"methods", "ism"}};
  EXPECT_EQ(differences(stored, stored), "");
}

TEST(ProvenanceDifferences, AChangedValueIsShownWithBothValues) {
  EXPECT_EQ(differences({{"library.seed", "1"}, {"methods", "ism"}}, {{"library.seed", "2"}, {"methods", "ism"}}),
            "\n  library.seed: stored 1, now 2");
}

TEST(ProvenanceDifferences, AMissingAndANewKeyAreDifferences) {
  EXPECT_EQ(differences({{"old", "1"}}, {{"new", "2"}}),
            "\n  old: stored 1, now (nothing)\n  new: stored (nothing), now 2");
}

TEST(ProvenanceDifferences, ADigestIsExplained) {
  EXPECT_EQ(
      differences({{"model.one.digest", "a"}, {"loci.digest", "c"}}, {{"model.one.digest", "b"}, {"loci.digest", "d"}}),
      "\n  model.one.digest: weights or layers of the network differ; stored a, now b"
      "\n  loci.digest: coordinates, strands, names or bases of the loci differ; stored c, now d");
}

TEST(Provenance, ThePrecisionIsPartOfIt) {
  ScanOptions options;
  auto const exact = make_provenance(options, "");
  options.precision = kernels::Precision::bf16;
  auto const reduced = make_provenance(options, "");
  std::string const order = kernels::bf16_order();
  EXPECT_EQ(differences(exact, reduced),
            "\n  precision: stored f32, now bf16\n  precision.order: stored (nothing), now " + order);
}

// A change of any option that determines numbers is a difference, under a key that names the option: else a resume
// would mix two configurations in one store. A field that is added to one of these structs stops the compilation here.
struct Change {
  std::string key;
  std::function<void(ScanOptions&)> make;
};

std::vector<Change> changes_of_surrogates() {
  using surrogate::SurrogateOptions;
  [[maybe_unused]] auto const& [features, lambdas, pair_ratio, solver, alphas, l1_ratio, sparse_letters, curve,
                                sigmoids, noise, noise_order, noise_rounds, measured, theta_penalty, gauge, reference,
                                frequencies, information, standard_errors, seed] = SurrogateOptions();
  // The method sets lambdas, interactions, measured and the reference; frequencies are of `shoal fit` alone,
  // information and its seed too.
  auto const change = [](std::string key, std::function<void(SurrogateOptions&)> const& make) {
    return Change{"surrogate." + key, [make](ScanOptions& options) { make(options.surrogates.surrogate); }};
  };
  return {change("pairs", [](auto& o) { o.features.maximum_distance = 3; }),
          change("pairs",
                 [](auto& o) {
                   o.features.between = {{1, 2}, {3, 4}};
                 }),
          change("pair_ratio", [](auto& o) { o.pair_ratio = 2; }),
          change("solver", [](auto& o) { o.solver = surrogate::RidgeSolver::dual; }),
          change("sparse", [](auto& o) { o.alphas = {0.5}; }),
          change("sparse", [](auto& o) { o.l1_ratio = 0.25; }),
          change("sparse", [](auto& o) { o.sparse_letters = 7; }),
          change("curve", [](auto& o) { o.curve = surrogate::CurveKind::identity; }),
          change("curve", [](auto& o) { o.sigmoids = 2; }),
          change("noise", [](auto& o) { o.noise = surrogate::NoiseKind::cauchy; }),
          change("noise", [](auto& o) { o.noise_order = 1; }),
          change("noise_rounds", [](auto& o) { o.noise_rounds = 2; }),
          change("theta_penalty", [](auto& o) { o.theta_penalty = 0.5; }),
          change("gauge", [](auto& o) { o.gauge = surrogate::GaugeKind::wild_type; }),
          change("standard_errors", [](auto& o) { o.standard_errors = true; }),
          {"surrogate.validation", [](ScanOptions& o) { o.surrogates.validation = 0.25; }}};
}

std::vector<Change> changes_of_regressions() {
  [[maybe_unused]] auto const& [lambdas, selection, folds, holdout, standard_errors] = surrogate::RidgeOptions();
  return {{"ridge.lambdas", [](ScanOptions& o) { o.ridge.lambdas = {3}; }},
          {"ridge.selection", [](ScanOptions& o) { o.ridge.selection = surrogate::LambdaSelection::gcv; }},
          {"ridge.folds", [](ScanOptions& o) { o.ridge.folds = 3; }},
          {"ridge.holdout", [](ScanOptions& o) { o.ridge.holdout = 0.25; }}};
}

std::vector<Change> changes_of_gradients() {
  [[maybe_unused]] auto const& [steps, tolerance, most_steps, baseline, backgrounds, noise_samples, noise_sigma,
                                correction, seed] = attribution::GradientOptions();
  return {{"gradient.steps", [](ScanOptions& o) { o.gradient.steps = 7; }},
          {"gradient.tolerance", [](ScanOptions& o) { o.gradient.tolerance = 0.5; }},
          {"gradient.most_steps", [](ScanOptions& o) { o.gradient.most_steps = 77; }},
          {"gradient.baseline", [](ScanOptions& o) { o.gradient.baseline = attribution::PathBaseline::uniform; }},
          {"gradient.backgrounds", [](ScanOptions& o) { o.gradient.backgrounds = 3; }},
          {"gradient.noise_samples", [](ScanOptions& o) { o.gradient.noise_samples = 3; }},
          {"gradient.noise_sigma", [](ScanOptions& o) { o.gradient.noise_sigma = 0.5; }},
          {"gradient.correction", [](ScanOptions& o) { o.gradient.correction = true; }},
          {"pairwise.window", [](ScanOptions& o) { o.pairwise.window.start = 1; }},
          {"pairwise.window", [](ScanOptions& o) { o.pairwise.window.stop = 9; }}};
}

std::vector<Change> changes_of_the_design() {
  [[maybe_unused]] auto const& [kind, mutants, rate, law, start, stop, seed, orders, context, scope, second_start,
                                second_stop] = library::Design();
  [[maybe_unused]] auto const& [replicates, converge] = StabilityOptions();
  return {{"library.design", [](ScanOptions& o) { o.design.kind = library::DesignKind::context; }},
          {"library.mutants", [](ScanOptions& o) { o.design.mutants = 7; }},
          {"library.rate", [](ScanOptions& o) { o.design.rate = 0.5; }},
          {"library.law", [](ScanOptions& o) { o.design.law = library::MutationLaw::fixed; }},
          {"library.window", [](ScanOptions& o) { o.design.window_start = 1; }},
          {"library.window", [](ScanOptions& o) { o.design.window_stop = 9; }},
          {"library.seed", [](ScanOptions& o) { o.design.seed = 5; }},
          {"library.orders", [](ScanOptions& o) { o.design.orders = 2; }},
          {"library.contexts", [](ScanOptions& o) { o.design.context = library::ContextLaw::composition; }},
          {"library.context_scope", [](ScanOptions& o) { o.design.scope = library::ContextScope::flanks; }},
          {"library.second_window", [](ScanOptions& o) { o.design.second_start = 11; }},
          {"library.second_window", [](ScanOptions& o) { o.design.second_stop = 19; }},
          {"library.replicates", [](ScanOptions& o) { o.stability.replicates = 2; }},
          {"library.converge", [](ScanOptions& o) { o.stability.converge = 0.5; }},
          {"faithfulness", [](ScanOptions& o) { o.faithfulness.mutants = 50; }},
          {"sanity", [](ScanOptions& o) { o.sanity = true; }}};
}

std::vector<Change> changes_of_scores() {
  [[maybe_unused]] auto const& [heads, logit, reduction, orientations] = network::TaskSelection();
  return {{"output_stage", [](ScanOptions& o) { o.tasks.logit = true; }},
          {"reduction", [](ScanOptions& o) { o.tasks.reduction = network::parse_reduction("sum"); }},
          {"orientations",
           [](ScanOptions& o) {
             o.tasks.orientations = {{false, 0}, {true, 0}};
           }},
          {"orientations",
           [](ScanOptions& o) {
             o.tasks.orientations = {{false, 1}};
           }},
          {"precision", [](ScanOptions& o) { o.precision = kernels::Precision::bf16; }},
          {"keep_y", [](ScanOptions& o) { o.keep_y = true; }},
          {"methods", [](ScanOptions& o) { o.methods.push_back("ism"); }}};
}

TEST(Provenance, EveryOptionThatDeterminesNumbersIsPartOfIt) {
  // What is written for some designs and methods only is looked at with these.
  auto const options_for = [](library::DesignKind kind) {
    ScanOptions options;
    options.methods = {"additive-ridge", "integrated-gradients"};
    options.design.kind = kind;
    return options;
  };
  for (auto const& changes : {changes_of_surrogates(), changes_of_regressions(), changes_of_gradients(),
                              changes_of_the_design(), changes_of_scores()}) {
    for (Change const& change : changes) {
      std::string found;
      for (auto const kind :
           {library::DesignKind::random, library::DesignKind::combinatorial, library::DesignKind::inter_window}) {
        ScanOptions const before = options_for(kind);
        ScanOptions after = before;
        change.make(after);
        found += differences(make_provenance(before, ""), make_provenance(after, ""));
      }
      EXPECT_NE(found.find("\n  " + change.key + ": stored"), std::string::npos) << change.key << ":" << found;
    }
  }
}

TEST(Provenance, TheLociDigestCoversAllOfALocus) {
  shoal::test::TemporaryFolder const folder;
  std::ofstream(folder.file("g.fa")) << ">c\nACGTTGCAACGTACGGTCAATCGA\n>d\nACGTTGCAACGTACGGTCAATCGA\n";
  auto const digest = [&](std::string const& row, bool skips = false) {
    std::ofstream(folder.file("l.bed")) << row << "\n";
    genome::LociOptions options;
    options.genome = folder.file("g.fa");
    options.loci = folder.file("l.bed");
    options.length = 8;
    options.edge = skips ? genome::EdgePolicy::skip : genome::EdgePolicy::pad;
    auto loci = genome::LocusTable::read(options);
    return loci_digest(loci);
  };
  // Windows of equal bases (the two contigs are the same), so that only what is named differs.
  std::string const plain = digest("c\t4\t12\tname\t0\t+");
  EXPECT_EQ(plain, digest("c\t4\t12\tname\t0\t+"));
  for (std::string const other :
       {"d\t4\t12\tname\t0\t+", "c\t5\t13\tname\t0\t+", "c\t4\t12\tother\t0\t+", "c\t4\t12\tname\t0\t."}) {
    EXPECT_NE(plain, digest(other)) << other;
  }
  EXPECT_NE(digest("c\t0\t2\tname\t0\t+"), digest("c\t0\t2\tname\t0\t+", true));
}

}  // namespace
}  // namespace shoal::scan
