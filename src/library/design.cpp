// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <array>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "library/library.hpp"

namespace shoal::library {

namespace {

constexpr std::array<std::pair<std::string_view, MutationLaw>, 3> law_names{{
    {"poisson", MutationLaw::poisson},
    {"fixed", MutationLaw::fixed},
    {"bernoulli", MutationLaw::bernoulli},
}};

}  // namespace

MutationLaw parse_mutation_law(std::string_view name) {
  for (auto const& [known, law] : law_names) {
    if (name == known) return law;
  }
  fail(ErrorCode::config, fmt::format("--law {} is unknown: choose poisson, fixed or bernoulli", quoted(name)));
}

std::string_view to_string(MutationLaw law) {
  for (auto const& [name, known] : law_names) {
    if (law == known) return name;
  }
  fail(ErrorCode::internal, "a mutation law without a name");
}

void Design::validate(std::int64_t length) const {
  // Mutant numbers are one 32-bit word of the random counter.
  constexpr std::int64_t most_mutants = std::int64_t{1} << 32;
  if (length < 1 || length > std::numeric_limits<std::int32_t>::max()) {
    fail(ErrorCode::config, fmt::format("a sequence of {} bases cannot be mutated: give 1 to 2147483647", length));
  }
  if (mutants < 1 || mutants > most_mutants) {
    fail(ErrorCode::config,
         fmt::format("--mutants {} is out of range: give 1 to {} (the wild type included)", mutants, most_mutants));
  }
  if (!(rate > 0 && rate <= 1)) {
    fail(ErrorCode::config, fmt::format("--rate {} is out of range: give a number above 0 and at most 1", rate));
  }
  std::int64_t const stop = window_stop == -1 ? length : window_stop;
  if (window_start < 0 || stop > length || window_start >= stop) {
    fail(ErrorCode::config, fmt::format("--window {}:{} is empty or leaves the sequence of {} bases: give A:B with "
                                        "0 <= A < B <= {}",
                                        window_start, stop, length, length));
  }
}

}  // namespace shoal::library
