// SPDX-License-Identifier: MIT
#include "network/reduction.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::network {

namespace {

struct ReducerEntry {
  Reducer reducer;
  char const* name;
  char const* argument;  // null if it takes none
  char const* definition;
};

// x[t, c] of P positions, as in the header.
constexpr std::array reducers = {
    ReducerEntry{Reducer::scalar, "scalar", nullptr, "x[0, c]"},
    ReducerEntry{Reducer::sum, "sum", nullptr, "sum over t of x[t, c]"},
    ReducerEntry{Reducer::mean, "mean", nullptr, "mean over t of x[t, c]"},
    ReducerEntry{Reducer::max, "max", nullptr, "max over t of x[t, c]"},
    ReducerEntry{Reducer::position, "position", "P", "x[P, c]"},
    ReducerEntry{Reducer::centre, "centre", "K", "sum of x[t, c] over the K positions from floor((positions - K) / 2)"},
    ReducerEntry{
        Reducer::pca, "pca", nullptr,
        "projection of x[., c] minus its mean over the library on the library's first principal component, its "
        "sign such that the correlation with the sum over t is not negative"},
    ReducerEntry{Reducer::wn, "wn", nullptr, "mean over c of sum over t of x[t, c] * softmax over t of x[t, c]"},
    ReducerEntry{Reducer::wn_squid, "wn-squid", nullptr,
                 "mean over c of sum over t of x[t, c] * softmax over c of x[t, c]"},
    ReducerEntry{Reducer::profile, "profile", nullptr,
                 "mean over c of sum over t of w[t, c] * (x[t, c] - mean over t of x[., c]), w = softmax over t of "
                 "x[t, c], a constant in gradients and multipliers: that of the sequence explained"},
    ReducerEntry{Reducer::profile_joint, "profile-joint", nullptr,
                 "sum over t and c of w[t, c] * (x[t, c] - mean over t and c of x), w = softmax over t and c of "
                 "x[t, c], a constant in gradients and multipliers: that of the sequence explained"},
};

struct TransformEntry {
  ScoreTransform transform;
  char const* name;
  char const* definition;
};

constexpr std::array transforms = {
    TransformEntry{ScoreTransform::log, "log", "ln y"},
    TransformEntry{ScoreTransform::log2_fold_change, "log2fc", "log2(y / y of the wild type)"},
    TransformEntry{ScoreTransform::softplus, "softplus", "ln(1 + e^y)"},
};

ReducerEntry const& entry_of(Reducer reducer) {
  return *std::find_if(reducers.begin(), reducers.end(), [=](auto const& entry) { return entry.reducer == reducer; });
}

TransformEntry const& entry_of(ScoreTransform transform) {
  return *std::find_if(transforms.begin(), transforms.end(),
                       [=](auto const& entry) { return entry.transform == transform; });
}

std::string choices() {
  std::vector<std::string> names, after;
  for (ReducerEntry const& entry : reducers) {
    names.push_back(entry.argument == nullptr ? entry.name : fmt::format("{}:{}", entry.name, entry.argument));
  }
  for (TransformEntry const& entry : transforms) after.emplace_back(entry.name);
  return fmt::format("choose one of {}, and any of {} after it", join(names, ", "), join(after, ", "));
}

// A reduction as it was written, after the option that it came with.
struct Written {
  std::string_view option, text;
};

[[noreturn]] void refuse(Written const& written, std::string const& reason) {
  fail(ErrorCode::config, fmt::format("{} {}: {}; {}", written.option, quoted(written.text), reason, choices()));
}

std::optional<ScoreTransform> find_transform(std::string_view name) {
  for (TransformEntry const& entry : transforms) {
    if (name == entry.name) return entry.transform;
  }
  return std::nullopt;
}

// "NAME" or "NAME:ARGUMENT".
void parse_reducer(Written const& text, std::string_view piece, ProfileReduction& reduction) {
  std::size_t const colon = piece.find(':');
  std::string_view const name = piece.substr(0, colon);
  auto const* const entry =
      std::find_if(reducers.begin(), reducers.end(), [&](auto const& each) { return name == each.name; });
  if (entry == reducers.end()) refuse(text, fmt::format("{} is no reduction", quoted(piece)));
  reduction.reducer = entry->reducer;
  if (entry->argument == nullptr) {
    if (colon != std::string_view::npos) refuse(text, fmt::format("{} takes no number", entry->name));
    return;
  }
  auto const number = colon == std::string_view::npos ? std::nullopt : parse_integer(piece.substr(colon + 1));
  std::int64_t const least = entry->reducer == Reducer::centre ? 1 : 0;
  if (!number || *number < least) {
    refuse(text, fmt::format("{}:{} needs a number of at least {}", entry->name, entry->argument, least));
  }
  reduction.argument = *number;
}

std::string reducer_text(ProfileReduction const& reduction) {
  ReducerEntry const& entry = entry_of(reduction.reducer);
  return entry.argument == nullptr ? entry.name : fmt::format("{}:{}", entry.name, reduction.argument);
}

}  // namespace

ProfileReduction parse_reduction(std::string_view text, std::string_view option) {
  Written const written{option, text};
  ProfileReduction reduction;
  bool is_first = true;
  for (std::string_view const part : split(text, ',')) {
    std::string_view const piece = trim(part);
    if (auto const transform = find_transform(piece)) {
      reduction.transforms.push_back(*transform);
    } else if (is_first) {
      parse_reducer(written, piece, reduction);
    } else {
      refuse(written, fmt::format("{} cannot follow", quoted(piece)));
    }
    is_first = false;
  }
  return reduction;
}

std::string to_string(ProfileReduction const& reduction) {
  std::string text = reducer_text(reduction);
  for (ScoreTransform const transform : reduction.transforms) text += fmt::format(",{}", entry_of(transform).name);
  return text;
}

std::string definition(ProfileReduction const& reduction) {
  std::string text = fmt::format("y = {}", entry_of(reduction.reducer).definition);
  if (entry_of(reduction.reducer).argument != nullptr) {
    text += fmt::format(", {} = {}", entry_of(reduction.reducer).argument, reduction.argument);
  }
  for (ScoreTransform const transform : reduction.transforms) {
    text += fmt::format("; then y = {}", entry_of(transform).definition);
  }
  return text;
}

std::string suffix(ProfileReduction const& reduction) {
  std::string text = reduction.reducer == Reducer::scalar ? std::string() : fmt::format(".{}", reducer_text(reduction));
  for (ScoreTransform const transform : reduction.transforms) text += fmt::format(".{}", entry_of(transform).name);
  return text;
}

namespace {

double applied(ScoreTransform step, double value, double y0) {
  if (step == ScoreTransform::log) return std::log(value);
  if (step == ScoreTransform::softplus) return std::max(value, 0.0) + std::log1p(std::exp(-std::abs(value)));
  return std::log2(value / y0);
}

double slope_of(ScoreTransform step, double value) {
  if (step == ScoreTransform::log) return 1.0 / value;
  if (step == ScoreTransform::softplus) return 1.0 / (1.0 + std::exp(-value));
  return 1.0 / (value * std::log(2.0));
}

}  // namespace

double transformed(std::vector<ScoreTransform> const& steps, double y, double y0) {
  for (ScoreTransform const step : steps) {
    y = applied(step, y, y0);
    y0 = applied(step, y0, y0);
  }
  return y;
}

double transformed_slope(std::vector<ScoreTransform> const& steps, double y, double y0) {
  double slope = 1.0;
  for (ScoreTransform const step : steps) {
    slope *= slope_of(step, y);
    y = applied(step, y, y0);
    y0 = applied(step, y0, y0);
  }
  return slope;
}

double transformed_multiplier(std::vector<ScoreTransform> const& steps, double y, double reference, double y0) {
  if (steps.empty()) return 1.0;
  // Below this the quotient's rounding exceeds the curvature that the derivative leaves out.
  constexpr double nearly_equal = 1e-5;
  if (std::abs(y - reference) <= nearly_equal * (std::abs(y) + std::abs(reference))) {
    return transformed_slope(steps, 0.5 * (y + reference), y0);
  }
  return (transformed(steps, y, y0) - transformed(steps, reference, y0)) / (y - reference);
}

}  // namespace shoal::network
