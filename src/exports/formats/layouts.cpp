// SPDX-License-Identifier: MIT
#include "exports/formats/layouts.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::exports {

void expect_rows(ExportSource const& source) {
  if (!source.rows().empty()) return;
  fail(ErrorCode::config,
       source.left_out() == 0
           ? "there is nothing to export: no locus lies in the regions"
           : fmt::format("there is nothing to export: none of the {} chosen rows is done (shoal inspect tells why)",
                         source.left_out()));
}

std::vector<std::int8_t> one_hot(genome::Codes const& sequence) {
  std::vector<std::int8_t> ones(4 * sequence.size(), 0);
  for (std::size_t position = 0; position < sequence.size(); ++position) {
    if (sequence[position] != kernels::code_n) ones[sequence[position] * sequence.size() + position] = 1;
  }
  return ones;
}

std::vector<double> projected_map(ExportedRow const& row) {
  std::size_t const length = row.sequence.size();
  std::vector<double> const values = projected(row);
  std::vector<double> map(row.map.size(), 0.0);
  for (std::size_t position = 0; position < length; ++position) {
    if (row.sequence[position] != kernels::code_n) map[row.sequence[position] * length + position] = values[position];
  }
  return map;
}

std::vector<std::string> number_names(ExportSource const& source) {
  std::vector<std::string> names = source.reader().schema().task_scalars;
  names.insert(names.end(), source.method().scalars.begin(), source.method().scalars.end());
  return names;
}

std::vector<double> numbers_of(ExportSource const& source, store::Row const& row) {
  std::vector<double> numbers = source.task_scalars(row);
  auto const& scalars = source.result(row).scalars;
  numbers.insert(numbers.end(), scalars.begin(), scalars.end());
  return numbers;
}

std::string without_suffix(std::string const& path, std::string_view suffix) {
  return path.ends_with(suffix) ? path.substr(0, path.size() - suffix.size()) : path;
}

}  // namespace shoal::exports
