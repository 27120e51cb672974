// SPDX-License-Identifier: MIT
// Text of a configuration file → options, by the rows of a scan's options, and their values checked.
#include "app/command_line/command_line.hpp"
#include "app/options/scan_arguments.hpp"
#include "fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::MemoryFile const file(fuzz::text_of(data, size));
  app::ScanArguments scan;
  app::CommandTable const table = scan.table();
  fuzz::expect_refusal_or_success({ErrorCode::config, ErrorCode::input}, [&] {
    app::parse_command_line(table, {"--config", file.path()});
    scan.resolved();
  });
  return 0;
}
