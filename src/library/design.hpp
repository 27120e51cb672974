// SPDX-License-Identifier: MIT
// What determines a locus's library, apart from the locus: which positions change, how many, and what surrounds them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shoal::library {

// How many sites of a mutant change. n = sites in the window that are not N; ceil takes a product within 1e-9
// (relative) of a whole number for that number, so that 0.1 * 30 = 3.0000000000000004 means 3, and gives 1 at least for
// n > 0.
enum class MutationLaw {
  poisson,    // Poisson(ceil(rate * n)), clipped to n: squid-nn
  fixed,      // exactly ceil(rate * n)
  bernoulli,  // every site on its own with probability `rate`
};

MutationLaw parse_mutation_law(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(MutationLaw law);

enum class DesignKind {
  random,         // random mutants in the window, the rest as it is
  combinatorial,  // every sequence of the window with up to `orders` substitutions (combinations.hpp)
  context,        // mutants in the window, which keeps its place; the rest is drawn anew for every mutant
  inter_window,   // mutants in two windows, drawn independently; the rest as it is or drawn anew
};

DesignKind parse_design(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(DesignKind kind);

// How bases outside the windows are drawn. Bases that are N stay N.
enum class ContextLaw {
  fixed,         // as they are in the wild type
  uniform,       // each base on its own, A, C, G, T with probability 1/4
  composition,   // each base on its own, with the frequencies of the wild type's redrawn positions
  dinucleotide,  // every run of redrawn bases shuffled, its dinucleotide counts and its two ends kept
};

ContextLaw parse_context_law(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(ContextLaw law);

// Which positions outside the windows the context law draws.
enum class ContextScope {
  all,      // every position outside
  between,  // positions between the two windows: SQUID's inter_window
  flanks,   // positions before the first and after the last window
};

ContextScope parse_context_scope(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(ContextScope scope);

struct Design {
  DesignKind kind = DesignKind::random;
  // Rows, the wild type (row 0) included; at most 2^32. Of a combinatorial design it must be their number
  // (combinatorial_mutants).
  std::int64_t mutants = 20000;
  // Share of the window's sites (without N) that change; 0 < rate <= 1. With contexts also 0: the windows are kept as
  // they are.
  double rate = 0.1;
  MutationLaw law = MutationLaw::poisson;
  std::int64_t window_start = 0;  // half-open window in the sequence's own orientation
  std::int64_t window_stop = -1;  // -1: to the end
  std::uint64_t seed = 0;

  std::int64_t orders = -1;  // combinatorial: the most substitutions of a mutant; -1: any number, 4^n sequences
  ContextLaw context = ContextLaw::uniform;  // context, inter_window
  ContextScope scope = ContextScope::all;    // for context and inter_window; between needs two windows
  std::int64_t second_start = 0;             // inter_window: its second window, after the first
  std::int64_t second_stop = 0;

  bool draws_context() const {
    return (kind == DesignKind::context || kind == DesignKind::inter_window) && context != ContextLaw::fixed;
  }
  // Whether mutants may differ at any of the positions first … last - 1 of a sequence of `length` bases.
  bool may_change(std::int64_t first, std::int64_t last, std::int64_t length) const;
  // Errors: config, naming the option, for a design that has no meaning at this sequence length.
  void validate(std::int64_t length) const;
};

}  // namespace shoal::library
