// SPDX-License-Identifier: MIT
// What loci cost: the distribution of the seconds that a worker needed per locus, in little memory for any number of
// loci.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shoal::scan {

// A histogram whose bins are 2^(1/8) wide (9 %); each knows the exact mean of its values.
class LocusCosts {
 public:
  void add(double seconds, std::int64_t loci = 1);
  LocusCosts& operator+=(LocusCosts const& other);

  std::int64_t count() const;
  double sum() const;
  double mean() const;  // 0 without loci
  // Seconds of the dearest bin.
  double largest() const;

  // Costs of `loci` loci that have this distribution, as far as their number allows, in an order that depends only on
  // `seed`. Errors: internal, without loci.
  std::vector<double> sample(std::int64_t loci, std::uint64_t seed) const;

  // "[[seconds, loci], …]", cheapest first, as in a run log, and back. Errors of `parse`: input.
  std::string text() const;
  static LocusCosts parse(std::string const& text);

 private:
  struct Bin {
    std::int64_t loci = 0;
    double seconds = 0;
  };
  std::map<int, Bin> bins_;
};

}  // namespace shoal::scan
