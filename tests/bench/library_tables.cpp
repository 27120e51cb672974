// SPDX-License-Identifier: MIT
// library_tables NETWORK WEIGHTS|- FASTA FIRST COUNT MUTANTS SEED FOLDER [THREADS]: scores random libraries of COUNT
// records of a FASTA, from record FIRST on (from 0), and writes each as FOLDER/NUMBER.table, which ridge_bench and
// epistasis_bench read: int64 rows, length, tasks; codes uint8 [rows, length]; scores float32 [rows, tasks].
#include <fstream>

#include "bench/bench_program.hpp"
#include "genome/sequence_reader.hpp"
#include "inference/scorer.hpp"
#include "library/library.hpp"
#include "readers/read_network.hpp"

namespace {

using namespace shoal;

template <class T>
void write(std::ofstream& file, std::vector<T> const& values) {
  file.write(reinterpret_cast<char const*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

int run(std::vector<std::string> const& arguments) {
  auto const network = readers::read_network(arguments[0], arguments[1] == "-" ? "" : arguments[1]);
  auto const backend = device::Backend::cpu(arguments.size() > 8 ? std::stoi(arguments[8]) : 2);
  inference::Scorer scorer(*backend, network, network::select_tasks(*network, {}));
  auto const tasks = static_cast<std::int64_t>(scorer.tasks().size());
  library::Design design;
  design.mutants = std::stoll(arguments[5]);
  design.seed = std::stoull(arguments[6]);
  genome::SequenceReader reader(arguments[2]);
  std::int64_t const first = std::stoll(arguments[3]);
  std::int64_t const end = first + std::stoll(arguments[4]);
  for (std::int64_t number = 0; number < end; ++number) {
    auto const record = reader.next();
    if (!record) break;
    if (number < first) continue;
    genome::Locus locus;
    locus.contig = record->name;
    locus.end = static_cast<std::int64_t>(record->sequence.size());
    auto const mutants =
        library::random_library(*backend, design, genome::locus_identity(locus, record->sequence), record->sequence);
    device::Buffer<float> scores(*backend, static_cast<std::size_t>(mutants.mutants() * tasks));
    scorer.score(mutants.view(), scores);
    std::ofstream file(fmt::format("{}/{}.table", arguments[7], number), std::ios::binary);
    write(file, std::vector<std::int64_t>{mutants.mutants(), mutants.length(), tasks});
    write(file, mutants.codes());
    write(file, scores.to_host());
    if (!file) fail(ErrorCode::output, "cannot write a table to " + arguments[7]);
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 8,
                               "library_tables NETWORK WEIGHTS|- FASTA FIRST COUNT MUTANTS SEED FOLDER [THREADS]", run);
}
