// SPDX-License-Identifier: MIT
#include "exports/stored_surrogate.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "attribution/map_layout.hpp"
#include "base/error.hpp"
#include "kernels/library/packed.hpp"
#include "surrogate/response_curve.hpp"

namespace shoal::exports {

namespace {

auto find_array(store::MethodSchema const& method, std::string_view name) {
  return std::find_if(method.arrays.begin(), method.arrays.end(),
                      [name](attribution::ArraySchema const& array) { return array.name == name; });
}

bool has_array(store::MethodSchema const& method, std::string_view name) {
  return find_array(method, name) != method.arrays.end();
}

// The array called `name` in double precision, or nothing.
std::optional<std::vector<double>> array_of(store::MethodSchema const& method, attribution::MethodResult const& result,
                                            std::string_view name) {
  auto const found = find_array(method, name);
  if (found == method.arrays.end()) return std::nullopt;
  attribution::ArrayValues const& values = result.arrays[static_cast<std::size_t>(found - method.arrays.begin())];
  return std::visit([](auto const& numbers) { return std::vector<double>(numbers.begin(), numbers.end()); }, values);
}

// The number called `name`, or nothing.
std::optional<double> scalar_of(store::MethodSchema const& method, attribution::MethodResult const& result,
                                std::string_view name) {
  auto const found = std::find(method.scalars.begin(), method.scalars.end(), name);
  if (found == method.scalars.end()) return std::nullopt;
  return result.scalars[static_cast<std::size_t>(found - method.scalars.begin())];
}

auto positions_of_pairs(store::MethodSchema const& method) {
  return std::find_if(method.constants.begin(), method.constants.end(),
                      [](attribution::ConstantArray const& constant) { return constant.name == "pair_positions"; });
}

// g(phi) from a grid [2, points] of phi and g: the straight line of the interval that phi lies in or is nearest to.
double on_grid(std::vector<double> const& grid, double phi) {
  auto const count = static_cast<std::ptrdiff_t>(grid.size() / 2);
  auto const first = grid.begin();
  auto const above = std::upper_bound(first + 1, first + count - 1, phi) - first;
  auto const at = [&](std::ptrdiff_t place) { return grid[static_cast<std::size_t>(place)]; };
  double const width = at(above) - at(above - 1);
  if (!(width > 0)) return at(count + above);
  double const share = (phi - at(above - 1)) / width;
  return at(count + above - 1) + share * (at(count + above) - at(count + above - 1));
}

}  // namespace

bool has_pairs(store::MethodSchema const& method) {
  return has_array(method, "pairs") && positions_of_pairs(method) != method.constants.end();
}

bool has_curve(store::MethodSchema const& method) {
  return has_array(method, "curve");
}

std::string usual_array(store::MethodSchema const& method) {
  return has_array(method, "effects") ? "effects" : "map";
}

surrogate::Parameters stored_parameters(store::MethodSchema const& method, attribution::MethodResult const& result,
                                        std::int64_t length, std::string_view map_name) {
  surrogate::Parameters parameters;
  parameters.length = length;
  parameters.constant =
      scalar_of(method, result, "constant").value_or(scalar_of(method, result, "intercept").value_or(0));
  parameters.additive = attribution::positions_first(array_of(method, result, map_name).value());
  if (!has_pairs(method) || map_name != "map") return parameters;
  auto const* places = std::get_if<std::vector<std::int64_t>>(&positions_of_pairs(method)->values);
  expect(places != nullptr, "the positions of pairs are no integers");
  for (std::size_t pair = 0; 2 * pair < places->size(); ++pair) {
    parameters.pairs.push_back(
        {static_cast<std::int32_t>((*places)[2 * pair]), static_cast<std::int32_t>((*places)[2 * pair + 1])});
  }
  parameters.pair_effects = array_of(method, result, "pairs").value();
  return parameters;
}

std::function<double(double)> stored_curve(store::MethodSchema const& method, attribution::MethodResult const& result) {
  auto const sigmoids = array_of(method, result, "sigmoids");
  auto const offset = scalar_of(method, result, "curve_offset");
  auto const slope = scalar_of(method, result, "curve_slope");
  if (!sigmoids || !offset || !slope) {
    return [grid = array_of(method, result, "curve").value()](double phi) { return on_grid(grid, phi); };
  }
  auto const width = static_cast<std::ptrdiff_t>(sigmoids->size() / 3);
  auto const row = [&](std::ptrdiff_t number) {
    return std::vector<double>(sigmoids->begin() + number * width, sigmoids->begin() + (number + 1) * width);
  };
  return surrogate::ResponseCurve{.kind = surrogate::CurveKind::sigmoids,
                                  .offset = *offset,
                                  .slope = *slope,
                                  .heights = row(0),
                                  .steepness = row(1),
                                  .shifts = row(2),
                                  .knots = {},
                                  .values = {}};
}

std::vector<std::uint8_t> surrogate_letters(genome::Codes const& sequence) {
  std::vector<std::uint8_t> letters(sequence.begin(), sequence.end());
  std::replace(letters.begin(), letters.end(), kernels::code_n, surrogate::missing_letter);
  return letters;
}

}  // namespace shoal::exports
