// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "library/combinations.hpp"

namespace shoal::library {

namespace {

template <class Value, std::size_t Count>
using Names = std::array<std::pair<std::string_view, Value>, Count>;

constexpr Names<MutationLaw, 3> law_names{{
    {"poisson", MutationLaw::poisson},
    {"fixed", MutationLaw::fixed},
    {"bernoulli", MutationLaw::bernoulli},
}};
constexpr Names<DesignKind, 4> design_names{{
    {"random", DesignKind::random},
    {"combinatorial", DesignKind::combinatorial},
    {"context", DesignKind::context},
    {"inter-window", DesignKind::inter_window},
}};
constexpr Names<ContextLaw, 4> context_names{{
    {"fixed", ContextLaw::fixed},
    {"uniform", ContextLaw::uniform},
    {"composition", ContextLaw::composition},
    {"dinucleotide", ContextLaw::dinucleotide},
}};
constexpr Names<ContextScope, 3> scope_names{{
    {"all", ContextScope::all},
    {"between", ContextScope::between},
    {"flanks", ContextScope::flanks},
}};

template <class Value, std::size_t Count>
Value parse_name(Names<Value, Count> const& names, std::string_view option, std::string_view name) {
  std::string choices;
  for (std::size_t i = 0; i < Count; ++i) {
    if (name == names[i].first) return names[i].second;
    choices += i == 0 ? "" : i + 1 == Count ? " or " : ", ";
    choices += names[i].first;
  }
  fail(ErrorCode::config, fmt::format("--{} {} is unknown: choose {}", option, quoted(name), choices));
}

template <class Value, std::size_t Count>
std::string_view name_of(Names<Value, Count> const& names, Value value) {
  for (auto const& [name, known] : names) {
    if (value == known) return name;
  }
  fail(ErrorCode::internal, "a choice without a name");
}

void require_window(std::string_view option, std::int64_t start, std::int64_t stop, std::int64_t length) {
  if (start >= 0 && stop <= length && start < stop) return;
  fail(ErrorCode::config, fmt::format("--{} {}:{} is empty or leaves the sequence of {} bases: give A:B with "
                                      "0 <= A < B <= {}",
                                      option, start, stop, length, length));
}

}  // namespace

MutationLaw parse_mutation_law(std::string_view name) {
  return parse_name(law_names, "law", name);
}
std::string_view to_string(MutationLaw law) {
  return name_of(law_names, law);
}

DesignKind parse_design(std::string_view name) {
  return parse_name(design_names, "design", name);
}
std::string_view to_string(DesignKind kind) {
  return name_of(design_names, kind);
}

ContextLaw parse_context_law(std::string_view name) {
  return parse_name(context_names, "contexts", name);
}
std::string_view to_string(ContextLaw law) {
  return name_of(context_names, law);
}

ContextScope parse_context_scope(std::string_view name) {
  return parse_name(scope_names, "context-scope", name);
}
std::string_view to_string(ContextScope scope) {
  return name_of(scope_names, scope);
}

bool Design::may_change(std::int64_t first, std::int64_t last, std::int64_t length) const {
  auto const meets = [&](std::int64_t start, std::int64_t stop) { return start < last && first < stop; };
  std::int64_t const stop = window_stop == -1 ? length : window_stop;
  bool const two_windows = kind == DesignKind::inter_window;
  if (rate > 0 && (meets(window_start, stop) || (two_windows && meets(second_start, second_stop)))) return true;
  if (!draws_context()) return false;
  std::int64_t const end = two_windows ? second_stop : stop;
  bool const flanks = meets(0, window_start) || meets(end, length);
  bool const between = two_windows && meets(stop, second_start);
  return (scope != ContextScope::between && flanks) || (scope != ContextScope::flanks && between);
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
  bool const may_stay = draws_context() && rate == 0;
  if (!may_stay && !(rate > 0 && rate <= 1)) {
    fail(ErrorCode::config, fmt::format("--rate {} is out of range: give a number above 0 and at most 1", rate));
  }
  std::int64_t const stop = window_stop == -1 ? length : window_stop;
  require_window("window", window_start, stop, length);
  if (kind == DesignKind::combinatorial && mutants != combinatorial_mutants(*this)) {
    fail(ErrorCode::config,
         fmt::format("--mutants {}: the combinatorial library has {} rows", mutants, combinatorial_mutants(*this)));
  }
  if (kind == DesignKind::inter_window) {
    require_window("second-window", second_start, second_stop, length);
    if (second_start < stop) {
      fail(ErrorCode::config, fmt::format("--second-window {}:{} must begin at or after the end of --window {}:{}",
                                          second_start, second_stop, window_start, stop));
    }
  }
  if (kind == DesignKind::context && scope == ContextScope::between) {
    fail(ErrorCode::config, "--context-scope between needs two windows: --design inter-window");
  }
  if (kind == DesignKind::context && context == ContextLaw::fixed) {
    fail(ErrorCode::config, "--contexts fixed: a context design draws its contexts; --design random keeps them");
  }
}

}  // namespace shoal::library
