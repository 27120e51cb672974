// SPDX-License-Identifier: MIT
// Whole comparisons of made-up stores on 1, 2 and 4 ranks: equal bits, refusals, resuming.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "compare/compare.hpp"
#include "mpi/agree.hpp"
#include "store/reader.hpp"
#include "store/sample.hpp"

namespace shoal::compare {
namespace {

using store::test::bytes_of;
using store::test::SharedFolder;
using testing::HasSubstr;

constexpr std::int64_t loci = 60, length = 40;
constexpr std::int64_t motif_start = 12, motif_end = 20;

std::atomic<bool> const no_stop{false};

// Integers that look random, the same everywhere.
double noise(std::int64_t a, std::int64_t b, std::int64_t c) {
  auto x = static_cast<std::uint64_t>(a * 1000003 + b * 7919 + c + 12345);
  x ^= x >> 31;
  x *= 0x9e3779b97f4a7c15ULL;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 32;
  return static_cast<double>(x % 2001) / 1000 - 1;
}

store::Schema schema_of(std::vector<std::string> const& networks) {
  store::Schema schema;
  schema.loci = loci;
  schema.length = length;
  for (std::string const& name : networks) schema.models.push_back({name, {{"score"}}});
  schema.methods = {{"saliency", {}, {}, {attribution::map_array(length)}},
                    {"ism", {}, {}, {attribution::map_array(length)}}};
  schema.task_scalars = {"wild_type"};
  return schema;
}

std::vector<genome::Locus> table(std::int64_t shift) {
  std::vector<genome::Locus> made;
  for (std::int64_t i = 0; i < loci; ++i) {
    made.push_back({"chr1", 1000 * i + shift, 1000 * i + shift + length, '+', "peak" + std::to_string(i), ""});
  }
  return made;
}

// Maps are signal of the network's own strength at the motif, and noise.
void make_store(std::string const& path, std::vector<std::string> const& networks, std::vector<double> const& signal,
                std::int64_t shift = 0, std::int64_t base_shift = 0, store::Provenance const& further = {}) {
  mpi::Communicator const alone;
  store::Schema const schema = schema_of(networks);
  store::Provenance provenance = {{"version", "0"}};
  for (auto const& name : networks) provenance.emplace_back("model." + name + ".digest", "digest of " + name);
  provenance.insert(provenance.end(), further.begin(), further.end());
  store::Writer::create_collective(alone, path, schema, provenance, table(shift));
  auto writer = store::Writer::open_collective(alone, path);
  for (std::int64_t i = 0; i < loci; ++i) {
    store::Row row;
    row.index = i;
    for (std::int64_t l = 0; l < length; ++l) row.sequence += "ACGT"[(i * 7 + l * l + l / 3 + base_shift) % 4];
    for (std::size_t network = 0; network < networks.size(); ++network) {
      for (std::int64_t method = 0; method < 2; ++method) {
        std::vector<float> map;
        for (std::int64_t base = 0; base < 4; ++base) {
          for (std::int64_t l = 0; l < length; ++l) {
            bool const own = row.sequence[static_cast<std::size_t>(l)] == "ACGT"[base];
            bool const motif = l >= motif_start && l < motif_end;
            auto const key = static_cast<std::int64_t>(network) * 2 + method;
            map.push_back(static_cast<float>(
                (own && motif ? signal[network] : 0) +
                noise(i, base * length + l, key * 31 + static_cast<std::int64_t>(10 * signal[network]))));
          }
        }
        row.results.push_back({{map}, {}});
      }
      row.task_scalars.push_back(1);
    }
    writer.write_row(row);
  }
  writer.close_collective();
}

CompareOptions options_of(SharedFolder const& folder) {
  CompareOptions options;
  options.stores = {folder.file("one.h5"), folder.file("two.h5")};
  options.truth = Truth::read(folder.file("motifs.bed"));
  options.bootstraps = 50;
  options.output = folder.file("c.h5");
  return options;
}

class Compare : public testing::Test {
 protected:
  Compare() : world_(mpi::Communicator::world()), folder_(world_) {
    mpi::on_first_rank(world_, [&] {
      make_store(folder_.file("one.h5"), {"weak", "strong"}, {.5, 2});
      make_store(folder_.file("two.h5"), {"middle"}, {1});
      std::ofstream bed(folder_.file("motifs.bed"));
      for (std::int64_t i = 0; i < loci; ++i) {
        bed << "chr1\t" << 1000 * i + motif_start << '\t' << 1000 * i + motif_end << "\n";
      }
    });
  }

  std::string error_of(CompareOptions const& options) {
    try {
      run_compare(world_, options, no_stop);
    } catch (Error const& error) {
      return error.what();
    }
    return "no error";
  }

  mpi::Communicator world_;
  SharedFolder folder_;
};

double value_of(CompareResult const& result, std::string const& network, std::string const& form,
                std::string const& metric) {
  for (Measurement const& each : result.measurements) {
    if (each.network == network && each.method == "ism" && each.form == form && each.metric == metric)
      return each.value;
  }
  return -1;
}

// Site variation of the second method of a store's only network, written anew: every second locus has a site.
double variation_by_hand(std::string const& path, std::int64_t stratum, std::int64_t flank) {
  store::Reader const reader(path);
  std::vector<std::vector<double>> crops;
  for (std::int64_t i = stratum; i < loci; i += 2) {
    auto const map = reader.row(i).results[1].map();
    std::vector<double> centred(map.size());
    double squares = 0;
    for (std::size_t k = 0; k < map.size(); ++k) {
      double sum = 0;
      for (std::size_t base = 0; base < 4; ++base) sum += map[base * length + k % length];
      centred[k] = map[k] - sum / 4;
      squares += centred[k] * centred[k];
    }
    std::vector<double>& crop = crops.emplace_back();
    for (std::size_t k = 0; k < map.size(); ++k) {
      auto const l = static_cast<std::int64_t>(k % length);
      if (l < motif_start - flank || l >= motif_end + flank) continue;
      crop.push_back(centred[k] / std::sqrt(squares / (4 * length)));
    }
  }
  double total = 0;
  for (auto const& crop : crops) {
    double distance = 0;
    for (std::size_t k = 0; k < crop.size(); ++k) {
      double mean = 0;
      for (auto const& other : crops) mean += other[k] / static_cast<double>(crops.size());
      distance += (crop[k] - mean) * (crop[k] - mean);
    }
    total += std::sqrt(distance) / static_cast<double>(crops.size());
  }
  return total;
}

TEST_F(Compare, IsTheSameFileAsOnOneRankAndChoosesTheStrongNetwork) {
  auto const result = run_compare(world_, options_of(folder_), no_stop);
  ASSERT_TRUE(result);
  CompareOptions alone = options_of(folder_);
  alone.output = folder_.file("alone.h5");
  mpi::on_first_rank(world_, [&] {
    auto const again = run_compare(mpi::Communicator(), alone, no_stop);
    write_compare_file(folder_.file("c.h5"), *result);
    write_compare_file(folder_.file("alone.h5"), *again);
    write_compare_table(folder_.file("c.tsv"), *result);
    EXPECT_EQ(bytes_of(folder_.file("c.h5")), bytes_of(folder_.file("alone.h5")));
    EXPECT_GT(bytes_of(folder_.file("c.tsv")).size(), 1000U);
    EXPECT_EQ(result->loci, loci);
    double const strong = value_of(*result, "strong", "own", "auroc"),
                 middle = value_of(*result, "middle", "own", "auroc"), weak = value_of(*result, "weak", "own", "auroc");
    EXPECT_GT(strong, middle);
    EXPECT_GT(middle, weak);
    EXPECT_GT(value_of(*result, "strong", "whole-corrected", "network_correlation"), 0.1);
    ASSERT_EQ(result->verdicts.size(), 1U);
    EXPECT_THAT(result->verdicts[0], HasSubstr("interpret strong with"));
    // Two criteria, three networks and two methods: five tests of each against the chosen one.
    EXPECT_EQ(result->tests.size(), 5U);
    // Networks and methods, both forms: 2 methods × 2 and 3 networks × 2.
    EXPECT_EQ(result->correlations.size(), 10U);
  });
}

TEST_F(Compare, CopiesWithRandomisedLayersAreMeasuredAgainstTheirNetwork) {
  mpi::on_first_rank(world_, [&] {
    // The copy of one layer has the network's own maps, since noise depends on place and strength alone.
    make_store(folder_.file("sane.h5"), {"net", "other", "net.randomised-1", "net.randomised-2"}, {1, 1, 1, .2}, 0, 0,
               {{"model.net.randomised-1.randomised", "1:net"}, {"model.net.randomised-2.randomised", "2:net"}});
  });
  auto options = options_of(folder_);
  options.stores = {folder_.file("sane.h5")};
  auto const result = run_compare(world_, options, no_stop);
  mpi::on_first_rank(world_, [&] {
    double const one = value_of(*result, "net", "whole-corrected", "randomised_correlation_1"),
                 two = value_of(*result, "net", "whole-corrected", "randomised_correlation_2");
    EXPECT_GT(one, two);
    EXPECT_NEAR(value_of(*result, "net", "whole-corrected", "randomisation"), 1 - (std::abs(one) + std::abs(two)) / 2,
                0.1);
    EXPECT_EQ(value_of(*result, "other", "whole-corrected", "randomisation"), -1);  // it has no copies
    EXPECT_EQ(value_of(*result, "net.randomised-1", "own", "auroc"), -1);           // copies are not compared
  });
}

TEST_F(Compare, SitesAndMeasuredEffectsAreTheSameOnAnyNumberOfRanks) {
  mpi::on_first_rank(world_, [&] {
    std::ofstream bed(folder_.file("sites.bed")), effects(folder_.file("effects.tsv"));
    effects << "chrom\tpos\tref\talt\tvalue\n";
    for (std::int64_t i = 0; i < loci; ++i) {
      bed << "chr1\t" << 1000 * i + motif_start << '\t' << 1000 * i + motif_end << "\t" << i % 2 << "\n";
      for (std::int64_t l = 8; l < 30 && i < 3; ++l) {
        auto const base = static_cast<std::size_t>((i * 7 + l * l + l / 3) % 4);
        effects << "chr1\t" << 1000 * i + l + 1 << '\t' << "ACGT"[base] << '\t' << "ACGT"[(base + 1) % 4] << '\t'
                << (l >= motif_start && l < motif_end ? -1 : 0) << '\n';
      }
    }
  });
  auto options = options_of(folder_);
  options.sites = SiteTable::read(folder_.file("sites.bed"));
  options.effects = EffectTable::read(folder_.file("effects.tsv"));
  options.site_flanks = {0, 5, 30};  // no site has 30 bases on both sides
  auto const result = run_compare(world_, options, no_stop);
  options.output = folder_.file("alone.h5");
  mpi::on_first_rank(world_, [&] {
    auto const again = run_compare(mpi::Communicator(), options, no_stop);
    write_compare_file(folder_.file("c.h5"), *result);
    write_compare_file(folder_.file("alone.h5"), *again);
    EXPECT_EQ(bytes_of(folder_.file("c.h5")), bytes_of(folder_.file("alone.h5")));
    EXPECT_GT(value_of(*result, "strong", "whole", "effects_pearson"),
              value_of(*result, "weak", "whole", "effects_pearson"));
    EXPECT_GT(value_of(*result, "strong", "whole", "effects_spearman"), 0.5);
    ASSERT_EQ(result->elements.size(), 12U);
    EXPECT_TRUE(std::isnan(result->elements[0].values[3]));
    double const narrow = value_of(*result, "strong", "whole-corrected", "site_variation/0/0");
    EXPECT_GT(narrow, 0);
    EXPECT_GT(value_of(*result, "strong", "whole-corrected", "site_variation/0/5"), narrow);
    EXPECT_NEAR(value_of(*result, "middle", "whole-corrected", "site_variation/1/5"),
                variation_by_hand(folder_.file("two.h5"), 1, 5), 1e-10);
    EXPECT_EQ(value_of(*result, "strong", "whole-corrected", "site_variation/0/30"), -1);
    double const p = value_of(*result, "strong", "whole-corrected", "site_variation_p/1/5/saliency");
    EXPECT_TRUE(p > 0 && p < 1) << p;
  });
}

TEST_F(Compare, OtherLociAndBasesAreRefusedByName) {
  mpi::on_first_rank(world_, [&] {
    make_store(folder_.file("moved.h5"), {"moved"}, {1}, 3);
    make_store(folder_.file("bases.h5"), {"bases"}, {1}, 0, 1);
  });
  auto options = options_of(folder_);
  options.stores[1] = folder_.file("moved.h5");
  EXPECT_THAT(error_of(options), testing::AllOf(HasSubstr("moved.h5 has other loci than"), HasSubstr("row 0")));
  options.stores[1] = folder_.file("bases.h5");
  EXPECT_THAT(error_of(options), testing::AllOf(HasSubstr("bases.h5"), HasSubstr("has other bases than in")));
  options.stores[1] = folder_.file("one.h5");
  EXPECT_THAT(error_of(options), HasSubstr("which another store has too"));
}

TEST_F(Compare, ADamagedRowIsRefusedByName) {
  mpi::on_first_rank(world_, [&] {
    auto bytes = bytes_of(folder_.file("two.h5"));
    bytes[bytes.size() / 2] ^= 1;
    store::test::write_bytes(folder_.file("two.h5"), bytes);
  });
  EXPECT_THAT(error_of(options_of(folder_)), testing::AllOf(HasSubstr("two.h5"), HasSubstr("damaged")));
}

TEST_F(Compare, GoesOnWithTheGroupsThatAreThereAndStartsOverForOtherOptions) {
  auto const options = options_of(folder_);
  auto const first = run_compare(world_, options, no_stop);
  std::string const group = parts_folder(options.output) + "/group-003";
  mpi::on_first_rank(world_, [&] {
    EXPECT_EQ(first->resumed_groups, 0);
    std::filesystem::remove(parts_folder(options.output) + "/group-001");
    auto bytes = bytes_of(group);
    bytes[bytes.size() / 2] ^= 1;
    store::test::write_bytes(group, bytes);
  });
  auto const again = run_compare(world_, options, no_stop);
  auto other = options;
  other.truth_threshold = 0.5;
  auto const over = run_compare(world_, other, no_stop);
  mpi::on_first_rank(world_, [&] {
    EXPECT_EQ(again->resumed_groups, 38);  // of 40
    EXPECT_EQ(over->resumed_groups, 0);
    write_compare_file(folder_.file("first.h5"), *first);
    write_compare_file(folder_.file("again.h5"), *again);
    EXPECT_EQ(bytes_of(folder_.file("first.h5")), bytes_of(folder_.file("again.h5")));
  });
}

TEST_F(Compare, ConsistencyAloneChoosesNothingAndGeneralisationVetoes) {
  auto options = options_of(folder_);
  options.truth.reset();
  auto const result = run_compare(world_, options, no_stop);
  options = options_of(folder_);
  options.networks = {"n.tsv", {"auroc"}, {"weak", "strong", "middle"}, {{".7"}, {".8"}, {".9"}}};
  options.generalisation = "auroc";
  auto const vetoed = run_compare(world_, options, no_stop);
  options.margin = 1;
  auto const allowed = run_compare(world_, options, no_stop);
  mpi::on_first_rank(world_, [&] {
    EXPECT_THAT(result->verdicts[0], HasSubstr("nothing is chosen"));
    // Strong and middle tie in their mean rank, and strong comes first.
    EXPECT_THAT(allowed->verdicts[0], HasSubstr("interpret strong with"));
    EXPECT_THAT(vetoed->verdicts[0], HasSubstr("interpret middle with"));
  });
}

}  // namespace
}  // namespace shoal::compare
