// SPDX-License-Identifier: MIT
// The largest continuous Jaccard similarity of two profiles over offsets and strands, for many pairs.
#pragma once

#include <cstdint>
#include <vector>

#include "motif/discovery/similarity.hpp"

namespace shoal::motif {

// Profiles of one length. Similarities are first computed at all offsets from values that are rounded to whole numbers
// of 16 bits, whose sums are exact. Offsets that are within the bound of their error of the best are then computed in
// single precision, and the largest of these counts: rounding to whole numbers changes no result.
class SlidingProfiles {
 public:
  // `pad`: zeros on both sides of a parent.
  SlidingProfiles(std::vector<Profile> const& profiles, std::int64_t pad);

  // Work of one thread: a parent at a time.
  class Parent {
   public:
    explicit Parent(SlidingProfiles const& all);
    void set(std::int64_t profile);
    // The largest J of `child`, on either strand, over all offsets in the padded parent.
    float best(std::int64_t child);

   private:
    float exact(float const* child, std::int64_t offset) const;

    SlidingProfiles const& all_;
    std::vector<float> values_;             // padded
    std::vector<std::int16_t> rounded_;     // padded, and 32 more
    std::vector<std::int32_t> sums_;        // [offsets] of the rounded values under a child
    std::vector<std::int32_t> high_, low_;  // [2, offsets]
    std::vector<float> approximate_;        // [2, offsets]
  };

 private:
  static constexpr std::int64_t channels = 8;
  static constexpr std::int64_t lanes = 32;

  void round_all();
  std::int64_t words() const { return (length_ * channels + lanes - 1) / lanes; }
  // Place of a child's values: strand 0 as it is, 1 turned.
  std::size_t place(std::int64_t profile, int strand, std::int64_t size) const {
    return static_cast<std::size_t>((profile * 2 + strand) * size);
  }

  std::int64_t number_ = 0;
  std::int64_t length_ = 0;
  std::int64_t pad_ = 0;
  std::int64_t offsets_ = 0;
  float scale_ = 0;                    // whole numbers per unit
  float most_error_ = 0;               // of Σ max and of Σ min, in whole numbers
  std::vector<float> values_;          // [profiles, strands, length, channels]
  std::vector<std::int16_t> rounded_;  // [profiles, strands, words × lanes], zeros at the end
  std::vector<std::int32_t> sums_;     // [profiles] of rounded values, the same on both strands
  std::vector<std::int32_t> sizes_;    // [profiles] of their sizes
};

}  // namespace shoal::motif
