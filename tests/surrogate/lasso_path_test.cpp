// SPDX-License-Identifier: MIT
// The lasso's path on libraries of a real size against scikit-learn (tests/data/surrogate/lasso_path_sklearn.py), and
// what must hold where letters enter at the same time.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/data.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/sparse/sparse_fit.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

// SplitMix64, as the script has it.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::int64_t operator()(std::uint64_t below) {
    state_ += 0x9E3779B97F4A7C15ull;
    std::uint64_t word = state_;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ull;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBull;
    return static_cast<std::int64_t>((word ^ (word >> 31)) % below);
  }

 private:
  std::uint64_t state_;
};

// The script's `library`.
Letters drawn_library(std::int64_t length, std::int64_t rows, std::uint64_t seed) {
  Draws draw(seed);
  std::vector<std::int64_t> wild;
  for (std::int64_t l = 0; l < length; ++l) wild.push_back(draw(4));
  std::vector<std::int64_t> effects;
  for (std::int64_t l = 0; l < length; ++l) {
    bool const site = (l >= length / 4 && l < length / 4 + 8) || (l >= 2 * length / 3 && l < 2 * length / 3 + 8);
    std::int64_t const scale = site ? 1024 : 96;
    for (std::int64_t c = 0; c < 4; ++c) {
      effects.push_back(c == wild[l] ? 0 : draw(static_cast<std::uint64_t>(2 * scale + 1)) - scale);
    }
  }
  Letters table{.length = length, .rows = rows, .letters = {}, .responses = {}, .weights = {}, .split = {}};
  for (std::int64_t row = 0; row < rows; ++row) {
    std::int64_t phi = 1024;
    for (std::int64_t l = 0; l < length; ++l) {
      std::int64_t const letter = draw(10) == 0 ? (wild[l] + 1 + draw(3)) % 4 : wild[l];
      table.letters.push_back(static_cast<std::uint8_t>(letter));
      phi += effects[l * 4 + letter];
    }
    std::int64_t noise = 0;
    for (int term = 0; term < 12; ++term) noise += draw(129) - 64;
    table.responses.push_back(static_cast<double>(phi) / static_cast<double>(1024 + std::abs(phi)) +
                              static_cast<double>(noise) / 3072.0);
  }
  table.split = {{0, rows}, {}, {}};
  return table;
}

struct Point {
  std::int64_t count = 0;
  double alpha = 0;
  Parameters parameters;
};

struct GoldenLibrary {
  Letters table;
  std::vector<Point> points;
};

std::vector<GoldenLibrary> read_golden() {
  std::vector<GoldenLibrary> libraries;
  std::ifstream file(test::data("surrogate/lasso_path_sklearn.tsv"));
  for (std::string line; std::getline(file, line);) {
    auto const fields = split(line, '\t');
    if (fields[0] == "library") {
      libraries.push_back({drawn_library(std::stoll(std::string(fields[1])), std::stoll(std::string(fields[2])),
                                         std::stoull(std::string(fields[3]))),
                           {}});
    } else if (fields[0] == "point") {
      std::int64_t const length = libraries.back().table.length;
      Point point{std::stoll(std::string(fields[1])),
                  *parse_real(fields[2]),
                  {length, 4, *parse_real(fields[3]), std::vector<double>(length * 4, 0.0), {}, {}}};
      for (std::size_t i = 4; i < fields.size(); ++i) {
        auto const effect = split(fields[i], ':');
        point.parameters.additive[std::stoull(std::string(effect[0]))] = *parse_real(effect[1]);
      }
      libraries.back().points.push_back(std::move(point));
    }
  }
  return libraries;
}

std::int64_t letters_at(Parameters const& parameters, std::int64_t position) {
  auto const begin = parameters.additive.begin() + position * 4;
  return std::count_if(begin, begin + 4, [](double effect) { return effect != 0; });
}

Parameters zero_sum(Parameters const& parameters) {
  return fix_gauge(parameters, std::vector<double>(parameters.additive.size(), 0.25));
}

// Three letters of a position say as much as its four. When the third enters, the fourth is as far from entering: which
// one it is depends on rounding, so such positions are compared in the zero-sum gauge, and all others as they are.
void expect_same(Parameters const& found, Parameters const& expected) {
  Parameters const found_sum = zero_sum(found);
  Parameters const expected_sum = zero_sum(expected);
  EXPECT_NEAR(found_sum.constant, expected_sum.constant, 1e-6);
  for (std::int64_t position = 0; position < found.length; ++position) {
    std::int64_t const letters = letters_at(expected, position);
    EXPECT_EQ(letters_at(found, position), letters) << position;
    for (std::int64_t i = position * 4; i < position * 4 + 4; ++i) {
      EXPECT_NEAR(found_sum.additive[i], expected_sum.additive[i], 1e-6) << "letter " << i;
      if (letters >= 3) continue;
      EXPECT_NEAR(found.additive[i], expected.additive[i], 1e-6) << "letter " << i;
    }
  }
}

TEST(LassoPath, EqualsScikitLearnOnLibrariesOfARealSize) {
  auto const libraries = read_golden();
  ASSERT_EQ(libraries.size(), 2u);
  for (GoldenLibrary const& library : libraries) {
    ASSERT_GE(library.points.size(), 5u);
    for (Point const& point : library.points) {
      SCOPED_TRACE(std::to_string(library.table.length) + " positions, " + std::to_string(point.count) + " letters");
      SparseFit const found = fit_sparse(library.table.observations(), {0, library.table.rows}, 0, point.count);
      EXPECT_EQ(found.nonzero, point.count);
      EXPECT_NEAR(found.alpha, point.alpha, 1e-9 * point.alpha);
      expect_same(found.parameters, point.parameters);
    }
  }
}

// Letters of a position with effects, when a constant that all four share is taken off.
std::int64_t needed_letters(Parameters const& parameters, std::int64_t position) {
  std::array<double, 4> effects;
  std::copy_n(parameters.additive.begin() + position * 4, 4, effects.begin());
  auto const count = [&](double off) {
    return std::count_if(effects.begin(), effects.end(), [&](double e) { return std::abs(e - off) > 1e-8; });
  };
  std::sort(effects.begin(), effects.end());
  return std::min({count(0.0), count(effects[1]), count(effects[2])});
}

// Just above a point's penalty coordinate descent, which knows no path, needs as many letters at every position. Few
// rows that are half mutated: letters leave, and those that depended on them come in.
TEST(LassoPath, PointsHaveTheLettersOfTheLasso) {
  for (unsigned const seed : {1u, 3u, 31u, 43u, 53u, 65u, 89u}) {
    Letters const table = test::drawn_letters({.length = 8, .rows = 48, .rate = 0.5, .weighted = true, .seed = seed});
    for (std::int64_t count = 1; count <= 23; ++count) {
      SparseFit const found = fit_sparse(table.observations(), {0, table.rows}, 0, count);
      SparseFit const descent =
          fit_elastic_net(table.observations(), {0, table.rows}, 0, {found.alpha * (1 + 1e-5), 1.0, 1e-14, 1000000});
      for (std::int64_t position = 0; position < table.length; ++position) {
        EXPECT_EQ(needed_letters(descent.parameters, position), letters_at(found.parameters, position))
            << "seed " << seed << ", " << count << " letters, position " << position;
      }
    }
  }
}

// Positions with three letters leave the choice of them to ties, which rounding must not decide.
TEST(LassoPath, IsTheSameForRowsInAnotherOrder) {
  Letters const table = drawn_library(60, 2000, 1);
  Letters other = table;
  for (std::int64_t row = 0; row < table.rows; ++row) {
    std::int64_t const from = row * 1237 % table.rows;
    std::copy_n(table.letters.begin() + from * table.length, table.length, other.letters.begin() + row * other.length);
    other.responses[row] = table.responses[from];
  }
  for (std::int64_t const count : {30, 50, 75, 100}) {
    SparseFit const found = fit_sparse(table.observations(), {0, table.rows}, 0, count);
    SparseFit const again = fit_sparse(other.observations(), {0, table.rows}, 0, count);
    EXPECT_NEAR(found.alpha, again.alpha, 1e-12);
    for (std::size_t i = 0; i < found.parameters.additive.size(); ++i) {
      EXPECT_EQ(found.parameters.additive[i] != 0, again.parameters.additive[i] != 0) << count << " letter " << i;
      EXPECT_NEAR(found.parameters.additive[i], again.parameters.additive[i], 1e-9) << count << " letter " << i;
    }
  }
}

// The first of two letters that exclude each other has the effect, wherever they stand.
TEST(LassoPath, TheFirstOfTwoOppositeLettersEnters) {
  Letters table = drawn_library(8, 400, 3);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    for (std::int64_t l = 0; l < table.length; ++l) table.letters[row * table.length + l] %= 2;
    table.responses[row] = table.letter(row, 3) + 0.5 * table.letter(row, 6) + 0.1 * table.responses[row];
  }
  SparseFit const found = fit_sparse(table.observations(), {0, table.rows}, 0, 8);
  for (std::int64_t l = 0; l < table.length; ++l) {
    EXPECT_NE(found.parameters.additive[l * 4], 0.0) << l;
    EXPECT_EQ(found.parameters.additive[l * 4 + 1], 0.0) << l;
  }
  EXPECT_THROW((void)fit_sparse(table.observations(), {0, table.rows}, 0, 9), Error);
}

}  // namespace
}  // namespace shoal::surrogate
