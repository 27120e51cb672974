// SPDX-License-Identifier: MIT
#include "attribution/gradient_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/gradient.hpp"

namespace shoal::attribution {

namespace {

// Floats of gradients on their way to the host at a time.
constexpr std::int64_t most_floats = std::int64_t{1} << 22;
constexpr std::int64_t most_points = 512;

// The points of one locus, batch by batch.
class Batches {
 public:
  Batches(LocusContext const& context, std::int64_t count)
      : context_(context),
        count_(count),
        size_(4 * static_cast<std::int64_t>(context.wild_type.size())),
        tasks_(static_cast<std::int64_t>(context.scorer.tasks().size())),
        capacity_(std::min(count, std::clamp<std::int64_t>(most_floats / (size_ * tasks_), 1, most_points))) {
    expect(context.gradient != nullptr, "a method needs gradients where none were planned");
    points_.resize(static_cast<std::size_t>(capacity_ * size_));
    input_ = room(capacity_ * size_);
    values_ = room(capacity_ * tasks_);
    maps_ = room(capacity_ * tasks_ * size_);
  }

  void run(FillPoint const& fill, FillPoint const* fill_reference, TakeMultipliers const& take) {
    if (fill_reference != nullptr) {
      references_ = room(capacity_ * size_);
      reference_values_ = room(capacity_ * tasks_);
    }
    for (std::int64_t first = 0; first < count_; first += capacity_) {
      std::int64_t const points = std::min(capacity_, count_ - first);
      load(first, points, fill, input_);
      if (fill_reference == nullptr) {
        context_.gradient->evaluate({input_.data(), points}, values_, maps_);
      } else {
        load(first, points, *fill_reference, references_);
        context_.gradient->rescale({input_.data(), points}, {references_.data(), points}, values_, reference_values_,
                                   maps_);
      }
      give(first, points, take);
    }
  }

 private:
  device::Buffer<float> room(std::int64_t floats) const { return {context_.backend, static_cast<std::size_t>(floats)}; }

  void load(std::int64_t first, std::int64_t points, FillPoint const& fill, device::Buffer<float>& buffer) {
    for (std::int64_t i = 0; i < points; ++i) {
      fill(first + i, std::span(points_).subspan(static_cast<std::size_t>(i * size_), static_cast<std::size_t>(size_)));
    }
    buffer.copy_from(std::span<float const>(points_).first(static_cast<std::size_t>(points * size_)));
  }

  void give(std::int64_t first, std::int64_t points, TakeMultipliers const& take) const {
    std::vector<float> const values = values_.to_host(), maps = maps_.to_host();
    std::vector<float> const references =
        reference_values_.size() > 0 ? reference_values_.to_host() : std::vector<float>();
    for (std::int64_t row = 0; row < points * tasks_; ++row) {
      auto const i = static_cast<std::size_t>(row);
      auto const task = static_cast<std::size_t>(row % tasks_);
      auto const map = std::span(maps).subspan(i * static_cast<std::size_t>(size_), static_cast<std::size_t>(size_));
      bool const is_finite = std::isfinite(values[i]) && (references.empty() || std::isfinite(references[i])) &&
                             std::all_of(map.begin(), map.end(), [](float x) { return std::isfinite(x); });
      if (!is_finite) {
        fail(ErrorCode::numeric,
             fmt::format("the score or the gradient of task '{}' is not finite", context_.scorer.tasks()[task].name));
      }
      take(first + row / tasks_, task, static_cast<double>(values[i]),
           references.empty() ? 0.0 : static_cast<double>(references[i]), map);
    }
  }

  LocusContext const& context_;
  std::int64_t count_, size_, tasks_, capacity_;
  std::vector<float> points_;
  device::Buffer<float> input_, references_, values_, reference_values_, maps_;
};

}  // namespace

void for_each_gradient(LocusContext const& context, std::int64_t count, FillPoint const& fill,
                       TakeGradient const& take) {
  Batches(context, count)
      .run(fill, nullptr, [&](std::int64_t i, std::size_t task, double score, double, std::span<float const> gradient) {
        take(i, task, score, gradient);
      });
}

void for_each_multiplier(LocusContext const& context, std::int64_t count, FillPoint const& fill,
                         FillPoint const& fill_reference, TakeMultipliers const& take) {
  Batches(context, count).run(fill, &fill_reference, take);
}

void write_one_hot(std::span<std::uint8_t const> codes, std::span<float> point) {
  std::fill(point.begin(), point.end(), 0.0F);
  for (std::size_t p = 0; p < codes.size(); ++p) {
    if (codes[p] != kernels::code_n) point[4 * p + codes[p]] = 1.0F;
  }
}

void add(std::span<float const> gradient, double weight, GradientSum& sum) {
  for (std::size_t i = 0; i < gradient.size(); ++i) sum[i] += weight * static_cast<double>(gradient[i]);
}

void correct(GradientSum& gradient) {
  std::size_t const length = gradient.size() / 4;
  for (std::size_t p = 0; p < length; ++p) {
    double const mean =
        (gradient[p] + gradient[length + p] + gradient[2 * length + p] + gradient[3 * length + p]) / 4.0;
    for (std::size_t base = 0; base < 4; ++base) gradient[base * length + p] -= mean;
  }
}

std::vector<float> finished_map(GradientSum const& values, std::span<std::uint8_t const> wild_type) {
  std::vector<float> map(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    map[i] = wild_type[i % wild_type.size()] == kernels::code_n ? 0.0F : static_cast<float>(values[i]);
  }
  return map;
}

}  // namespace shoal::attribution
