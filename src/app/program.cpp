// SPDX-License-Identifier: MIT
#include "app/program.hpp"

#include <fmt/core.h>

#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/commands.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "device/backend.hpp"
#include "kernels/instruction_set.hpp"
#include "mpi/communicator.hpp"

namespace shoal::app {

namespace {

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(std::vector<std::string> const& words);
};

constexpr auto commands = std::to_array<Command>({
    {"predict", "score sequences with a network", run_predict},
    {"scan", "explain loci with networks: the main job", run_scan},
    {"fit", "fit surrogates to a table of sequences and measurements", run_fit},
    {"global", "effects of motifs and pairs of motifs in many contexts", run_global},
    {"variants", "effects of a VCF's alleles by networks and by a store's maps", run_variants},
    {"motifs", "motifs in maps: seqlets, patterns, matches with a database", run_motifs},
    {"compare", "which network to interpret with which method: metrics of stores", run_compare},
    {"export", "write a store's maps in the files of other tools", run_export},
    {"inspect", "look into a store: status, provenance, one locus, checksums", run_inspect},
    {"doctor", "what a job finds on its machines, and what to do about it", run_doctor},
});

std::string usage() {
  std::string text =
      "shoal: explains genomic deep neural networks at thousands of loci\n\nusage: shoal <command> [options]\n\n";
  for (Command const& command : commands) text += fmt::format("  {:<9} {}\n", command.name, command.summary);
  return text +
         "\nshoal <command> --help lists the options that most runs need, --help-all every one; shoal --version tells "
         "what was built.\n";
}

std::string cuda_text() {
  if (!device::cuda_is_built()) return "not built";
  device::CudaDevices const devices = device::find_cuda_devices();
  std::string text = fmt::format("built, {} device{}", devices.usable.size(), devices.usable.size() == 1 ? "" : "s");
  for (device::CudaDevice const& device : devices.usable) {
    text += fmt::format(", {} ({}.{})", device.name, device.capability / 10, device.capability % 10);
  }
  return devices.problem.empty() ? text : text + "; " + devices.problem;
}

std::string version() {
  return fmt::format("shoal {} (instruction set {}, CUDA {})\n", SHOAL_VERSION,
                     kernels::to_string(kernels::best_instruction_set()), cuda_text());
}

int run_command(std::vector<std::string> const& words) {
  if (words.empty()) fail(ErrorCode::config, "no command was given\n\n" + usage());
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    fmt::print("{}", usage());
    return exit_done;
  }
  if (words[0] == "--version") {
    fmt::print("{}", version());
    return exit_done;
  }
  for (Command const& command : commands) {
    if (command.name == words[0]) return command.run({words.begin() + 1, words.end()});
  }
  std::vector<std::string> names;
  for (Command const& command : commands) names.emplace_back(command.name);
  auto const near = nearest(words[0], names);
  fail(ErrorCode::config, fmt::format("unknown command {}{}\n\n{}", shoal::quoted(words[0]),
                                      near ? fmt::format(": did you mean {}?", *near) : "", usage()));
}

}  // namespace

int run_program(int argc, char** argv) {
  // Before MPI starts every rank reaches the same error; one of them says it.
  bool const speaks = mpi::rank_before_start() == 0;
  try {
    return run_command({argv + 1, argv + argc});
  } catch (Error const& error) {
    if (speaks) log(LogLevel::error, error.what());
    return exit_status(error.code());
  } catch (std::exception const& error) {
    log_rank(LogLevel::error, fmt::format("internal: {}", error.what()));
    return exit_status(ErrorCode::internal);
  }
}

}  // namespace shoal::app
