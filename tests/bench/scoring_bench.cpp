// SPDX-License-Identifier: MIT
// scoring_bench NETWORK WEIGHTS|- THREADS [SECONDS] [BATCH]: sequences per second of a scan's forward pass (mutants of
// a random sequence, rate 0.1, packed; profiles reduced to their mean), and the rate of OpenBLAS's sgemm (2048^3) on
// the same threads, measured in turns; medians. Prints one line of JSON.
#include <cblas.h>

#include "bench/bench_program.hpp"
#include "inference/scorer.hpp"
#include "kernels/instruction_set.hpp"
#include "library/library.hpp"
#include "readers/read_network.hpp"

extern "C" void openblas_set_num_threads(int threads);

namespace {

using namespace shoal;
using bench::median;
using bench::seconds_of;

constexpr std::int64_t fewest = 16, most = 1 << 14;
constexpr double seconds_a_turn = 0.2;

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[2]);
  double const budget = arguments.size() > 3 ? std::stod(arguments[3]) : 5.0;
  std::int64_t const batch = arguments.size() > 4 ? std::stoll(arguments[4]) : 0;
  auto const network = readers::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  auto const backend = device::Backend::cpu(threads);
  network::TaskSelection selection;
  selection.reduction = network::parse_reduction("mean");
  inference::Scorer scorer(*backend, network, network::select_tasks(*network, selection), batch);
  auto const length = network->input_length();
  library::Design design;
  design.mutants = most;
  auto const library = library::random_library(*backend, design, 1, bench::random_codes(length));
  device::Buffer<float> scores(*backend, most * scorer.tasks().size());
  kernels::PackedView sequences = library.view();
  sequences.mutants = fewest;
  auto const score = [&] { scorer.score(sequences, scores); };
  score();
  double const once = seconds_of(score);
  auto const wanted = static_cast<std::int64_t>(static_cast<double>(fewest) * seconds_a_turn / once);
  sequences.mutants = std::clamp(wanted / fewest * fewest, fewest, most);

  constexpr int size = 2048;
  std::vector<float> a(size * size, 0.5F), b(size * size, 0.25F), c(size * size);
  openblas_set_num_threads(threads);
  auto const multiply = [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1.0F, a.data(), size, b.data(), size, 0.0F,
                c.data(), size);
  };
  multiply();
  std::vector<double> scoring, multiplying;
  for (double spent = 0.0; spent < budget || scoring.size() < 5;) {
    scoring.push_back(seconds_of(score));
    multiplying.push_back(seconds_of(multiply));
    spent += scoring.back() + multiplying.back();
  }
  double const flops = 2.0 * size * size * size;
  auto const mutants = static_cast<double>(sequences.mutants);
  fmt::print(R"({{"threads": {}, "instruction_set": "{}", "sequences_per_second": {:.2f}, "best": {:.2f}, )"
             R"("sgemm_gflops": {:.1f}, "turns": {}}})"
             "\n",
             threads, kernels::to_string(kernels::best_instruction_set()), mutants / median(scoring),
             mutants / *std::min_element(scoring.begin(), scoring.end()), flops / median(multiplying) * 1e-9,
             scoring.size());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return bench::main_of(count, values, 3, "scoring_bench NETWORK WEIGHTS|- THREADS [SECONDS] [BATCH]", run);
}
