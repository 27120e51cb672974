// SPDX-License-Identifier: MIT
// precision_bench NETWORK WEIGHTS|- THREADS [SECONDS] [cpu|cuda]: sequences per second of the forward pass in every
// precision of the backend, measured in turns on mutants of a random sequence (rate 0.1), medians; and the largest
// error and r2 against f32 of every task. Prints one line of JSON per precision.
#include <cmath>

#include "bench/bench_program.hpp"
#include "device/make_backend.hpp"
#include "inference/precision_errors.hpp"
#include "inference/scorer.hpp"
#include "kernels/precision.hpp"
#include "library/library.hpp"
#include "readers/read_network.hpp"

namespace {

using namespace shoal;
using kernels::Precision;

constexpr std::int64_t fewest = 16;
constexpr double seconds_a_turn = 0.2;

// `seconds`: of every turn, for `count` sequences; `f32_time`: the median of f32's.
void print_line(device::Backend const& backend, int threads, Precision precision,
                std::vector<inference::PrecisionError> const& errors, double count, std::vector<double> const& seconds,
                double f32_time) {
  double largest = 0.0, r2 = 1.0;
  for (inference::PrecisionError const& each : errors) {
    if (each.precision != precision) continue;
    largest = std::max(largest, each.largest);
    r2 = std::min(r2, each.r2);
  }
  double const time = bench::median(seconds);
  fmt::print(R"({{"device": "{}", "precision": "{}", "order": "{}", "threads": {}, "sequences_per_second": {:.1f}, )"
             R"("best": {:.1f}, "speed_of_f32": {:.3f}, "largest_error": {:.2e}, "r2": {:.7f}, "turns": {}}})"
             "\n",
             backend.device_name(), kernels::to_string(precision), kernels::bf16_order(), threads, count / time,
             count / *std::min_element(seconds.begin(), seconds.end()), f32_time / time, largest, r2, seconds.size());
}

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[2]);
  double const budget = arguments.size() > 3 ? std::stod(arguments[3]) : 5.0;
  auto const network = readers::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  bool const on_device = arguments.size() > 4 && arguments[4] == "cuda";
  auto const backend = device::make_backend(on_device ? device::BackendKind::cuda : device::BackendKind::cpu, threads);
  std::vector<Precision> precisions = {Precision::f32, Precision::bf16x3, Precision::bf16};
  if (on_device) precisions.push_back(Precision::tf32);
  // A device needs many sequences to be full.
  std::int64_t const most = on_device ? 1 << 17 : 1 << 13;
  network::TaskSelection selection;
  selection.reduction = network::parse_reduction("mean");
  auto const tasks = network::select_tasks(*network, selection);
  library::Design design;
  design.mutants = most;
  auto const library = library::random_library(*backend, design, 1, bench::random_codes(network->input_length()));
  device::Buffer<float> scores(*backend, static_cast<std::size_t>(most) * tasks.size());
  kernels::PackedView sequences = library.view();
  sequences.mutants = fewest;

  std::vector<inference::Scorer> scorers;
  for (Precision const each : precisions) {
    scorers.emplace_back(*backend, network, tasks, 0, std::vector<kernels::Orientation>{}, each);
    scorers.back().score(sequences, scores);
  }
  auto const seconds_of = [&](inference::Scorer& scorer) {
    return bench::seconds_of([&] {
      scorer.score(sequences, scores);
      backend->synchronize();
    });
  };
  double const once = seconds_of(scorers.front());
  auto const wanted = static_cast<std::int64_t>(static_cast<double>(fewest) * seconds_a_turn / once);
  sequences.mutants = std::clamp(wanted / fewest * fewest, fewest, most);
  std::vector<std::vector<double>> seconds(scorers.size());
  for (double spent = 0.0; spent < budget || seconds.front().size() < 5;) {
    for (std::size_t i = 0; i < scorers.size(); ++i) {
      seconds[i].push_back(seconds_of(scorers[i]));
      spent += seconds[i].back();
    }
  }
  auto const count = static_cast<double>(sequences.mutants);
  sequences.mutants = std::min<std::int64_t>(sequences.mutants, 256);
  auto const errors = inference::precision_errors(*backend, network, tasks, sequences);
  for (std::size_t i = 0; i < scorers.size(); ++i) {
    print_line(*backend, threads, precisions[i], errors, count, seconds[i], bench::median(seconds.front()));
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return bench::main_of(count, values, 3, "precision_bench NETWORK WEIGHTS|- THREADS [SECONDS] [cpu|cuda]", run);
}
