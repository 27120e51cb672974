// SPDX-License-Identifier: MIT
// scoring_bench NETWORK WEIGHTS|- THREADS [SECONDS] [BATCH]: sequences a second on random sequences, and the rate of
// OpenBLAS's sgemm (2048^3) on the same threads, measured in turns; medians. Prints one line of JSON.
#include <cblas.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kernels/instruction_set.hpp"
#include "model/scorer.hpp"

extern "C" void openblas_set_num_threads(int threads);

namespace {

using namespace shoal;

double seconds_of(auto const& work) {
  auto const start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<std::uint64_t> random_words(std::int64_t mutants, std::int32_t length) {
  std::mt19937_64 generator(1);
  std::vector<std::uint64_t> words(static_cast<std::size_t>(mutants * kernels::words_per_row(length)));
  int const used = length % kernels::bases_per_word;
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = generator();
    bool const is_last = (static_cast<std::int64_t>(i) + 1) % kernels::words_per_row(length) == 0;
    if (is_last && used != 0) words[i] &= (std::uint64_t{1} << (2 * used)) - 1;
  }
  return words;
}

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[2]);
  double const budget = arguments.size() > 3 ? std::stod(arguments[3]) : 5.0;
  std::int64_t const batch = arguments.size() > 4 ? std::stoll(arguments[4]) : 0;
  auto const network = model::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  auto const backend = device::Backend::cpu(threads);
  model::Scorer scorer(*backend, network, model::select_tasks(*network, {}), batch);
  auto const length = static_cast<std::int32_t>(network->input_length());
  std::int64_t mutants = 64;
  auto const words = random_words(1 << 14, length);
  device::Buffer<float> scores(*backend, (1 << 14) * scorer.tasks().size());
  kernels::PackedView sequences{words.data(), nullptr, mutants, length};
  auto const score = [&] { scorer.score(sequences, scores); };
  score();
  // Enough sequences for about 0.2 s a turn.
  double const once = seconds_of(score);
  mutants = std::clamp<std::int64_t>(static_cast<std::int64_t>(64 * 0.2 / once) / 64 * 64, 64, 1 << 14);
  sequences.mutants = mutants;

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
  fmt::print(R"({{"threads": {}, "instruction_set": "{}", "sequences_per_second": {:.1f}, "best": {:.1f}, )"
             R"("sgemm_gflops": {:.1f}, "turns": {}}})"
             "\n",
             threads, kernels::to_string(kernels::best_instruction_set()),
             static_cast<double>(mutants) / median(scoring),
             static_cast<double>(mutants) / *std::min_element(scoring.begin(), scoring.end()),
             flops / median(multiplying) * 1e-9, scoring.size());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  std::vector<std::string> const arguments(values + 1, values + count);
  if (arguments.size() < 3) {
    fmt::print(stderr, "usage: scoring_bench NETWORK WEIGHTS|- THREADS [SECONDS] [BATCH]\n");
    return 2;
  }
  try {
    return run(arguments);
  } catch (Error const& error) {
    fmt::print(stderr, "scoring_bench: {}\n", error.what());
    return exit_status(error.code());
  }
}
