// SPDX-License-Identifier: MIT
#include "global/experiment/contexts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "genome/codes.hpp"
#include "library/dinucleotide_shuffle.hpp"

namespace shoal::global {

using library::Draws;

void put_motif(std::vector<std::uint8_t> letters, char orientation, std::int64_t position, genome::Codes& sequence) {
  if (orientation == '-') genome::reverse_complement(letters);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] != kernels::code_n) sequence[static_cast<std::size_t>(position) + i] = letters[i];
  }
}

GlobalContexts::GlobalContexts(GlobalOptions const& options, std::int64_t length) : options_(options), length_(length) {
  if (options.background != Background::uniform) read_sources();
}

void GlobalContexts::read_sources() {
  genome::LociOptions options = options_.sources;
  options.default_length = length_;
  auto loci = genome::LocusTable::read(options);
  if (loci.length() != length_) {
    fail(ErrorCode::input,
         fmt::format("the sequences of contexts have {} bases, but the networks read {}", loci.length(), length_));
  }
  auto const most = static_cast<std::size_t>(std::max(options_.backgrounds, options_.mutants));
  Digest digest;
  profile_.resize(static_cast<std::size_t>(length_));
  for (std::int64_t index = 0; index < loci.size(); ++index) {
    if (!loci.locus(index).skip_reason.empty()) continue;
    genome::Codes sequence = loci.sequence(index);
    digest.update(std::as_bytes(std::span(sequence)));
    for (std::size_t position = 0; position < sequence.size(); ++position) {
      if (sequence[position] == kernels::code_n) continue;
      ++counts_[sequence[position]];
      ++profile_[position][sequence[position]];
    }
    if (sources_.size() < most) sources_.push_back(std::move(sequence));
  }
  loci.check_letters();
  digest_ = digest.hex();
  if (std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}) == 0) {
    fail(ErrorCode::input, "the sequences of contexts have no known base");
  }
}

void GlobalContexts::fill_unknown(genome::Codes& sequence, Draws& draws) const {
  for (std::uint8_t& code : sequence) {
    if (code == kernels::code_n) code = library::draw_base(counts_, draws);
  }
}

genome::Codes GlobalContexts::context(std::uint64_t stream, std::uint32_t item) const {
  Draws draws(options_.seed, Draws::Purpose::global_contexts, stream, item);
  genome::Codes sequence(static_cast<std::size_t>(length_), kernels::code_n);
  switch (options_.background) {
    case Background::uniform: {
      library::UniformBases bases(draws);
      for (std::uint8_t& code : sequence) code = bases.next();
      break;
    }
    case Background::composition:
      break;
    case Background::profile:
      for (std::size_t position = 0; position < sequence.size(); ++position) {
        library::BaseCounts const& counts = profile_[position];
        bool const is_known = counts != library::BaseCounts{};
        if (is_known) sequence[position] = library::draw_base(counts, draws);
      }
      break;
    case Background::dinucleotide:
      sequence = library::shuffled_dinucleotides(sources_[item % sources_.size()], draws);
      break;
    case Background::native:
      sequence = sources_[item % sources_.size()];
      break;
  }
  fill_unknown(sequence, draws);
  return sequence;
}

std::vector<std::uint8_t> GlobalContexts::letters_of(Insert const& insert, std::uint32_t item) const {
  library::Motif const& motif = options_.motifs[insert.motif];
  Draws draws(options_.seed, Draws::Purpose::motif_letters, insert.motif, item);
  auto const letters = library::draw_motif(motif, draws);
  if (insert.kind == InsertKind::motif) return letters;
  auto const control =
      insert.kind == InsertKind::scrambled ? library::Control::scrambled : library::Control::dinucleotide;
  // Each control of a motif has random numbers of its own.
  Draws order(options_.seed, Draws::Purpose::scrambled_motif,
              2 * insert.motif + (control == library::Control::scrambled ? 0u : 1u), item);
  return library::control_of(motif, letters, control, order);
}

std::vector<genome::Codes> GlobalContexts::arms(Arrangements const& arrangements, std::uint32_t item) const {
  genome::Codes const background = context(0, item);
  std::vector<genome::Codes> sequences;
  sequences.reserve(arrangements.arms.size());
  for (Arm const& arm : arrangements.arms) {
    genome::Codes& sequence = sequences.emplace_back(background);
    for (Insert const& insert : arm) put_motif(letters_of(insert, item), insert.orientation, insert.position, sequence);
  }
  return sequences;
}

}  // namespace shoal::global
