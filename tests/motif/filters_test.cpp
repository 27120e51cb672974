// SPDX-License-Identifier: MIT
// Motifs of first-layer filters against NumPy and memelite (tests/data/motif/filters.py), and hand-made networks.
#include "motif/filters.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "motif/motif_file.hpp"
#include "network/shapes.hpp"
#include "readers/read_network.hpp"
#include "support/data.hpp"

namespace shoal::motif {
namespace {

using test::data;

std::vector<std::vector<std::string>> rows_of(std::string const& file) {
  std::ifstream stream(data(file));
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');) rows.back().push_back(field);
  }
  return rows;
}

void write_fasta(std::string const& path, std::vector<std::string> const& sequences) {
  std::ofstream file(path);
  for (std::size_t i = 0; i < sequences.size(); ++i) file << ">s" << i << "\n" << sequences[i] << "\n";
}

genome::LocusTable read_sequences(std::string const& path) {
  genome::LociOptions options;
  options.fasta = path;
  return genome::LocusTable::read(options);
}

scan::NamedNetwork published(std::string const& name) {
  return {name, readers::read_network(data("published/" + name + ".json"), data("published/" + name + ".h5"))};
}

// A network of one convolution without activation; kernel [width, 4, filters].
scan::NamedNetwork convolution(std::int64_t length, network::Conv1D layer) {
  auto made = std::make_shared<network::Network>();
  made->source = "hand-made";
  made->nodes.push_back({"input", "Input", network::InputLayer{}, {}, {length, 4}});
  network::Shape const shape = network::infer_shape(network::Layer(layer), network::Shape{length, 4});
  made->nodes.push_back({"conv", "Conv1D", std::move(layer), {0}, shape});
  made->outputs = {1};
  return {"hand", made};
}

class FilterTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
};

TEST_F(FilterTest, EqualsNumPyAndMemelite) {
  std::vector<std::string> sequences;
  for (auto const& row : rows_of("published/zoo_sequences.tsv")) sequences.push_back(row[1]);
  std::string const fasta = folder_.file("zoo.fa");
  write_fasta(fasta, sequences);
  auto const factors = read_factors(data("motif/factors.txt"));
  ComparisonOptions comparison;
  comparison.target_bins = 100;
  MotifComparison const database(read_motifs(data("motif/filters.meme")).motifs, comparison);
  FilterOptions options;
  options.thresholds = {0.9, 0.1, 0.5};
  std::map<std::string, std::vector<FilterMotif>> motifs;
  std::map<std::string, FilterMatches> matches;
  for (std::string const name : {"deep_relu", "deep_exponential", "shallow_relu", "shallow_exponential"}) {
    auto loci = read_sequences(fasta);
    motifs[name] = filter_motifs(published(name), loci, options);
    matches[name] = score_filters(motifs[name], database, factors, {}, 0.1, 2);
  }
  for (auto const& row : rows_of("motif/filters.tsv")) {
    SCOPED_TRACE(row[0] + " " + row[1] + " " + row[2]);
    std::size_t const threshold = row[1] == "0.1" ? 0 : row[1] == "0.5" ? 1 : 2;
    FilterMotif const& motif = motifs[row[0]][threshold * 8 + std::stoul(row[2])];
    EXPECT_EQ(motif.threshold, std::stod(row[1]));
    EXPECT_EQ(motif.windows, std::stol(row[3]));
    std::istringstream columns(row[4]);
    std::size_t i = 0;
    for (std::string value; std::getline(columns, value, ','); ++i) {
      ASSERT_LT(i / 4, motif.columns.size());
      EXPECT_NEAR(motif.columns[i / 4][i % 4], std::stod(value), 2e-9);
    }
    EXPECT_EQ(i, 4 * motif.columns.size());
  }
  for (auto const& row : rows_of("motif/fractions.tsv")) {
    SCOPED_TRACE(row[0] + " " + row[1]);
    std::size_t const threshold = row[1] == "0.1" ? 0 : row[1] == "0.5" ? 1 : 2;
    FilterScore const& score = matches[row[0]].scores[threshold];
    EXPECT_EQ(score.filters, 8);
    EXPECT_EQ(score.matched, std::stol(row[2]));
    EXPECT_EQ(score.matched_any, std::stol(row[3]));
    EXPECT_EQ(score.covered(), std::stol(row[4]));
  }
}

TEST_F(FilterTest, AlignsAtTheMiddleTapWhateverThePadding) {
  // One filter that is 3 on ACA. The sequence has one at bases 9, 10, 11 and, too close to the end, at 21, 22, 23.
  std::string const fasta = folder_.file("one.fa");
  write_fasta(fasta, {"TTTTTTTTTACATTTTTTTTTACA", "GGGGGGGGGACAGGGGGGGGGGGG"});
  network::Conv1D layer;
  layer.filters = 1;
  layer.width = 3;
  layer.kernel = {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0};
  FilterOptions options;
  options.window = 8;
  options.clip_information = 0.5;
  for (auto const padding : {network::Padding::valid, network::Padding::same}) {
    layer.padding = padding;
    auto loci = read_sequences(fasta);
    auto const motifs = filter_motifs(convolution(24, layer), loci, options);
    ASSERT_EQ(motifs.size(), 1U);
    EXPECT_EQ(motifs[0].largest, 3);
    // Windows begin 4 bases before base 10: T and G flanks, ACA in columns 3 to 5.
    ASSERT_EQ(motifs[0].columns.size(), 8U);
    EXPECT_EQ(motifs[0].columns[3], (Column{1, 0, 0, 0}));
    EXPECT_EQ(motifs[0].columns[4], (Column{0, 1, 0, 0}));
    EXPECT_EQ(motifs[0].columns[5], (Column{1, 0, 0, 0}));
    EXPECT_EQ(motifs[0].columns[0], (Column{0, 0, 0.5, 0.5}));
    EXPECT_EQ(motifs[0].windows, 2);
  }
}

TEST_F(FilterTest, KeepsTheStrongestWindows) {
  // Activations: 2 at AA, 1 at an A beside others.
  std::string const fasta = folder_.file("some.fa");
  write_fasta(fasta, {"CCCCCCAACCCCCCACCCCC", "GGGGGGGAAGGGGGGAGGGG"});
  network::Conv1D layer;
  layer.filters = 1;
  layer.width = 2;
  layer.kernel = {1, 0, 0, 0, 1, 0, 0, 0};
  layer.padding = network::Padding::same;
  FilterOptions options;
  options.window = 4;
  options.thresholds = {0.4, 0.6};
  auto loci = read_sequences(fasta);
  auto const all = filter_motifs(convolution(20, layer), loci, options);
  EXPECT_EQ(all[0].windows, 10);
  EXPECT_EQ(all[1].windows, 2);
  options.most_windows = 3;
  auto const strongest = filter_motifs(convolution(20, layer), loci, options);
  EXPECT_EQ(strongest[0].windows, 3);  // both AA, and the first A of the first sequence
  EXPECT_EQ(strongest[1].windows, 2);
  EXPECT_EQ(strongest[1].columns, all[1].columns);
}

TEST_F(FilterTest, CountsHits) {
  std::vector<Motif> targets;
  for (std::string const word : {"ACGTACGTAC", "TTGACCTTGA", "CCCATGGGTT", "GATTACAGAT"}) {
    Motif motif{word, "", {}, 0, 0};
    for (char const letter : word) {
      Column column{};
      column[std::string("ACGT").find(letter)] = 1;
      motif.columns.push_back(column);
    }
    targets.push_back(motif);
  }
  MotifComparison const database(targets, {});
  std::vector<FilterMotif> filters(3);
  filters[0].columns = targets[1].columns;
  filters[1].columns = targets[2].columns;
  filters[2].columns = std::vector<Column>(6, Column{0.25, 0.25, 0.25, 0.25});
  for (FilterMotif& filter : filters) filter.windows = 2;
  filters[2].windows = 1;
  std::vector<Factor> const factors = {{"F", {"TTGACCTTGA", "ACGTACGTAC"}}, {"G", {"GATTACAGAT"}}};
  auto const found = score_filters(filters, database, factors, {"CCCATGGGTT"}, 1e-3, 1);
  ASSERT_EQ(found.scores.size(), 1U);
  EXPECT_EQ(found.scores[0].filters, 3);
  EXPECT_EQ(found.scores[0].with_windows, 2);
  EXPECT_EQ(found.scores[0].matched, 1);
  EXPECT_EQ(found.scores[0].matched_any, 1);
  EXPECT_EQ(found.scores[0].covered(), 1);
  EXPECT_EQ(found.scores[0].best_q[0], found.matches[0][1].q);
  EXPECT_EQ(score_filters(filters, database, factors, {}, 1e-3, 1).scores[0].matched_any, 2);
}

TEST_F(FilterTest, RefusesWhatItCannotUse) {
  std::string const fasta = folder_.file("short.fa");
  write_fasta(fasta, {"ACGT"});
  auto loci = read_sequences(fasta);
  EXPECT_THROW(filter_motifs(published("deep_relu"), loci, {}), Error);
  auto none = std::make_shared<network::Network>();
  none->nodes.push_back({"input", "Input", network::InputLayer{}, {}, {4, 4}});
  none->outputs = {0};
  EXPECT_THROW(filter_motifs({"none", none}, loci, {}), Error);
  std::ofstream(folder_.file("factors")) << "A M1\n\nB\n";
  EXPECT_THROW(read_factors(folder_.file("factors")), Error);
  MotifComparison const database(read_motifs(data("motif/filters.meme")).motifs, {});
  EXPECT_THROW(score_filters({}, database, {{"A", {"M99"}}}, {}, 0.1, 1), Error);
}

}  // namespace
}  // namespace shoal::motif
