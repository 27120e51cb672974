// SPDX-License-Identifier: MIT
#include "compare/network_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "genome/line_reader.hpp"

namespace shoal::compare {

std::optional<double> NetworkTable::number(std::string const& network, std::string const& column) const {
  auto const found = std::ranges::find(columns, column);
  if (found == columns.end()) {
    fail(ErrorCode::config,
         fmt::format("{} has no column {}: it has {}", path, shoal::quoted(column), join(columns, ", ")));
  }
  auto const row = std::ranges::find(networks, network);
  if (row == networks.end()) return std::nullopt;
  std::string const& cell = cells[at(row - networks.begin())][at(found - columns.begin())];
  if (cell.empty() || cell == "NA") return std::nullopt;
  auto const value = parse_real(cell);
  if (!value || !std::isfinite(*value)) {
    fail(ErrorCode::input, fmt::format("{}: {} of network {} is {}, no number", path, column, shoal::quoted(network),
                                       shoal::quoted(cell)));
  }
  return value;
}

NetworkTable read_network_table(std::string const& path) {
  NetworkTable table{.path = path, .columns = {}, .networks = {}, .cells = {}};
  genome::LineReader lines(path);
  std::string line;
  while (lines.next(line)) {
    if (line.empty() || line.starts_with('#')) continue;
    auto const fields = split(line, '\t');
    std::vector<std::string> const words(fields.begin() + 1, fields.end());
    if (table.columns.empty()) {
      if (fields[0] != "network" || words.empty()) {
        fail(ErrorCode::input,
             fmt::format("{}: the header must be \"network\" and further columns, tab-separated", lines.where()));
      }
      table.columns = words;
      continue;
    }
    if (words.size() != table.columns.size()) {
      fail(ErrorCode::input,
           fmt::format("{}: {} columns, the header has {}", lines.where(), fields.size(), table.columns.size() + 1));
    }
    if (std::ranges::find(table.networks, fields[0]) != table.networks.end()) {
      fail(ErrorCode::input, fmt::format("{}: network {} has a row already", lines.where(), shoal::quoted(fields[0])));
    }
    table.networks.emplace_back(fields[0]);
    table.cells.push_back(words);
  }
  if (table.networks.empty()) fail(ErrorCode::input, fmt::format("{} has no rows", path));
  return table;
}

}  // namespace shoal::compare
