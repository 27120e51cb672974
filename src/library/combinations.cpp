// SPDX-License-Identifier: MIT
#include "library/combinations.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"
#include "library/mutant_sampling.hpp"
#include "library/pack.hpp"
#include "library/random_draws.hpp"

namespace shoal::library {

namespace {

[[noreturn]] void refuse_size(std::int64_t sites, std::int64_t orders) {
  std::string const what = orders < 0 ? "all sequences" : fmt::format("all mutants of up to {} substitutions", orders);
  fail(ErrorCode::config,
       fmt::format("{} of {} positions are more than {}: narrow --window or lower --orders (11 positions have all of "
                   "theirs)",
                   what, sites, most_combinations));
}

// The next set of `set.size()` of `sites` items in lexicographic order; false after the last.
bool advance(std::vector<std::int32_t>& set, std::int32_t sites) {
  auto const size = static_cast<std::int32_t>(set.size());
  std::int32_t place = size - 1;
  while (place >= 0 && set[static_cast<std::size_t>(place)] == sites - size + place) --place;
  if (place < 0) return false;
  std::int32_t next = set[static_cast<std::size_t>(place)] + 1;
  for (; place < size; ++place) set[static_cast<std::size_t>(place)] = next++;
  return true;
}

// Writes complete rows, one after the other.
class RowWriter {
 public:
  RowWriter(std::span<std::uint8_t const> wild_type, std::span<std::int32_t const> sites, std::int64_t rows)
      : codes_(wild_type), sites_(sites), wild_type_(words(wild_type)), next_(wild_type_.size()) {
    pack_row(wild_type, wild_type_);
    packed_.resize(static_cast<std::size_t>(rows) * wild_type_.size());
    std::copy(wild_type_.begin(), wild_type_.end(), packed_.begin());
  }

  // All mutants that change exactly the sites whose numbers are in `set`.
  void write_set(std::span<std::int32_t const> set) {
    std::int64_t letters = 1;
    for (std::size_t i = 0; i < set.size(); ++i) letters *= 3;
    for (std::int64_t number = 0; number < letters; ++number) {
      std::uint64_t* const row = packed_.data() + next_;
      std::copy(wild_type_.begin(), wild_type_.end(), row);
      std::int64_t rest = number;
      for (std::size_t i = set.size(); i-- > 0; rest /= 3) {
        std::int32_t const position = sites_[static_cast<std::size_t>(set[i])];
        auto const original = static_cast<std::int64_t>(codes_[static_cast<std::size_t>(position)]);
        std::int64_t const alternative = rest % 3;
        auto const code = static_cast<unsigned>(alternative < original ? alternative : alternative + 1);
        kernels::set_packed_code(row, position, code);
      }
      next_ += wild_type_.size();
    }
  }

  std::vector<std::uint64_t> take() { return std::move(packed_); }

 private:
  static std::vector<std::uint64_t> words(std::span<std::uint8_t const> codes) {
    return std::vector<std::uint64_t>(
        static_cast<std::size_t>(kernels::words_per_row(static_cast<std::int32_t>(codes.size()))));
  }

  std::span<std::uint8_t const> codes_;
  std::span<std::int32_t const> sites_;
  std::vector<std::uint64_t> wild_type_, packed_;
  std::size_t next_;
};

std::vector<std::uint64_t> complete_rows(std::span<std::uint8_t const> wild_type, std::span<std::int32_t const> sites,
                                         std::int64_t orders) {
  auto const count = static_cast<std::int32_t>(sites.size());
  RowWriter writer(wild_type, sites, combination_count(count, orders));
  std::int64_t const most = orders < 0 ? count : std::min<std::int64_t>(orders, count);
  for (std::int64_t order = 1; order <= most; ++order) {
    std::vector<std::int32_t> set(static_cast<std::size_t>(order));
    std::iota(set.begin(), set.end(), 0);
    do {
      writer.write_set(set);
    } while (advance(set, count));
  }
  return writer.take();
}

Library from_rows(device::Backend const& backend, std::span<std::uint8_t const> wild_type,
                  std::vector<std::uint64_t> const& packed) {
  auto const length = static_cast<std::int32_t>(wild_type.size());
  auto const rows = static_cast<std::int64_t>(packed.size()) / kernels::words_per_row(length);
  Library library(backend, rows, length, wild_type);
  backend.copy_from_host(library.mutable_view().words, packed.data(), packed.size() * sizeof(std::uint64_t));
  return library;
}

}  // namespace

std::int64_t combination_count(std::int64_t sites, std::int64_t orders) {
  if (orders < -1) {
    fail(ErrorCode::config, fmt::format("--orders {}: give a number of substitutions, or -1 for any", orders));
  }
  std::int64_t const most = orders < 0 ? sites : std::min(orders, sites);
  std::int64_t rows = 1;
  std::int64_t term = 1;  // C(sites, r) 3^r
  for (std::int64_t order = 1; order <= most; ++order) {
    // Before the division it is at most 3 sites times a number below most_combinations.
    term = term * 3 * (sites - order + 1) / order;
    rows += term;
    if (rows > most_combinations) refuse_size(sites, orders);
  }
  return rows;
}

std::int64_t combinatorial_mutants(Design const& design) {
  if (design.window_stop < 0 || design.window_start >= design.window_stop) {
    fail(ErrorCode::config, fmt::format("--window {}:{}: a combinatorial design needs its positions, A:B with A < B",
                                        design.window_start, design.window_stop));
  }
  return combination_count(design.window_stop - design.window_start, design.orders);
}

Library combinatorial_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                              std::span<std::uint8_t const> wild_type) {
  for (std::int64_t position = design.window_start; position < design.window_stop; ++position) {
    if (wild_type[static_cast<std::size_t>(position)] != kernels::code_n) continue;
    fail(ErrorCode::numeric,
         fmt::format("position {} of the window is N: its combinatorial library cannot be complete", position));
  }
  std::vector<std::int32_t> const sites = known_sites(wild_type, design.window_start, design.window_stop);
  std::vector<std::uint64_t> packed = complete_rows(wild_type, sites, design.orders);
  auto const words = static_cast<std::size_t>(kernels::words_per_row(static_cast<std::int32_t>(wild_type.size())));
  auto const row = [&](std::size_t number) { return packed.begin() + static_cast<std::ptrdiff_t>(number * words); };
  Draws draws(design.seed, Draws::Purpose::order, locus_identity, 0);
  // Fisher and Yates, over the rows from 1 on.
  for (std::size_t left = packed.size() / words - 1; left > 1; --left) {
    std::size_t const chosen = 1 + draws.below(left);
    std::swap_ranges(row(left), row(left + 1), row(chosen));
  }
  return from_rows(backend, wild_type, packed);
}

}  // namespace shoal::library
