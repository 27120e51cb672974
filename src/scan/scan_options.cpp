// SPDX-License-Identifier: MIT
#include "scan/scan_options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "inference/gradient.hpp"
#include "scan/locus/rows.hpp"
#include "scan/named_tasks.hpp"
#include "scan/sanity.hpp"

namespace shoal::scan {

void ScanOptions::validate(attribution::MethodSet const& made) const {
  if (networks.empty()) fail(ErrorCode::config, "a scan needs a network: --model FILE");
  if (methods.empty()) fail(ErrorCode::config, "a scan needs at least one method: --methods additive-ridge");
  std::set<std::string> names;
  for (NamedNetwork const& named : networks) {
    if (!names.insert(named.name).second) {
      fail(ErrorCode::config, fmt::format("two models are called {}; name them: --model NAME=FILE", named.name));
    }
    std::vector<network::Task> const selected = tasks_of(named, tasks);
    bool const rescales = std::find(methods.begin(), methods.end(), "deepshap") != methods.end();
    if (!made.uses_gradient()) continue;
    inference::check_gradient(*named.network, selected, rescales);
  }
  if (resume && overwrite) fail(ErrorCode::config, "--resume and --overwrite exclude each other");
  if (shards < 0) fail(ErrorCode::config, fmt::format("--shards {}: choose 1 or more", shards));
  ridge.validate(design.mutants);
  stability.validate(design.mutants, ridge);
  if (sanity) check_sanity_design(design, stability);
  faithfulness.validate(scores_a_library(*this, made) ? design.mutants : 0, ridge);
  if ((stability.repeats() || stability.converges()) && !made.uses_library()) {
    fail(ErrorCode::config, "--replicates and --converge need a method that is fitted to a library");
  }
  if ((stability.repeats() || stability.converges()) && design.kind != library::DesignKind::random) {
    fail(ErrorCode::config,
         "--replicates and --converge are for random libraries: those of other designs have no parts");
  }
  if (stability.converges() && keep_y) {
    fail(ErrorCode::config, "--converge and --keep-y exclude each other: libraries have different sizes");
  }
}

attribution::MethodSet make_methods(ScanOptions const& options) {
  attribution::GradientOptions gradient = options.gradient;
  gradient.seed = options.design.seed;
  return {
      options.methods,
      {.ridge = options.ridge, .gradient = gradient, .surrogates = options.surrogates, .pairwise = options.pairwise}};
}

}  // namespace shoal::scan
