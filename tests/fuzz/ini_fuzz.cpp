// SPDX-License-Identifier: MIT
// Text of a configuration file → options, by a table with one option of every type: quick, for the reader's grammar.
// The program's own tables and the values of its options are config_fuzz's.
#include "app/command_line/command_line.hpp"
#include "fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::MemoryFile const file(fuzz::text_of(data, size));
  double rate = 0;
  std::int64_t mutants = 0;
  bool resume = false;
  std::string store;
  std::vector<std::string> models;
  app::CommandTable table{.name = "fuzz", .summary = "one option of every type", .positional = "", .options = {}};
  table.options.add<double>({.name = "rate", .target = &rate, .value = "R"});
  table.options.add<std::int64_t>({.name = "mutants", .target = &mutants, .value = "N"});
  table.options.add<bool>({.name = "resume", .target = &resume});
  table.options.add<std::string>({.name = "store", .target = &store, .value = "FILE"});
  table.options.add<std::vector<std::string>>({.name = "model", .target = &models, .value = "FILE"});
  fuzz::expect_refusal_or_success({ErrorCode::config}, [&] {
    app::parse_command_line(table, {"--config", file.path()});
  });
  return 0;
}
