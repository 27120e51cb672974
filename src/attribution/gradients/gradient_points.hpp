// SPDX-License-Identifier: MIT
// Gradients at many points of one locus, and what all methods that average them share.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "attribution/gradient_options.hpp"
#include "attribution/method.hpp"

namespace shoal::attribution {

// Writes point i of a locus, values [length, 4].
using FillPoint = std::function<void(std::int64_t i, std::span<float> point)>;
// Receives one task's score and gradient [4, length] at point i. Points ascend, and so do tasks within a point.
using TakeGradient =
    std::function<void(std::int64_t i, std::size_t task, double score, std::span<float const> gradient)>;

// Gradients at the points 0 … count - 1, in batches. Errors: numeric, naming the task, when a score or a gradient is
// not finite.
void for_each_gradient(LocusContext const& context, std::int64_t count, FillPoint const& fill,
                       TakeGradient const& take);

using TakeMultipliers = std::function<void(std::int64_t i, std::size_t task, double score, double reference_score,
                                           std::span<float const> multipliers)>;

// The same for DeepLIFT's multipliers between point i and its reference.
void for_each_multiplier(LocusContext const& context, std::int64_t count, FillPoint const& fill,
                         FillPoint const& fill_reference, TakeMultipliers const& take);

// Codes as one-hot values [length, 4]; N is zero.
void write_one_hot(std::span<std::uint8_t const> codes, std::span<float> point);

// A sum of gradients [4, length] in double precision.
using GradientSum = std::vector<double>;
void add(std::span<float const> gradient, double weight, GradientSum& sum);

// Subtracts from every position the mean over its four bases.
void correct(GradientSum& gradient);

// The map in float32, 0 at positions that are N.
std::vector<float> finished_map(GradientSum const& values, std::span<std::uint8_t const> wild_type);

}  // namespace shoal::attribution
