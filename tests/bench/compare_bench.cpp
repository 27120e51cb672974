// SPDX-License-Identifier: MIT
// shoal_bench_compare FOLDER NETWORKS LOCI BASES METHODS BOOTSTRAPS: made-up maps in a store with the numbers of
// --faithfulness, and shoal compare of them with a truth of base probabilities' size. The store and the result stay in
// FOLDER. Prints the seconds, the processor time and the memory of the comparison; under mpirun those of rank 0 and the
// sum over ranks.
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/host.hpp"
#include "compare/compare.hpp"
#include "mpi/agree.hpp"
#include "scan/run_log.hpp"
#include "store/writer.hpp"

namespace {

using namespace shoal;

struct Sizes {
  std::int64_t networks = 0, loci = 0, bases = 0, methods = 0;
};

void make_store(std::string const& path, Sizes const& sizes) {
  store::Schema schema;
  schema.loci = sizes.loci;
  schema.length = sizes.bases;
  for (std::int64_t i = 0; i < sizes.networks; ++i) schema.models.push_back({fmt::format("net{}", i), {{"score"}}});
  for (std::int64_t i = 0; i < sizes.methods; ++i) {
    schema.methods.push_back({fmt::format("method{}", i),
                              {"faithfulness_pearson", "faithfulness_spearman", "faithfulness_r2", "infidelity"},
                              {},
                              {attribution::map_array(sizes.bases)}});
  }
  schema.task_scalars = {"wild_type"};
  std::vector<genome::Locus> loci;
  for (std::int64_t i = 0; i < sizes.loci; ++i) {
    loci.push_back({"chr1", 1000 * i, 1000 * i + sizes.bases, '+', fmt::format("locus{}", i), ""});
  }
  mpi::Communicator const alone;
  store::Provenance provenance = {{"shoal.version", "0"}};
  for (auto const& model : schema.models) provenance.emplace_back("model." + model.name + ".digest", model.name);
  store::Writer::create_collective(alone, path, schema, provenance, loci);
  auto writer = store::Writer::open_collective(alone, path);
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::int64_t i = 0; i < sizes.loci; ++i) {
    store::Row row;
    row.index = i;
    for (std::int64_t l = 0; l < sizes.bases; ++l) row.sequence += "ACGT"[random() >> 30];
    for (std::int64_t unit = 0; unit < sizes.networks * sizes.methods; ++unit) {
      std::vector<float> map(static_cast<std::size_t>(4 * sizes.bases));
      for (float& value : map) value = uniform(random);
      row.results.push_back({{std::move(map)}, {uniform(random), uniform(random), uniform(random), uniform(random)}});
    }
    row.task_scalars.assign(static_cast<std::size_t>(sizes.networks), 1.0);
    writer.write_row(row);
  }
  writer.close_collective();
}

// Sites of 10 bases, two per locus.
void make_truth(std::string const& path, Sizes const& sizes) {
  std::ofstream bed(path);
  for (std::int64_t i = 0; i < sizes.loci; ++i) {
    for (std::int64_t const site : {20, 120})
      bed << fmt::format("chr1\t{}\t{}\n", 1000 * i + site, 1000 * i + site + 10);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    fmt::print(stderr, "shoal_bench_compare FOLDER NETWORKS LOCI BASES METHODS BOOTSTRAPS\n");
    return 2;
  }
  std::string const folder = argv[1];
  Sizes const sizes{std::atoll(argv[2]), std::atoll(argv[3]), std::atoll(argv[4]), std::atoll(argv[5])};
  compare::CompareOptions options;
  options.stores = {folder + "/maps.h5"};
  options.output = folder + "/compare.h5";
  options.bootstraps = std::atoll(argv[6]);
  mpi::Environment const environment(argc, argv);
  auto const world = mpi::Communicator::world();
  mpi::on_first_rank(world, [&] {
    std::filesystem::create_directories(folder);
    if (!std::filesystem::exists(options.stores[0])) make_store(options.stores[0], sizes);
    make_truth(folder + "/truth.bed", sizes);
  });
  options.truth = compare::Truth::read(folder + "/truth.bed");
  std::atomic<bool> const no_stop{false};
  scan::RunClock const clock;
  double const before = process_cpu_seconds();
  auto const result = compare::run_compare(world, options, no_stop);
  double const cpu = process_cpu_seconds() - before;
  double const all = world.sum(cpu);
  if (world.rank() != 0) return 0;
  compare::write_compare_file(options.output, *result);
  std::filesystem::remove_all(compare::parts_folder(options.output));
  fmt::print(
      "{} networks, {} loci of {} bases, {} methods, {} bootstraps, {} ranks: {:.1f} s, processor time {:.1f} s of "
      "all ranks, {:.1f} s of rank 0, {:.0f} MB of rank 0 at most\n",
      sizes.networks, sizes.loci, sizes.bases, sizes.methods, options.bootstraps, world.size(), clock.seconds(), all,
      cpu, static_cast<double>(peak_resident_bytes()) / 1e6);
  return 0;
}
