// SPDX-License-Identifier: MIT
#include "library/context.hpp"

#include <numeric>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"
#include "library/dinucleotide_shuffle.hpp"

namespace shoal::library {

std::uint8_t draw_base(BaseCounts const& counts, Draws& draws) {
  std::uint64_t choice = draws.below(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  std::uint8_t base = 0;
  while (choice >= counts[base]) choice -= counts[base++];
  return base;
}

std::uint8_t UniformBases::next() {
  if (left_ == 0) {
    bits_ = draws_->next();
    left_ = kernels::bases_per_word;
  }
  auto const base = static_cast<std::uint8_t>(bits_ & 3u);
  bits_ >>= 2;
  --left_;
  return base;
}

ContextSampler::ContextSampler(ContextLaw law, std::span<std::uint8_t const> wild_type,
                               std::span<std::uint8_t const> redrawn)
    : law_(law), masked_(wild_type.size(), kernels::code_n) {
  expect(redrawn.size() == wild_type.size(), "a mask of another length than its sequence");
  for (std::size_t position = 0; position < wild_type.size(); ++position) {
    std::uint8_t const code = wild_type[position];
    if (redrawn[position] == 0 || code == kernels::code_n) continue;
    positions_.push_back(static_cast<std::int32_t>(position));
    masked_[position] = code;
    ++counts_[code];
  }
}

std::vector<std::uint8_t> ContextSampler::draw(Draws& draws) const {
  std::vector<std::uint8_t> bases(positions_.size());
  switch (law_) {
    case ContextLaw::fixed:
      for (std::size_t i = 0; i < bases.size(); ++i) bases[i] = masked_[static_cast<std::size_t>(positions_[i])];
      break;
    case ContextLaw::uniform: {
      UniformBases stream(draws);
      for (std::uint8_t& base : bases) base = stream.next();
      break;
    }
    case ContextLaw::composition:
      for (std::uint8_t& base : bases) base = draw_base(counts_, draws);
      break;
    case ContextLaw::dinucleotide: {
      std::vector<std::uint8_t> const shuffled = shuffled_dinucleotides(masked_, draws);
      for (std::size_t i = 0; i < bases.size(); ++i) bases[i] = shuffled[static_cast<std::size_t>(positions_[i])];
      break;
    }
  }
  return bases;
}

}  // namespace shoal::library
