// SPDX-License-Identifier: MIT
#include "surrogate/ridge/letter_matches.hpp"

#include <algorithm>
#include <bit>

namespace shoal::surrogate {

namespace {

constexpr std::int64_t word_bits = 64;

void set_bit(std::uint64_t* words, std::int64_t position) {
  words[position / word_bits] |= std::uint64_t{1} << (position % word_bits);
}

// Pairs of `length` positions that are at most `distance` apart.
std::int64_t near_pairs(std::int64_t length, std::int64_t distance) {
  return distance * length - distance * (distance + 1) / 2;
}

}  // namespace

LetterMatches::LetterMatches(Observations const& observations, kernels::RowRange rows,
                             std::vector<SitePair> const& pairs)
    : words_((observations.length() + word_bits - 1) / word_bits),
      planes_(1 + std::bit_width(static_cast<unsigned>(observations.alphabet - 1))) {
  std::int64_t const length = observations.length();
  bits_.assign(rows.size() * planes_ * words_, 0);
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    std::uint8_t const* const letters = observations.letters.data + row * observations.letters.stride;
    std::uint64_t* const planes = bits_.data() + (row - rows.begin) * planes_ * words_;
    for (std::int64_t position = 0; position < length; ++position) {
      if (letters[position] == missing_letter) continue;
      set_bit(planes, position);
      for (std::int64_t plane = 1; plane < planes_; ++plane) {
        if ((letters[position] >> (plane - 1) & 1) != 0) set_bit(planes + plane * words_, position);
      }
    }
  }
  if (pairs.empty()) return;
  for (SitePair const pair : pairs) distance_ = std::max<std::int64_t>(distance_, pair.second - pair.first);
  auto const count = static_cast<std::int64_t>(pairs.size());
  if (count == near_pairs(length, length - 1)) {
    set_ = PairSet::all;
  } else if (count == near_pairs(length, distance_)) {
    set_ = PairSet::near;
  } else {
    set_ = PairSet::listed;
    partners_.assign(length * words_, 0);
    for (SitePair const pair : pairs) set_bit(partners_.data() + pair.first * words_, pair.second);
  }
}

std::uint64_t LetterMatches::word(std::int64_t one, std::int64_t other, std::int64_t number) const {
  std::uint64_t const* const a = bits_.data() + one * planes_ * words_ + number;
  std::uint64_t const* const b = bits_.data() + other * planes_ * words_ + number;
  std::uint64_t same = a[0] & b[0];
  for (std::int64_t plane = 1; plane < planes_; ++plane) same &= ~(a[plane * words_] ^ b[plane * words_]);
  return same;
}

std::int64_t LetterMatches::pairs_among(std::uint64_t const* matches) const {
  std::int64_t count = 0;
  if (set_ == PairSet::near) {
    for (std::int64_t apart = 1; apart <= distance_; ++apart) {
      std::int64_t const skipped = apart / word_bits;
      int const shift = static_cast<int>(apart % word_bits);
      for (std::int64_t i = 0; i + skipped < words_; ++i) {
        std::uint64_t moved = matches[i + skipped] >> shift;
        if (shift > 0 && i + skipped + 1 < words_) moved |= matches[i + skipped + 1] << (word_bits - shift);
        count += std::popcount(matches[i] & moved);
      }
    }
    return count;
  }
  for (std::int64_t i = 0; i < words_; ++i) {
    for (std::uint64_t left = matches[i]; left != 0; left &= left - 1) {
      std::uint64_t const* const partners = partners_.data() + (i * word_bits + std::countr_zero(left)) * words_;
      for (std::int64_t j = i; j < words_; ++j) count += std::popcount(matches[j] & partners[j]);
    }
  }
  return count;
}

LetterMatches::Counts LetterMatches::operator()(std::int64_t one, std::int64_t other) const {
  Counts counts;
  if (set_ == PairSet::none || set_ == PairSet::all) {
    for (std::int64_t i = 0; i < words_; ++i) counts.letters += std::popcount(word(one, other, i));
    if (set_ == PairSet::all) counts.pairs = counts.letters * (counts.letters - 1) / 2;
    return counts;
  }
  std::vector<std::uint64_t> matches(words_);
  for (std::int64_t i = 0; i < words_; ++i) {
    matches[i] = word(one, other, i);
    counts.letters += std::popcount(matches[i]);
  }
  counts.pairs = pairs_among(matches.data());
  return counts;
}

}  // namespace shoal::surrogate
