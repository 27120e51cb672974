// SPDX-License-Identifier: MIT
#include "variants/records/profile_change.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "base/not_a_number.hpp"

namespace shoal::variants {

namespace {

// The alternative's value that is compared with the reference's, base by base.
class AlignedAlternative {
 public:
  AlignedAlternative(std::span<float const> values, ProfileGrid const& grid, AllelePlace const& allele,
                     bool deleted_bases_count)
      : values_(values), grid_(grid), allele_(allele), deleted_bases_count_(deleted_bases_count) {}

  // The value at the reference's base `base` in the window; NaN if there is none.
  double at(std::int64_t base) const {
    std::int64_t const in_allele = base - allele_.start;
    std::int64_t const shorter = std::min(allele_.reference, allele_.alternative);
    if (in_allele >= allele_.reference) return value(base + allele_.alternative - allele_.reference);
    if (in_allele >= shorter) return deleted_bases_count_ ? 0.0 : not_a_number;
    if (in_allele == allele_.reference - 1) return largest(base, allele_.start + allele_.alternative);
    return value(base);
  }

 private:
  double value(std::int64_t base) const {
    std::int64_t const position = base - grid_.first_base;
    bool const is_inside = position >= 0 && position < static_cast<std::int64_t>(values_.size());
    return is_inside ? static_cast<double>(values_[static_cast<std::size_t>(position)]) : not_a_number;
  }

  // Over the bases [first, end), at least one; bases outside the profile do not count.
  double largest(std::int64_t first, std::int64_t end) const {
    double found = value(first);
    for (std::int64_t base = first + 1; base < end; ++base) found = std::fmax(found, value(base));
    return found;
  }

  std::span<float const> values_;
  ProfileGrid grid_;
  AllelePlace allele_;
  bool deleted_bases_count_;
};

}  // namespace

ProfileGrid grid_of(std::int64_t length, std::int64_t positions, std::int64_t bases_per_position, bool reversed) {
  std::int64_t const outside = length - positions * bases_per_position;
  // Rounded down, also below 0.
  std::int64_t const before = (outside - (outside % 2 != 0 && outside < 0 ? 1 : 0)) / 2;
  return {.first_base = reversed ? outside - before : before, .bases_per_position = bases_per_position};
}

std::optional<ProfileChange> largest_change(std::span<float const> reference, std::span<float const> alternative,
                                            ProfileGrid const& grid, AllelePlace const& allele,
                                            ChangeOptions const& options) {
  AlignedAlternative const aligned(alternative, grid, allele, options.deleted_bases_count);
  std::optional<ProfileChange> found;
  for (std::size_t position = 0; position < reference.size(); ++position) {
    std::int64_t const first = grid.first_base + static_cast<std::int64_t>(position) * grid.bases_per_position;
    std::int64_t const offset = first + grid.bases_per_position / 2 - allele.start;
    if (options.distance >= 0 && std::abs(offset) > options.distance) continue;
    double const other = grid.bases_per_position == 1 ? aligned.at(first) : static_cast<double>(alternative[position]);
    double const change = other - static_cast<double>(reference[position]);
    if (!std::isfinite(change)) continue;
    double const lost = 0.0 - change;
    if (!found) found = {change, lost, offset, offset};
    if (change > found->gain) std::tie(found->gain, found->gain_offset) = std::pair(change, offset);
    if (lost > found->loss) std::tie(found->loss, found->loss_offset) = std::pair(lost, offset);
  }
  return found;
}

}  // namespace shoal::variants
