// SPDX-License-Identifier: MIT
#include "scan/prepare/window_lengths.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "genome/window_part.hpp"
#include "scan/locus/rows.hpp"

namespace shoal::scan {

namespace {

[[noreturn]] void refuse_positions(std::string const& option) {
  fail(ErrorCode::config,
       fmt::format("{}: the networks read windows of different lengths, so its positions are not the same bases in all "
                   "of them; leave it away, or scan networks of one length at a time",
                   option));
}

void check_pair_windows(attribution::SurrogateMethodOptions const& surrogates) {
  if (surrogates.surrogate.features.between) refuse_positions("--pair-windows");
}

// On the strand '-' the part begins one base earlier or later if exactly one of the two lengths is odd.
void check_library(library::Design const& design, NamedNetwork const& named, std::int64_t window) {
  genome::WindowPart const part = genome::centred_part(window, named.network->input_length());
  for (char const strand : {'+', '-'}) {
    std::int64_t const first = genome::oriented_start(part, window, strand);
    if (design.may_change(first, first + part.length, window)) continue;
    fail(ErrorCode::config,
         fmt::format("the network {} reads positions {}:{} of the windows of {} bases, where no mutant of the library "
                     "differs: give a --window that reaches into them, or scan this network by itself",
                     named.name, first, first + part.length, window));
  }
}

}  // namespace

std::int64_t longest_input(std::vector<NamedNetwork> const& networks) {
  std::int64_t longest = 0;
  for (NamedNetwork const& named : networks) longest = std::max(longest, named.network->input_length());
  return longest;
}

void check_lengths(ScanOptions const& options, attribution::MethodSet const& methods, std::int64_t window) {
  auto const longest = std::max_element(
      options.networks.begin(), options.networks.end(),
      [](auto const& a, auto const& b) { return a.network->input_length() < b.network->input_length(); });
  std::int64_t const length = longest->network->input_length();
  if (length != window) {
    fail(ErrorCode::input, fmt::format("the network {} ({}) reads {} bases, but the loci have {}; use --length {}",
                                       longest->name, longest->network->source, length, window, length));
  }
  bool const mutants = scores_a_library(options, methods);
  bool shorter = false;
  for (NamedNetwork const& named : options.networks) {
    if (named.network->input_length() == window) continue;
    shorter = true;
    if (mutants) check_library(options.design, named, window);
  }
  if (!shorter) return;
  check_pair_windows(options.surrogates);
  if (options.pairwise.window.stop > 0) refuse_positions("--pairwise-window");
}

void check_lengths(attribution::SurrogateMethodOptions const& surrogates, store::Schema const& schema) {
  if (!schema.part_methods.empty()) check_pair_windows(surrogates);
}

}  // namespace shoal::scan
