// SPDX-License-Identifier: MIT
// The files in configs/ are what the program writes: every option with its comment, from the rows.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "app/options/compare_arguments.hpp"
#include "app/options/confirm_arguments.hpp"
#include "app/options/fit_arguments.hpp"
#include "app/options/global_arguments.hpp"
#include "app/options/motif_arguments.hpp"
#include "app/options/scan_arguments.hpp"

namespace shoal::app {
namespace {

// The same file again, from the values that it sets; the message says how to write it.
template <class Arguments>
void expect_printed(std::string const& name, std::string const& command = {}) {
  std::string const path = std::string(SHOAL_CONFIGS) + "/" + name + ".ini";
  std::ifstream file(path);
  std::string const written{std::istreambuf_iterator<char>(file), {}};
  Arguments arguments;
  auto const printed = parse_command_line(arguments.table(), {"--config", path, "--print-config"});
  ASSERT_TRUE(printed);
  EXPECT_EQ(*printed, written) << "write it anew: shoal " << (command.empty() ? name : command) << " --config configs/"
                               << name << ".ini --print-config > new.ini && mv new.ini configs/" << name << ".ini";
}

TEST(ConfigFiles, ScanIsWhatTheProgramPrints) {
  expect_printed<ScanArguments>("scan");
}

TEST(ConfigFiles, FitIsWhatTheProgramPrints) {
  expect_printed<FitArguments>("fit");
}

TEST(ConfigFiles, GlobalIsWhatTheProgramPrints) {
  expect_printed<GlobalArguments>("global");
}

TEST(ConfigFiles, MotifsIsWhatTheProgramPrints) {
  expect_printed<MotifArguments>("motifs");
}

TEST(ConfigFiles, ConfirmIsWhatTheProgramPrints) {
  expect_printed<ConfirmArguments>("confirm", "motifs confirm");
}

TEST(ConfigFiles, CompareIsWhatTheProgramPrints) {
  expect_printed<CompareArguments>("compare");
}

}  // namespace
}  // namespace shoal::app
