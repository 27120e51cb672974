// SPDX-License-Identifier: MIT
#include "app/command_line/option_row.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

void refuse_value(std::string const& name, std::string const& text, std::string const& reason) {
  if (reason.starts_with("--")) fail(ErrorCode::config, reason);
  std::string const shown = parse_real(text) ? text : quoted(text);
  fail(ErrorCode::config, fmt::format("--{} {}: {}", name, shown, reason));
}

template class RowValue<bool>;
template class RowValue<int>;
template class RowValue<std::int64_t>;
template class RowValue<std::uint64_t>;
template class RowValue<double>;
template class RowValue<std::string>;
template class RowValue<std::vector<std::string>>;
template class RowValue<std::vector<double>>;
template class RowValue<std::vector<std::int64_t>>;
template void OptionTable::add(OptionRow<bool> row);
template void OptionTable::add(OptionRow<int> row);
template void OptionTable::add(OptionRow<std::int64_t> row);
template void OptionTable::add(OptionRow<std::uint64_t> row);
template void OptionTable::add(OptionRow<double> row);
template void OptionTable::add(OptionRow<std::string> row);
template void OptionTable::add(OptionRow<std::vector<std::string>> row);
template void OptionTable::add(OptionRow<std::vector<double>> row);
template void OptionTable::add(OptionRow<std::vector<std::int64_t>> row);

}  // namespace shoal::app
