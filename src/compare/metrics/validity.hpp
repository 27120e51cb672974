// SPDX-License-Identifier: MIT
// How well the scores of a locus's positions find what is known to matter there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::compare {

// What a position is in the truth.
enum class Label : std::uint8_t {
  background,  // the truth is least here
  motif,       // the truth exceeds the threshold
  neither,     // between the two, or N: no metric looks at it
};

// Labels of the positions of a locus [length]: motif where the truth exceeds `threshold`, background where it is its
// own minimum over the locus, otherwise neither, or background with `all_positions`. An N (code above 3) is neither.
std::vector<Label> label_positions(std::span<double const> truth, std::span<std::uint8_t const> codes, double threshold,
                                   bool all_positions);

// Information in bits of base probabilities [4, length]: 2 + sum q log2(q + 1e-10), per position.
std::vector<double> information(std::span<double const> probabilities);

// NaN where the locus has no motif or no background position.
struct Ranking {
  double auroc = 0;              // area under ROC, trapezoids: ties count half
  double aupr = 0;               // area under precision over recall, trapezoids, from (recall 0, precision 1)
  double average_precision = 0;  // sum of precision times the gain of recall, as scikit-learn defines it
};

// Positions with equal scores enter the curves together.
Ranking rank_positions(std::span<double const> scores, std::span<Label const> labels);

// Signal over noise of tfomics: the mean score of motif positions over the mean of the `most` largest positive scores
// of background positions; 0 if fewer than `most` are positive, or there is no motif position.
double signal_to_noise(std::span<double const> scores, std::span<Label const> labels, std::size_t most);

// The share of the positive scores of the locus's k highest positions that is at motif positions; k is the number of
// motif positions. Of positions tied at the border each counts by the same share. NaN if there is no motif position, 0
// if no score among the k is positive.
double top_mass(std::span<double const> scores, std::span<Label const> labels);

// <s, q - 1/4> / (|s| |q - 1/4|) over all bases and positions that are not N; 0 if the map is 0, NaN if q is 1/4
// everywhere. map and probabilities [4, length].
double truth_cosine(std::span<double const> map, std::span<double const> probabilities,
                    std::span<std::uint8_t const> codes);

}  // namespace shoal::compare
