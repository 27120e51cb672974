// SPDX-License-Identifier: MIT
// Truth of every format on both strands, and refusals by name.
#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "compare/network_table.hpp"
#include "compare/truth.hpp"
#include "support/data.hpp"

namespace shoal::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string written(shoal::test::TemporaryFolder const& folder, std::string const& name, std::string const& text) {
  std::ofstream(folder.file(name)) << text;
  return folder.file(name);
}

template <class Work>
std::string error_of(Work const& work) {
  try {
    work();
  } catch (Error const& error) {
    return error.what();
  }
  return "no error";
}

TEST(Truth, BedOfMotifPositions) {
  shoal::test::TemporaryFolder const folder;
  auto const truth = Truth::read(written(folder, "motifs.bed", "chr1\t98\t102\tA\nchr1\t104\t105\tB\nchr2\t0\t9\tC\n"));
  genome::Locus locus{"chr1", 100, 106, '+', "x", ""};
  EXPECT_THAT(truth.of_locus(0, locus, genome::Codes(6)).values, ElementsAre(1, 1, 0, 0, 1, 0));
  locus.strand = '-';
  EXPECT_THAT(truth.of_locus(0, locus, genome::Codes(6)).values, ElementsAre(0, 1, 0, 0, 1, 1));
  EXPECT_FALSE(truth.has_probabilities());
}

TEST(Truth, BedGraph) {
  shoal::test::TemporaryFolder const folder;
  auto const truth = Truth::read(written(folder, "t.bedgraph", "track type=bedGraph\nchr1\t1\t3\t.5\nchr1\t3\t4\t2\n"));
  genome::Locus const locus{"chr1", 0, 5, '+', "x", ""};
  EXPECT_THAT(truth.of_locus(0, locus, genome::Codes(5)).values, ElementsAre(0, .5, .5, 2, 0));
  EXPECT_THAT(error_of([&] { Truth::read(written(folder, "bad.bg", "chr1\t1\t3\t.5\nchr1\t3\t2\t2\n")); }),
              HasSubstr("bad.bg:2"));
}

TEST(NetworkTable, NumbersAndRefusals) {
  shoal::test::TemporaryFolder const folder;
  auto const table =
      read_network_table(written(folder, "n.tsv", "network\tactivation\tauroc\na\trelu\t.9\nb\texp\tNA\n"));
  EXPECT_EQ(table.number("a", "auroc"), .9);
  EXPECT_EQ(table.number("b", "auroc"), std::nullopt);
  EXPECT_EQ(table.number("c", "auroc"), std::nullopt);
  EXPECT_THAT(error_of([&] { table.number("a", "activation"); }), HasSubstr("activation of network 'a' is 'relu'"));
  EXPECT_THAT(error_of([&] { table.number("a", "r"); }), HasSubstr("it has activation, auroc"));
  EXPECT_THAT(error_of([&] { read_network_table(written(folder, "t.tsv", "network\tx\na\t1\na\t2\n")); }),
              HasSubstr("t.tsv:3: network 'a' has a row already"));
}

}  // namespace
}  // namespace shoal::compare
