// SPDX-License-Identifier: MIT
#include "readers/files/numeric_file.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

namespace {

constexpr std::uintmax_t largest_file = 1'000'000'000;

[[noreturn]] void refuse(std::string const& file, std::string_view text) {
  fail(ErrorCode::input, fmt::format("cannot read the numbers in {}: {}", file, text));
}

std::string read_whole(std::string const& file) {
  std::error_code problem;
  std::uintmax_t const size = std::filesystem::file_size(file, problem);
  if (problem) refuse(file, problem.message());
  if (size > largest_file) refuse(file, fmt::format("it is larger than {}", human_bytes(double(largest_file))));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || bytes.size() != size) refuse(file, "it cannot be read");
  return bytes;
}

}  // namespace

archives::NumpyArray read_npy(std::string const& file) {
  return archives::parse_numpy(file, read_whole(file));
}

archives::NumpyArray read_number_table(std::string const& file) {
  std::string const bytes = read_whole(file);
  std::string_view text = bytes;
  if (auto const objection = encoding_objection(text); !objection.empty()) refuse(file, objection);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  archives::NumpyArray table{{0, 0}, {}};
  bool is_named = false;
  std::int64_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string_view> cells = split(line, '\t');
    bool const is_first = table.shape[0] == 0 && !is_named;
    if (is_first && trim(cells[0]) == "name") {
      is_named = true;
      continue;
    }
    if (is_named) cells.erase(cells.begin());
    auto const columns = static_cast<std::int64_t>(cells.size());
    if (table.shape[0] > 0 && columns != table.shape[1]) {
      refuse(file, fmt::format("line {} has {} numbers, and those before have {}", number, columns, table.shape[1]));
    }
    for (std::string_view const cell : cells) {
      auto const value = parse_real(trim(cell));
      if (!value || !std::isfinite(static_cast<float>(*value))) {
        refuse(file, fmt::format("line {}: {} is no finite number", number, shoal::quoted(cell)));
      }
      table.values.push_back(static_cast<float>(*value));
    }
    table.shape = {table.shape[0] + 1, columns};
  }
  if (table.values.empty()) refuse(file, "there are none");
  return table;
}

}  // namespace shoal::readers
