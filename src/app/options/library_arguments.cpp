// SPDX-License-Identifier: MIT
#include "app/options/library_arguments.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "library/combinations.hpp"

namespace shoal::app {

namespace {

void add_mutants(LibraryArguments& arguments, OptionTable& options) {
  library::Design& design = arguments.design;
  options.add<std::int64_t>({
      .name = "mutants",
      .target = &design.mutants,
      .value = "N",
      .help = "sequences in the library of a locus, the wild type included",
      .key = "library.mutants",
      .is_common = true,
  });
  options.add<double>({
      .name = "rate",
      .target = &design.rate,
      .value = "R",
      .help = "mutation rate, of the window's positions that are not N",
      .comment = "Share of the window's known positions that change in a mutant.",
      .key = "library.rate",
      .is_common = true,
  });
  options.add<library::MutationLaw>({
      .name = "law",
      .target = &design.law,
      .value = "poisson|fixed|bernoulli",
      .help = "how many positions of a mutant change",
      .comment = "The law of their number: poisson (as SQUID draws), fixed, bernoulli.",
      .example = "fixed",
      .key = "library.law",
      .form = named(library::parse_mutation_law),
  });
  options.add<Window>({
      .name = "window",
      .target = &arguments.window,
      .value = "A:B",
      .help = "mutated positions [A, B) in the sequence's orientation; B = -1: the end",
      .comment =
          "Positions [A, B) that may change, in the sequence's own orientation; B = -1 is the end. Where networks "
          "read different lengths, positions are those of the longest's windows, of which the others see their "
          "part.",
      .example = "10:90",
      .key = "library.window",
  });
}

void add_kind(LibraryArguments& arguments, OptionTable& options) {
  library::Design& design = arguments.design;
  options.add<library::DesignKind>({
      .name = "design",
      .target = &design.kind,
      .value = "NAME",
      .help =
          "random; combinatorial: every sequence of the window; context: the window mutated in contexts drawn anew; "
          "inter-window: two windows mutated independently",
      .comment =
          "random; combinatorial: every sequence of the window with at most `orders` substitutions (mutants is "
          "then their number, at most 4^11); context: the window mutated (rate 0: kept) in contexts drawn anew; "
          "inter-window: two windows mutated independently, what is around and between them drawn anew or fixed.",
      .example = "context",
      .key = "library.design",
      .form = named(library::parse_design),
  });
  options.add<std::int64_t>({
      .name = "orders",
      .target = &design.orders,
      .value = "K",
      .help = "combinatorial: at most K substitutions; -1: any number",
      .example = "2",
      .key = "library.orders",
  });
  options.add<std::optional<Window>>({
      .name = "second-window",
      .target = &arguments.second_window,
      .value = "A:B",
      .help = "the second window of inter-window",
      .example = "85:110",
      .key = "library.second_window",
  });
  options.add<library::ContextLaw>({
      .name = "contexts",
      .target = &design.context,
      .value = "LAW",
      .help = "of context and inter-window: uniform, composition, dinucleotide (shuffled), fixed",
      .comment = "How contexts are drawn: uniform, composition (of the locus), dinucleotide (shuffled), fixed.",
      .example = "composition",
      .key = "library.contexts",
      .form = named(library::parse_context_law),
  });
  options.add<library::ContextScope>({
      .name = "context-scope",
      .target = &design.scope,
      .value = "SCOPE",
      .help = "which positions a context law draws: all, between the two windows, flanks",
      .example = "flanks",
      .key = "library.context_scope",
      .form = named(library::parse_context_scope),
  });
}

}  // namespace

void LibraryArguments::add_to(OptionTable& options) {
  options.section("library");
  add_mutants(*this, options);
  add_kind(*this, options);
  options.add<std::uint64_t>({
      .name = "seed",
      .target = &design.seed,
      .value = "S",
      .help = "of all random numbers; same seed, same libraries",
      .comment = "Same seed, same libraries, on any number of ranks.",
      .key = "library.seed",
  });
}

library::Design LibraryArguments::resolved() const {
  library::Design resolved = design;
  resolved.window_start = window.start;
  resolved.window_stop = window.stop;
  if (resolved.kind == library::DesignKind::inter_window) {
    if (!second_window) fail(ErrorCode::config, "--design inter-window needs its second window: --second-window A:B");
    resolved.second_start = second_window->start;
    resolved.second_stop = second_window->stop;
  } else if (second_window) {
    fail(ErrorCode::config,
         fmt::format("--second-window {}:{} is for --design inter-window", second_window->start, second_window->stop));
  }
  if (resolved.kind == library::DesignKind::combinatorial) {
    // A complete library has the size that it has.
    resolved.mutants = library::combinatorial_mutants(resolved);
  } else if (resolved.orders != -1) {
    fail(ErrorCode::config, fmt::format("--orders {} is for --design combinatorial", resolved.orders));
  }
  return resolved;
}

}  // namespace shoal::app
