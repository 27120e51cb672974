// SPDX-License-Identifier: MIT
#include "genome/packed_rows.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::genome {

void PackedRows::append(Codes const& sequence) {
  expect(sequence.size() <= std::numeric_limits<std::int32_t>::max(), "PackedRows: a sequence of 2^31 bases or more");
  auto const length = static_cast<std::int32_t>(sequence.size());
  if (rows_ == 0) length_ = length;
  expect(length == length_, "PackedRows: sequences of different lengths");
  words_.resize(words_.size() + static_cast<std::size_t>(kernels::words_per_row(length_)), 0);
  std::uint64_t* const row = words_.data() + rows_ * kernels::words_per_row(length_);
  for (std::int32_t i = 0; i < length_; ++i) {
    if (sequence[static_cast<std::size_t>(i)] != kernels::code_n) {
      kernels::set_packed_code(row, i, sequence[static_cast<std::size_t>(i)]);
    }
  }
  if (std::find(sequence.begin(), sequence.end(), kernels::code_n) != sequence.end()) {
    std::vector<std::uint64_t> mask((sequence.size() + 63) / 64, 0);
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      if (sequence[i] == kernels::code_n) mask[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    unknown_.emplace(rows_, std::move(mask));
  }
  ++rows_;
}

Codes PackedRows::row(std::int64_t index) const {
  expect(index >= 0 && index < rows_, "PackedRows: a row that does not exist");
  std::uint64_t const* const words = words_.data() + index * kernels::words_per_row(length_);
  auto const mask = unknown_.find(index);
  Codes sequence(static_cast<std::size_t>(length_));
  for (std::int32_t i = 0; i < length_; ++i) {
    bool const unknown = mask != unknown_.end() && kernels::mask_bit(mask->second.data(), i);
    sequence[static_cast<std::size_t>(i)] =
        unknown ? kernels::code_n : static_cast<std::uint8_t>(kernels::packed_code(words, i));
  }
  return sequence;
}

}  // namespace shoal::genome
