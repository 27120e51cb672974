// SPDX-License-Identifier: MIT
// Text of a configuration file → options, by a table with one option of every type: quick, for the reader's grammar.
// The program's own tables and the values of its options are config_fuzz's.
#include <boost/program_options/value_semantic.hpp>

#include "app/options/command_line.hpp"
#include "fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  namespace po = boost::program_options;
  fuzz::MemoryFile const file(fuzz::text_of(data, size));
  double rate = 0;
  std::int64_t mutants = 0;
  bool resume = false;
  std::string store;
  std::vector<std::string> models;
  app::CommandTable table{"fuzz", "one option of every type", "", {}};
  table.options.add_options()("rate", po::value(&rate), "")("mutants", po::value(&mutants), "")(
      "resume", po::bool_switch(&resume), "")("store", po::value(&store), "")("model", po::value(&models), "");
  fuzz::expect_refusal_or_success({ErrorCode::config}, [&] {
    app::parse_command_line(table, {"--config", file.path()});
  });
  return 0;
}
