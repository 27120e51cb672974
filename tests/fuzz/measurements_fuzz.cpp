// SPDX-License-Identifier: MIT
// A table of measurements → its rows, by the columns that the first byte chooses.
#include "base/log.hpp"
#include "fuzz/fuzz_target.hpp"
#include "genome/measurement_table.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace shoal;
  fuzz::Bytes bytes(data, size);
  std::int64_t const choice = bytes.number(0, 7);
  genome::MeasurementColumns columns{.sequence = "x"};
  if ((choice & 1) != 0) columns.split = {"set", true};
  if ((choice & 2) != 0) columns.weight = {"w", true};
  if ((choice & 4) != 0) columns.standard_error = {};
  set_log_level(LogLevel::error);
  fuzz::MemoryFile const file(bytes.rest());
  fuzz::expect_refusal_or_success({ErrorCode::input}, [&] {
    auto const table = genome::read_measurements(file.path(), columns);
    // Whatever was read is whole and in order.
    bool const is_whole = table.rows() > 0 && table.measurements.size() == table.rows() &&
                          table.lines.size() == table.rows() &&
                          (!columns.split.is_required || table.sets.size() == table.rows());
    if (!is_whole) std::abort();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.sequences[row].size() != table.sequences.front().size()) std::abort();
      if (row > 0 && table.lines[row] <= table.lines[row - 1]) std::abort();
    }
  });
  return 0;
}
