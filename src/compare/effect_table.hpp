// SPDX-License-Identifier: MIT
// Measured effects of variants, against which maps are compared.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "genome/loci.hpp"

namespace shoal::compare {

class EffectTable {
 public:
  // Reads a table of single substitutions with the columns chrom, pos (from 1), ref, alt and value; other columns are
  // ignored. Errors: input, naming file and line: a missing column, a value that is no finite number, an allele that is
  // not one of A, C, G, T.
  static EffectTable read(std::string const& path);

  // Effects of a map's substitutions and the measured ones, in the table's order, for variants inside a locus's window;
  // `map` [4, length] and `codes` in the locus's orientation. Errors: input, naming the line, when the locus has
  // another base than the reference.
  struct Pairs {
    std::vector<double> predicted;  // map at the alternative base minus map at the reference
    std::vector<double> measured;
  };
  Pairs pairs(genome::Locus const& locus, std::span<std::uint8_t const> codes, std::span<double const> map) const;
  // Of the file's bytes: part of the provenance.
  std::string const& identity() const { return identity_; }

 private:
  struct Variant {
    std::int64_t position = 0;  // from 0
    std::uint8_t reference = 0, alternative = 0;
    double value = 0;
    std::int64_t line = 0;
  };

  std::string path_, identity_;
  std::map<std::string, std::vector<Variant>> variants_;  // by contig, ordered by position
};

}  // namespace shoal::compare
