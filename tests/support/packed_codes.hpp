// SPDX-License-Identifier: MIT
// Sequences given as base codes, packed into a backend's memory. N must stand at the same places in every sequence.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::test {

using Codes = std::vector<std::uint8_t>;

inline Codes codes_of(std::string const& text) {
  Codes codes;
  for (char const letter : text) {
    std::size_t const code = std::string("ACGT").find(letter);
    codes.push_back(code == std::string::npos ? kernels::code_n : static_cast<std::uint8_t>(code));
  }
  return codes;
}

// `count` random sequences; positions in `unknown` are N in all of them.
inline std::vector<Codes> random_codes(std::size_t count, std::size_t length, unsigned seed,
                                       std::vector<std::size_t> const& unknown = {}) {
  std::mt19937 generator(seed);
  std::vector<Codes> sequences(count, Codes(length));
  for (Codes& codes : sequences) {
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(generator() >> 30);
    for (std::size_t const position : unknown) codes[position] = kernels::code_n;
  }
  return sequences;
}

class PackedCodes {
 public:
  PackedCodes(device::Backend const& backend, std::vector<Codes> const& sequences)
      : mutants_(static_cast<std::int64_t>(sequences.size())),
        length_(static_cast<std::int32_t>(sequences.front().size())) {
    auto const row = static_cast<std::size_t>(kernels::words_per_row(length_));
    std::vector<std::uint64_t> words(sequences.size() * row), unknown((sequences.front().size() + 63) / 64);
    bool has_unknown = false;
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      for (std::int32_t p = 0; p < length_; ++p) {
        unsigned const code = sequences[s][static_cast<std::size_t>(p)];
        if (code == kernels::code_n) {
          unknown[static_cast<std::size_t>(p / 64)] |= std::uint64_t{1} << (p % 64);
          has_unknown = true;
        } else {
          kernels::set_packed_code(&words[s * row], p, code);
        }
      }
    }
    words_ = device::Buffer<std::uint64_t>(backend, std::span<std::uint64_t const>(words));
    if (has_unknown) unknown_ = device::Buffer<std::uint64_t>(backend, std::span<std::uint64_t const>(unknown));
  }

  kernels::PackedView view() const { return {words_.data(), unknown_.data(), mutants_, length_}; }
  // Sequences [first, first + count).
  kernels::PackedView view(std::int64_t first, std::int64_t count) const {
    return {words_.data() + first * kernels::words_per_row(length_), unknown_.data(), count, length_};
  }

 private:
  std::int64_t mutants_;
  std::int32_t length_;
  device::Buffer<std::uint64_t> words_, unknown_;
};

}  // namespace shoal::test
