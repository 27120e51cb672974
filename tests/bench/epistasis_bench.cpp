// SPDX-License-Identifier: MIT
// epistasis_bench TABLE OUTPUT THREADS REPEATS [FEATURES [CURVE [NOISE [FITTED]]]]: fits ridge and global epistasis of
// FEATURES (additive) to every task of a written library (library_tables). Of the first FITTED rows (nine tenths of
// all) eight ninths train and one validates, the rest tests. Prints one line per task with the median seconds of each
// stage, the curve and the diagnostic; OUTPUT gets float64 [tasks, 3, test rows]: observed, ridge's and global
// epistasis' predictions, from which others can compute the held-out quality.
#include <fstream>
#include <optional>

#include "bench/bench_program.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"

namespace {

using namespace shoal;
using namespace shoal::surrogate;

template <class T>
std::vector<T> read(std::ifstream& file, std::size_t count) {
  std::vector<T> values(count);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  if (!file) fail(ErrorCode::input, "the table is shorter than its header says");
  return values;
}

struct Table {
  std::int64_t rows = 0;
  std::int64_t length = 0;
  std::int64_t tasks = 0;
  std::vector<std::uint8_t> codes;
  std::vector<double> scores;
};

Table read_table(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  auto const sizes = read<std::int64_t>(file, 3);
  Table table{sizes[0], sizes[1], sizes[2], {}, {}};
  table.codes = read<std::uint8_t>(file, static_cast<std::size_t>(table.rows * table.length));
  auto const scores = read<float>(file, static_cast<std::size_t>(table.rows * table.tasks));
  table.scores.assign(scores.begin(), scores.end());
  return table;
}

std::vector<double> predictions(GlobalEpistasisFit const& fit, kernels::MatrixView<std::uint8_t const> letters) {
  std::vector<double> values = phi_of(fit.parameters, letters, 1);
  for (double& value : values) value = fit.curve(value);
  return values;
}

int run(std::vector<std::string> const& arguments) {
  Table const table = read_table(arguments[0]);
  auto const backend = device::Backend::cpu(std::stoi(arguments[2]));
  int const repeats = std::stoi(arguments[3]);
  std::string const kind = arguments.size() > 4 ? arguments[4] : "additive";
  FeatureOptions features;
  features.interactions = kind == "pairwise"    ? Interactions::pairwise
                          : kind == "neighbour" ? Interactions::neighbour
                                                : Interactions::additive;
  GlobalEpistasisOptions options;
  if (arguments.size() > 5) options.curve = parse_curve_kind(arguments[5]);
  if (arguments.size() > 6) options.noise = parse_noise_kind(arguments[6]);
  GlobalEpistasisOptions linear = options;
  linear.curve = CurveKind::identity;
  std::int64_t const validation = arguments.size() > 7 ? std::stoll(arguments[7]) : table.rows * 9 / 10;
  std::int64_t const train = validation * 8 / 9;
  Observations observations;
  observations.letters = {table.codes.data(), table.rows, table.length, table.length};
  observations.responses = {table.scores.data(), table.rows, table.tasks, table.tasks};
  observations.split = {{0, train}, {train, validation}, {validation, table.rows}};
  kernels::MatrixView<std::uint8_t const> const test{table.codes.data() + validation * table.length,
                                                     table.rows - validation, table.length, table.length};
  std::ofstream output(arguments[1], std::ios::binary);
  for (std::int64_t task = 0; task < table.tasks; ++task) {
    std::vector<double> design_seconds, ridge_seconds, epistasis_seconds;
    GlobalEpistasisFit ridge, epistasis;
    for (int repeat = 0; repeat < repeats; ++repeat) {
      std::optional<FeatureOperator> design;
      design_seconds.push_back(bench::seconds_of([&] { design.emplace(*backend, observations, features); }));
      ridge_seconds.push_back(
          bench::seconds_of([&] { ridge = fit_global_epistasis(*design, observations, task, linear); }));
      epistasis_seconds.push_back(
          bench::seconds_of([&] { epistasis = fit_global_epistasis(*design, observations, task, options); }));
    }
    std::vector<double> observed;
    for (std::int64_t row = validation; row < table.rows; ++row) {
      observed.push_back(table.scores[static_cast<std::size_t>(row * table.tasks + task)]);
    }
    for (auto const& values : {observed, predictions(ridge, test), predictions(epistasis, test)}) {
      output.write(reinterpret_cast<char const*>(values.data()),
                   static_cast<std::streamsize>(values.size() * sizeof(double)));
    }
    fmt::print(
        "task {} design {:.4f} s ridge {:.4f} s epistasis {:.4f} s lambda {:g} start {} iterations {} converged {} "
        "flat {:.3f} [{}]\n",
        task, bench::median(design_seconds), bench::median(ridge_seconds), bench::median(epistasis_seconds),
        epistasis.lambda, epistasis.start, epistasis.iterations, epistasis.converged, epistasis.flat_fraction,
        epistasis.diagnostic);
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 4,
                               "epistasis_bench TABLE OUTPUT THREADS REPEATS [FEATURES [CURVE [NOISE [FITTED]]]]", run);
}
