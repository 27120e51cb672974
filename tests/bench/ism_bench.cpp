// SPDX-License-Identifier: MIT
// ism_bench NETWORK WEIGHTS|- THREADS [SECONDS]: loci per second of in-silico mutagenesis (all single substitutions of
// a random sequence), with the wild type's values reused and, in turns, with every mutant run whole: row 0 is then
// another sequence, so that nothing can be reused. Checks that both give the same bits. Medians, as one line of JSON.
#include "bench/bench_program.hpp"
#include "inference/scorer.hpp"
#include "library/library.hpp"
#include "readers/read_network.hpp"

namespace {

using namespace shoal;
using bench::median;
using bench::random_codes;
using bench::seconds_of;

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[2]);
  double const budget = arguments.size() > 3 ? std::stod(arguments[3]) : 5.0;
  auto const network = readers::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  auto const backend = device::Backend::cpu(threads);
  inference::Scorer scorer(*backend, network, network::select_tasks(*network, {}));
  auto const length = static_cast<std::int32_t>(network->input_length());
  auto const reused = library::single_substitutions(*backend, random_codes(length));
  std::vector<std::uint8_t> codes = reused.codes();
  auto const other = random_codes(length);
  std::copy(other.begin(), other.end(), codes.begin());
  auto const whole = library::explicit_library(*backend, codes, reused.mutants(), length);
  std::size_t const tasks = scorer.tasks().size();
  device::Buffer<float> with(*backend, static_cast<std::size_t>(reused.mutants()) * tasks);
  device::Buffer<float> without(*backend, with.size());
  std::vector<double> reusing, running_whole;
  for (double spent = 0.0; spent < budget || reusing.size() < 5;) {
    reusing.push_back(seconds_of([&] { scorer.score(reused.view(), with); }));
    running_whole.push_back(seconds_of([&] { scorer.score(whole.view(), without); }));
    spent += reusing.back() + running_whole.back();
  }
  bool const same = std::equal(with.data() + tasks, with.data() + with.size(), without.data() + tasks);
  if (!same) fail(ErrorCode::internal, "the two ways disagree");
  fmt::print(R"({{"threads": {}, "length": {}, "loci_per_second": {:.3f}, "run_whole": {:.3f}, "ratio": {:.2f}, )"
             R"("turns": {}}})"
             "\n",
             threads, length, 1.0 / median(reusing), 1.0 / median(running_whole),
             median(running_whole) / median(reusing), reusing.size());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return bench::main_of(count, values, 3, "ism_bench NETWORK WEIGHTS|- THREADS [SECONDS]", run);
}
