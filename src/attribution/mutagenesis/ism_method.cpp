// SPDX-License-Identifier: MIT
#include "attribution/mutagenesis/ism_method.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace shoal::attribution {

namespace {

// One row of library::single_substitutions after the wild type.
struct Substitution {
  std::size_t position = 0;
  std::uint8_t base = 0;
};

std::vector<Substitution> substitutions(std::span<std::uint8_t const> wild_type) {
  std::vector<Substitution> rows;
  for (std::size_t position = 0; position < wild_type.size(); ++position) {
    if (wild_type[position] == kernels::code_n) continue;
    for (std::uint8_t base = 0; base < 4; ++base) {
      if (base != wild_type[position]) rows.push_back({position, base});
    }
  }
  return rows;
}

std::string row_name(std::vector<Substitution> const& rows, std::size_t row) {
  if (row == 0) return "the wild type";
  Substitution const& change = rows[row - 1];
  return fmt::format("mutant {} ({} at position {})", row, "ACGT"[change.base], change.position);
}

}  // namespace

std::map<std::string, std::string> IsmMethod::notes() const {
  return {{"definition", "score of the wild type with this base at this position, minus the score of the wild type"},
          {"gauge", "wild type: its own base is 0 at every position; positions that are N are 0"},
          {"units", "units of the task's score"}};
}

std::vector<Attribution> IsmMethod::explain(LocusContext const& context) const {
  library::Library const library = library::single_substitutions(context.backend, context.wild_type);
  std::size_t const tasks = context.scorer.tasks().size();
  device::Buffer<float> buffer(context.backend, static_cast<std::size_t>(library.mutants()) * tasks);
  context.scorer.score(library.view(), buffer, context.frames);
  std::vector<float> const scores = buffer.to_host();
  std::vector<Substitution> const rows = substitutions(context.wild_type);
  expect(rows.size() + 1 == static_cast<std::size_t>(library.mutants()), "single substitutions have an unknown order");
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) {
      fail(ErrorCode::numeric, fmt::format("task '{}' scores {} as {}", context.scorer.tasks()[i % tasks].name,
                                           row_name(rows, i / tasks), scores[i]));
    }
  }
  std::size_t const length = context.wild_type.size();
  std::vector<Attribution> attributions(tasks);
  for (std::size_t task = 0; task < tasks; ++task) {
    std::vector<float> map(4 * length, 0.0F);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      map[rows[row].base * length + rows[row].position] = scores[(row + 1) * tasks + task] - scores[task];
    }
    attributions[task].arrays.emplace_back(std::move(map));
  }
  return attributions;
}

}  // namespace shoal::attribution
