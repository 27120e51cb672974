// SPDX-License-Identifier: MIT
// precision_bench NETWORK WEIGHTS|- THREADS [SECONDS]: sequences per second of the CPU's forward pass in every
// precision, measured in turns on mutants of a random sequence (rate 0.1), medians; and the largest error and r2
// against f32 of every task. Prints one line of JSON per precision.
#include <cmath>

#include "bench/bench_program.hpp"
#include "inference/precision_errors.hpp"
#include "inference/scorer.hpp"
#include "kernels/precision.hpp"
#include "library/library.hpp"
#include "readers/read_network.hpp"

namespace {

using namespace shoal;
using kernels::Precision;

constexpr Precision precisions[] = {Precision::f32, Precision::bf16x3, Precision::bf16};
constexpr std::int64_t fewest = 16, most = 1 << 13;
constexpr double seconds_a_turn = 0.2;

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[2]);
  double const budget = arguments.size() > 3 ? std::stod(arguments[3]) : 5.0;
  auto const network = readers::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  auto const backend = device::Backend::cpu(threads);
  network::TaskSelection selection;
  selection.reduction = network::parse_reduction("mean");
  auto const tasks = network::select_tasks(*network, selection);
  library::Design design;
  design.mutants = most;
  auto const library = library::random_library(*backend, design, 1, bench::random_codes(network->input_length()));
  device::Buffer<float> scores(*backend, most * tasks.size());
  kernels::PackedView sequences = library.view();
  sequences.mutants = fewest;

  std::vector<inference::Scorer> scorers;
  for (Precision const each : precisions) {
    scorers.emplace_back(*backend, network, tasks, 0, std::vector<kernels::Orientation>{}, each);
    scorers.back().score(sequences, scores);
  }
  double const once = bench::seconds_of([&] { scorers.front().score(sequences, scores); });
  auto const wanted = static_cast<std::int64_t>(static_cast<double>(fewest) * seconds_a_turn / once);
  sequences.mutants = std::clamp(wanted / fewest * fewest, fewest, most);
  std::vector<std::vector<double>> seconds(scorers.size());
  for (double spent = 0.0; spent < budget || seconds.front().size() < 5;) {
    for (std::size_t i = 0; i < scorers.size(); ++i) {
      seconds[i].push_back(bench::seconds_of([&] { scorers[i].score(sequences, scores); }));
      spent += seconds[i].back();
    }
  }
  auto const count = static_cast<double>(sequences.mutants);
  sequences.mutants = std::min<std::int64_t>(sequences.mutants, 256);
  auto const errors = inference::precision_errors(*backend, network, tasks, sequences);
  for (std::size_t i = 0; i < scorers.size(); ++i) {
    double largest = 0.0, r2 = 1.0;
    for (inference::PrecisionError const& each : errors) {
      if (each.precision != precisions[i]) continue;
      largest = std::max(largest, each.largest);
      r2 = std::min(r2, each.r2);
    }
    double const time = bench::median(seconds[i]), f32_time = bench::median(seconds.front());
    fmt::print(R"({{"precision": "{}", "order": "{}", "threads": {}, "sequences_per_second": {:.1f}, "best": {:.1f}, )"
               R"("speed_of_f32": {:.3f}, "largest_error": {:.2e}, "r2": {:.7f}, "turns": {}}})"
               "\n",
               kernels::to_string(precisions[i]), kernels::bf16_order(), threads, count / time,
               count / *std::min_element(seconds[i].begin(), seconds[i].end()), f32_time / time, largest, r2,
               seconds[i].size());
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return bench::main_of(count, values, 3, "precision_bench NETWORK WEIGHTS|- THREADS [SECONDS]", run);
}
