// SPDX-License-Identifier: MIT
// Text of a configuration file → options, by the tables of the option groups, and their values checked.
#include "app/options/command_line.hpp"
#include "app/options/option_groups.hpp"
#include "fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::MemoryFile const file(fuzz::text_of(data, size));
  app::NetworkArguments networks;
  app::LociArguments loci;
  app::LibraryArguments library;
  app::RidgeArguments ridge;
  app::AttributionArguments attribution;
  app::RunArguments run;
  app::CommandTable table{"fuzz", "one of every group", "", {}};
  networks.add_to(table.options);
  loci.add_to(table.options);
  library.add_to(table.options);
  ridge.add_to(table.options);
  attribution.add_methods_to(table.options);
  attribution.add_to(table.options);
  run.add_to(table.options);
  fuzz::expect_refusal_or_success({ErrorCode::config, ErrorCode::input}, [&] {
    app::parse_command_line(table, {"--config", file.path()});
    networks.tasks();
    loci.resolved();
    library.resolved();
    ridge.resolved();
    attribution.resolved();
    run.validate();
  });
  return 0;
}
