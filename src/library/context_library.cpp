// SPDX-License-Identifier: MIT
#include "library/context_library.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "library/context.hpp"
#include "library/random_draws.hpp"

namespace shoal::library {

namespace {

// The random library of one window, on the host.
Library window_mutants(device::Backend const& host, Design const& design, std::uint64_t identity,
                       std::span<std::uint8_t const> wild_type) {
  Design random = design;
  random.kind = DesignKind::random;
  return random_library(host, random, identity, wild_type);
}

// Copies the second window's codes of every mutant.
void take_second_window(Library const& second, Design const& design, Library& library) {
  auto const from = second.view();
  auto const to = library.mutable_view();
  std::int32_t const words = kernels::words_per_row(to.length);
  for (std::int64_t mutant = 1; mutant < to.mutants; ++mutant) {
    for (std::int64_t at = design.second_start; at < design.second_stop; ++at) {
      auto const position = static_cast<std::int32_t>(at);
      kernels::set_packed_code(to.words + mutant * words, position,
                               kernels::packed_code(from.words + mutant * words, position));
    }
  }
}

// [mutants, length] with the windows mutated and the rest of the wild type, on the host.
Library mutated_windows(device::Backend const& host, Design const& design, std::uint64_t identity,
                        std::span<std::uint8_t const> wild_type) {
  if (design.rate == 0) {
    auto const length = static_cast<std::int32_t>(wild_type.size());
    Library library(host, design.mutants, length, wild_type);
    auto const view = library.mutable_view();
    std::int32_t const words = kernels::words_per_row(length);
    for (std::int64_t mutant = 1; mutant < design.mutants; ++mutant) {
      std::copy_n(view.words, words, view.words + mutant * words);
    }
    return library;
  }
  Library library = window_mutants(host, design, identity, wild_type);
  if (design.kind != DesignKind::inter_window) return library;
  Design second = design;
  second.window_start = design.second_start;
  second.window_stop = design.second_stop;
  std::uint64_t const second_identity = Draws(design.seed, Draws::Purpose::second_window, identity, 0).next();
  take_second_window(window_mutants(host, second, second_identity, wild_type), design, library);
  return library;
}

void draw_contexts(Design const& design, std::uint64_t identity, std::span<std::uint8_t const> wild_type,
                   Library& library) {
  ContextSampler const sampler(design.context, wild_type, redrawn_positions(design, library.length()));
  auto const view = library.mutable_view();
  std::int32_t const words = kernels::words_per_row(view.length);
  for (std::int64_t mutant = 1; mutant < view.mutants; ++mutant) {
    Draws draws(design.seed, Draws::Purpose::contexts, identity, static_cast<std::uint32_t>(mutant));
    std::vector<std::uint8_t> const bases = sampler.draw(draws);
    for (std::size_t i = 0; i < bases.size(); ++i) {
      kernels::set_packed_code(view.words + mutant * words, sampler.positions()[i], bases[i]);
    }
  }
}

}  // namespace

std::vector<std::uint8_t> redrawn_positions(Design const& design, std::int64_t length) {
  std::vector<std::uint8_t> redrawn(static_cast<std::size_t>(length));
  std::int64_t const stop = design.window_stop == -1 ? length : design.window_stop;
  bool const two = design.kind == DesignKind::inter_window;
  std::int64_t const end = two ? design.second_stop : stop;
  auto const mark = [&redrawn](std::int64_t first, std::int64_t last) {
    std::fill(redrawn.begin() + first, redrawn.begin() + last, std::uint8_t{1});
  };
  if (design.scope != ContextScope::between) {
    mark(0, design.window_start);
    mark(end, length);
  }
  if (two && design.scope != ContextScope::flanks) mark(stop, design.second_start);
  return redrawn;
}

Library context_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                        std::span<std::uint8_t const> wild_type) {
  design.validate(static_cast<std::int64_t>(wild_type.size()));
  auto const host = device::Backend::cpu(1);
  Library made = mutated_windows(*host, design, locus_identity, wild_type);
  if (design.draws_context()) draw_contexts(design, locus_identity, wild_type, made);
  auto const packed = made.view();
  Library library(backend, made.mutants(), made.length(), wild_type);
  auto const words = static_cast<std::size_t>(packed.mutants * kernels::words_per_row(packed.length));
  backend.copy_from_host(library.mutable_view().words, packed.words, words * sizeof(std::uint64_t));
  return library;
}

}  // namespace shoal::library
