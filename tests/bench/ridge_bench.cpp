// SPDX-License-Identifier: MIT
// shoal_bench_ridge TABLE OUTPUT THREADS REPEATS LAMBDAS SELECTION: fits the additive ridge of a written library,
// prints the seconds of each repeat and the loci per second when every thread fits loci of its own, as a scan's workers
// do, and writes theta and the intercept of every task. ridge_bench.py runs it beside
// scikit-learn. TABLE is binary: int64 rows, length, tasks; codes uint8 [rows, length]; scores float32 [rows, tasks].
#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "device/buffer.hpp"
#include "library/library.hpp"
#include "linalg/host_library.hpp"
#include "surrogate/additive_ridge.hpp"

namespace {

using namespace shoal;

template <class T>
std::vector<T> read(std::ifstream& file, std::size_t count) {
  std::vector<T> values(count);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  if (!file) fail(ErrorCode::input, "the table is shorter than its header says");
  return values;
}

void write(std::ofstream& file, std::span<double const> values) {
  file.write(reinterpret_cast<char const*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

// Loci per second: every thread fits `repeats` libraries, one after the other, each on one thread.
double batched_rate(std::vector<std::uint8_t> const& codes, std::vector<float> const& scores,
                    std::vector<std::int64_t> const& sizes, int threads, std::int64_t repeats,
                    surrogate::RidgeOptions const& options) {
  auto const backend = device::Backend::cpu(1);
  auto const library = library::explicit_library(*backend, codes, sizes[0], static_cast<std::int32_t>(sizes[1]));
  auto const start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&] {
        for (std::int64_t locus = 0; locus < repeats; ++locus) {
          surrogate::fit_additive_ridge(*backend, library.view(), scores.data(), sizes[2], options);
        }
      });
    }
  }
  double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return static_cast<double>(threads * repeats) / seconds;
}

int run(std::vector<std::string> const& arguments) {
  std::ifstream file(arguments[1], std::ios::binary);
  auto const sizes = read<std::int64_t>(file, 3);
  auto const codes = read<std::uint8_t>(file, static_cast<std::size_t>(sizes[0] * sizes[1]));
  auto const scores = read<float>(file, static_cast<std::size_t>(sizes[0] * sizes[2]));
  auto const backend = device::Backend::cpu(static_cast<int>(*parse_integer(arguments[3])));
  auto const library = library::explicit_library(*backend, codes, sizes[0], static_cast<std::int32_t>(sizes[1]));
  device::Buffer<float> const y(*backend, std::span<float const>(scores));
  surrogate::RidgeOptions options;
  options.holdout = 0;
  options.lambdas.clear();
  for (auto const lambda : split(arguments[5], ',')) options.lambdas.push_back(*parse_real(lambda));
  options.selection = surrogate::parse_lambda_selection(arguments[6]);
  std::vector<surrogate::AdditiveFit> fits;
  for (std::int64_t repeat = 0; repeat < *parse_integer(arguments[4]); ++repeat) {
    auto const start = std::chrono::steady_clock::now();
    fits = surrogate::fit_additive_ridge(*backend, library.view(), y.data(), sizes[2], options);
    fmt::print("seconds {:.6f}\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  fmt::print("loci_per_second {:.2f}\n",
             batched_rate(codes, scores, sizes, backend->cpu_space().threads, *parse_integer(arguments[4]), options));
  std::ofstream output(arguments[2], std::ios::binary);
  for (auto const& fit : fits) {
    write(output, fit.theta);
    double const scalars[] = {fit.intercept, fit.lambda, fit.degrees_of_freedom};
    write(output, scalars);
  }
  fmt::print("openblas {}\n", linalg::host_library_core());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  std::vector<std::string> const arguments(values, values + count);
  if (arguments.size() != 7) {
    fmt::print(stderr, "usage: shoal_bench_ridge TABLE OUTPUT THREADS REPEATS LAMBDAS SELECTION\n");
    return 2;
  }
  try {
    return run(arguments);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_status(error.code());
  }
}
