// SPDX-License-Identifier: MIT
// Libraries equal, base by base, to those of tests/data/library/library_golden.py, which shares no code with Shoal.
#include <gmock/gmock.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/philox.hpp"
#include "library/library.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"

namespace shoal::library {
namespace {

struct GoldenLibrary {
  Design design;
  std::uint64_t locus = 0;
  std::string wild_type;
  std::uint64_t fnv = 0;
  std::vector<std::string> first_rows;
};

constexpr std::string_view letters = "ACGTN";

std::vector<std::uint8_t> to_codes(std::string const& sequence) {
  std::vector<std::uint8_t> codes;
  for (char letter : sequence) codes.push_back(static_cast<std::uint8_t>(letters.find(letter)));
  return codes;
}

GoldenLibrary read_library(std::istream& line, std::istream& file) {
  GoldenLibrary golden;
  std::string law;
  std::size_t rows = 0;
  line >> law >> golden.design.rate >> std::hex >> golden.design.seed >> golden.locus >> std::dec >>
      golden.design.mutants >> golden.design.window_start >> golden.design.window_stop >> golden.wild_type >>
      std::hex >> golden.fnv >> std::dec >> rows;
  EXPECT_TRUE(line) << "a damaged golden file";
  golden.design.law = parse_mutation_law(law);
  golden.first_rows.resize(rows);
  for (std::string& row : golden.first_rows) std::getline(file, row);
  return golden;
}

std::vector<GoldenLibrary> read_libraries() {
  std::ifstream file(test::data("library/library_golden.txt"));
  std::vector<GoldenLibrary> libraries;
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string kind;
    line >> kind;
    if (kind == "library") libraries.push_back(read_library(line, file));
  }
  return libraries;
}

std::uint64_t fnv1a(std::vector<std::uint8_t> const& codes) {
  std::uint64_t value = 0xCBF29CE484222325u;
  for (std::uint8_t code : codes) value = (value ^ code) * 0x100000001B3u;
  return value;
}

using GoldenLibraries = test::OnBackend;

TEST_P(GoldenLibraries, EveryBaseAgrees) {
  std::vector<GoldenLibrary> const libraries = read_libraries();
  ASSERT_EQ(libraries.size(), 8u);
  for (GoldenLibrary const& golden : libraries) {
    SCOPED_TRACE(std::string(to_string(golden.design.law)) + " " + golden.wild_type.substr(0, 50));
    std::vector<std::uint8_t> const codes =
        random_library(backend(), golden.design, golden.locus, to_codes(golden.wild_type)).codes();
    std::size_t const length = golden.wild_type.size();
    for (std::size_t row = 0; row < golden.first_rows.size(); ++row) {
      std::string shown;
      for (std::size_t i = 0; i < length; ++i) shown += letters[codes[row * length + i]];
      EXPECT_EQ(shown, golden.first_rows[row]) << "row " << row;
    }
    EXPECT_EQ(fnv1a(codes), golden.fnv);
  }
}

SHOAL_ON_EVERY_BACKEND(GoldenLibraries);

// The first three are the published known answers of Random123 (kat_vectors, philox4x32 10) in their halves.
TEST(Philox, KnownAnswers) {
  std::ifstream file(test::data("library/library_golden.txt"));
  int checked = 0;
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string kind;
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
    std::uint32_t item = 0;
    std::uint32_t draw = 0;
    kernels::UniformPair expected;
    line >> kind >> std::hex >> seed >> stream >> item >> draw >> expected.first >> expected.second;
    if (kind != "philox") continue;
    kernels::UniformPair const pair = kernels::philox(seed, stream, item, draw);
    EXPECT_EQ(pair.first, expected.first);
    EXPECT_EQ(pair.second, expected.second);
    ++checked;
  }
  EXPECT_EQ(checked, 3);
  EXPECT_EQ(kernels::philox(0, 0, 0, 0).first, 0xE169C58D6627E8D5u);
  EXPECT_EQ(kernels::philox(0, 0, 0, 0).second, 0x9B00DBD8BC57AC4Cu);
}

}  // namespace
}  // namespace shoal::library
