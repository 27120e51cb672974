// SPDX-License-Identifier: MIT
#include "attribution/gradients/gradient_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "attribution/gradients/oriented_points.hpp"
#include "base/error.hpp"
#include "inference/gradient.hpp"

namespace shoal::attribution {

namespace {

// How many floats of gradients are on their way to the host at a time.
constexpr std::int64_t most_floats = std::int64_t{1} << 22;
constexpr std::int64_t most_points = 512;

// The points of one locus, batch by batch. Columns and maps are averaged over the scorer's orientations in their order;
// then each task's transforms follow by the chain rule, so that the score is the one that the scorer gives.
class Batches {
 public:
  Batches(LocusContext const& context, std::int64_t count)
      : context_(context),
        count_(count),
        size_(4 * static_cast<std::int64_t>(context.wild_type.size())),
        tasks_(static_cast<std::int64_t>(context.scorer.tasks().size())),
        capacity_(std::min(count, std::clamp<std::int64_t>(most_floats / (size_ * tasks_), 1, most_points))) {
    expect(context.gradient != nullptr, "a method needs gradients where none were prepared");
    points_.resize(floats(capacity_ * size_));
    oriented_.resize(points_.size());
    input_ = room(capacity_ * size_);
    values_ = room(capacity_ * tasks_);
    maps_ = room(capacity_ * tasks_ * size_);
    for (inference::ScoreFrame const& frame : context.frames) components_.push_back(frame.component);
  }

  void run(FillPoint const& fill, FillPoint const* fill_reference, TakeMultipliers const& take) {
    if (fill_reference != nullptr) {
      references_ = room(capacity_ * size_);
      reference_values_ = room(capacity_ * tasks_);
    }
    for (std::int64_t first = 0; first < count_; first += capacity_) {
      std::int64_t const points = std::min(capacity_, count_ - first);
      sums_.assign(floats(points * tasks_ * size_), 0.0);
      scores_.assign(floats(points * tasks_), 0.0);
      reference_scores_.assign(scores_.size(), 0.0);
      for (kernels::Orientation const& orientation : context_.scorer.orientations()) {
        add_orientation(orientation, first, points, fill, fill_reference);
      }
      give(first, points, fill_reference != nullptr, take);
    }
  }

 private:
  static std::size_t floats(std::int64_t count) { return static_cast<std::size_t>(count); }
  device::Buffer<float> room(std::int64_t count) const { return {context_.backend, floats(count)}; }

  void load(kernels::Orientation const& orientation, std::int64_t first, std::int64_t points, FillPoint const& fill,
            device::Buffer<float>& buffer) {
    for (std::int64_t i = 0; i < points; ++i) {
      auto const point = std::span(points_).subspan(floats(i * size_), floats(size_));
      fill(first + i, point);
      orient(point, orientation, std::span(oriented_).subspan(floats(i * size_), floats(size_)));
    }
    buffer.copy_from(std::span<float const>(oriented_).first(floats(points * size_)));
  }

  // Weights that a task holds are those of the sequence that is explained, for all points.
  void hold_weights(kernels::Orientation const& orientation) {
    if (!context_.gradient->holds_weights()) return;
    load(
        orientation, 0, 1, [&](std::int64_t, std::span<float> point) { write_one_hot(context_.wild_type, point); },
        input_);
    context_.gradient->hold_weights({input_.data(), 1});
  }

  // Adds one orientation's share of the batch's columns and maps.
  void add_orientation(kernels::Orientation const& orientation, std::int64_t first, std::int64_t points,
                       FillPoint const& fill, FillPoint const* fill_reference) {
    context_.gradient->read_as(orientation.reverse_complement, components_);
    hold_weights(orientation);
    load(orientation, first, points, fill, input_);
    if (fill_reference == nullptr) {
      context_.gradient->evaluate({input_.data(), points}, values_, maps_);
    } else {
      load(orientation, first, points, *fill_reference, references_);
      context_.gradient->rescale({input_.data(), points}, {references_.data(), points}, values_, reference_values_,
                                 maps_);
    }
    double const weight = 1.0 / static_cast<double>(context_.scorer.orientations().size());
    std::vector<float> const values = values_.to_host(), maps = maps_.to_host();
    std::vector<float> const references = fill_reference == nullptr ? values : reference_values_.to_host();
    for (std::int64_t row = 0; row < points * tasks_; ++row) {
      scores_[floats(row)] += weight * static_cast<double>(values[floats(row)]);
      reference_scores_[floats(row)] += weight * static_cast<double>(references[floats(row)]);
      add_from_orientation(std::span(maps).subspan(floats(row * size_), floats(size_)), orientation, weight,
                           std::span(sums_).subspan(floats(row * size_), floats(size_)));
    }
  }

  // The projection of a component lacks the share of the mean profile.
  double share_of_mean(std::size_t task) const {
    if (!context_.scorer.tasks()[task].component) return 0.0;
    inference::PrincipalComponent const& component = components_[task];
    double share = 0.0;
    for (std::size_t t = 0; t < component.mean.size(); ++t) share += component.mean[t] * component.direction[t];
    return share;
  }

  void give(std::int64_t first, std::int64_t points, bool has_references, TakeMultipliers const& take) const {
    std::vector<float> map(floats(size_));
    for (std::int64_t row = 0; row < points * tasks_; ++row) {
      auto const task = static_cast<std::size_t>(row % tasks_);
      auto const& transforms = context_.scorer.tasks()[task].transforms;
      double const wild_type = context_.frames.empty() ? 0.0 : context_.frames[task].wild_type;
      double const y = scores_[floats(row)] - share_of_mean(task);
      double const reference = reference_scores_[floats(row)] - share_of_mean(task);
      double const slope = has_references ? network::transformed_multiplier(transforms, y, reference, wild_type)
                                          : network::transformed_slope(transforms, y, wild_type);
      for (std::size_t i = 0; i < map.size(); ++i) {
        map[i] = static_cast<float>(slope * sums_[floats(row * size_) + i]);
      }
      double const score = network::transformed(transforms, y, wild_type);
      double const reference_score = has_references ? network::transformed(transforms, reference, wild_type) : 0.0;
      bool const is_finite = std::isfinite(score) && std::isfinite(reference_score) &&
                             std::all_of(map.begin(), map.end(), [](float x) { return std::isfinite(x); });
      if (!is_finite) {
        fail(ErrorCode::numeric,
             fmt::format("the score or the gradient of task '{}' is not finite", context_.scorer.tasks()[task].name));
      }
      take(first + row / tasks_, task, score, reference_score, map);
    }
  }

  LocusContext const& context_;
  std::int64_t count_, size_, tasks_, capacity_;
  std::vector<inference::PrincipalComponent> components_;  // one per task, or none
  std::vector<float> points_, oriented_;
  device::Buffer<float> input_, references_, values_, reference_values_, maps_;
  std::vector<double> sums_, scores_, reference_scores_;  // sums over the orientations of a batch
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
