// SPDX-License-Identifier: MIT
#include "exports/library_counts.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "genome/loci.hpp"
#include "library/library.hpp"
#include "store/sample.hpp"

namespace shoal::exports::test {

using namespace store::test;
namespace {

constexpr std::int64_t mutants = 40, length = 4;

store::Provenance provenance(std::string const& holdout) {
  return {{"version", "0"},          {"library.design", "random"}, {"library.law", "bernoulli"},
          {"library.mutants", "40"}, {"library.rate", "0.5"},      {"library.window", "0:4"},
          {"library.seed", "3"},     {"ridge.holdout", holdout}};
}

std::string stored(shoal::test::TemporaryFolder const& folder, store::Provenance const& says) {
  store::Schema schema;
  schema.loci = 1;
  schema.length = length;
  schema.models = {{"m", {{"t"}}}};
  schema.methods = {{"ism", {}, {}, {attribution::map_array(length)}}};
  std::string const path = folder.file("s.h5");
  mpi::Communicator const alone;
  std::vector<genome::Locus> const loci = {{"chr1", 10, 14, '+', "a", ""}};
  store::Writer::create_collective(alone, path, schema, says, loci);
  return path;
}

TEST(LibraryCounts, AreOfTheMutantsThatWereFitted) {
  shoal::test::TemporaryFolder const folder;
  store::Reader const reader(stored(folder, provenance("0.25")));
  genome::Locus const locus{"chr1", 10, 14, '+', "a", ""};
  genome::Codes const wild_type = {0, 1, 2, 3};
  auto const counts = letter_counter(reader)(locus, wild_type, std::nullopt);

  auto const backend = device::Backend::cpu(1);
  library::Design design;
  design.mutants = mutants;
  design.rate = 0.5;
  design.law = library::parse_mutation_law("bernoulli");
  design.window_stop = 4;
  design.seed = 3;
  auto const codes =
      library::make_library(*backend, design, genome::locus_identity(locus, wild_type), wild_type).codes();
  std::vector<double> expected(4 * length, 0);
  constexpr std::int64_t fitted = 30;  // a quarter of 40 is held out: the last ones
  for (std::int64_t i = 0; i < fitted * length; ++i) {
    ++expected[static_cast<std::size_t>(4 * (i % length)) + codes[static_cast<std::size_t>(i)]];
  }
  EXPECT_THAT(counts, testing::ElementsAreArray(expected));
}

TEST(LibraryCounts, AStoreThatDoesNotSayHowManyWereHeldOutIsRefused) {
  shoal::test::TemporaryFolder const folder;
  store::Reader const reader(stored(folder, provenance("many")));
  EXPECT_THROW(letter_counter(reader), Error);
}

}  // namespace
}  // namespace shoal::exports::test
