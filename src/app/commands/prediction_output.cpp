// SPDX-License-Identifier: MIT
#include "app/commands/prediction_output.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exports/numpy_archive.hpp"

namespace shoal::app {

namespace {

using Column = Predictor::Column;

// Scores the rows piece by piece, and hands out each with its values.
void for_each_row(Predictor& predictor, std::function<void(std::int64_t, std::span<float const>)> const& take) {
  for (std::int64_t first = 0; first < predictor.rows(); first += predictor.piece()) {
    std::int64_t const count = std::min(predictor.piece(), predictor.rows() - first);
    std::vector<float> const values = predictor.score(first, count);
    for (std::int64_t row = 0; row < count; ++row) {
      take(first + row,
           std::span(values).subspan(static_cast<std::size_t>(row) * predictor.values(), predictor.values()));
    }
  }
}

// Calls `write` with the file or standard output, and sees that all arrived.
void write_text(std::string const& path, std::function<void(std::ostream&)> const& write) {
  std::ofstream file;
  if (!path.empty()) file.open(path);
  std::ostream& out = path.empty() ? std::cout : file;
  if (out) write(out);
  out.flush();
  if (!out) fail(ErrorCode::output, fmt::format("cannot write {}", path.empty() ? "standard output" : path));
}

std::string number_text(Predictor const& predictor, Column const& column, std::int64_t row, float value) {
  return predictor.is_skipped(column, row) ? "NA" : fmt::format("{}", value);
}

void write_profile_table(std::string const& path, Predictor& predictor) {
  write_text(path, [&](std::ostream& out) {
    out << "name\thead\tposition\tvalue\n";
    for_each_row(predictor, [&](std::int64_t row, std::span<float const> values) {
      auto value = values.begin();
      for (Column const& column : predictor.columns()) {
        for (std::int64_t position = 0; position < column.positions; ++position) {
          out << predictor.name(row) << '\t' << column.name << '\t' << position << '\t'
              << number_text(predictor, column, row, *value++) << '\n';
        }
      }
    });
  });
}

void write_profile_archive(std::string const& path, Predictor& predictor) {
  auto const& columns = predictor.columns();
  std::int64_t const positions = columns.front().positions;
  std::vector<std::string> names;
  for (Column const& column : columns) {
    names.push_back(column.name);
    if (column.positions == positions) continue;
    fail(ErrorCode::config,
         fmt::format("{}: head {} has {} positions, head {} {}; an array has one number of them: "
                     "choose with --head, or write a table",
                     path, shoal::quoted(column.name), column.positions, shoal::quoted(names.front()), positions));
  }
  exports::NumpyArchive archive(
      path, "profiles", "<f4", {predictor.rows(), positions, static_cast<std::int64_t>(columns.size())}, sizeof(float));
  log(LogLevel::info, fmt::format("{}: profiles [{} loci, {} positions, {} heads]: {}", path, predictor.rows(),
                                  positions, columns.size(), join(names, ", ")));
  std::vector<float> turned(predictor.values());
  auto const length = static_cast<std::size_t>(positions);
  for_each_row(predictor, [&](std::int64_t row, std::span<float const> values) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      bool const is_skipped = predictor.is_skipped(columns[c], row);
      for (std::size_t position = 0; position < length; ++position) {
        turned[position * columns.size() + c] =
            is_skipped ? std::numeric_limits<float>::quiet_NaN() : values[c * length + position];
      }
    }
    archive.append(std::as_bytes(std::span(turned)));
  });
  archive.publish();
}

}  // namespace

void write_scores(std::string const& path, Predictor& predictor) {
  write_text(path, [&](std::ostream& out) {
    out << "name";
    for (Column const& column : predictor.columns()) out << '\t' << column.name;
    out << '\n';
    for_each_row(predictor, [&](std::int64_t row, std::span<float const> values) {
      out << predictor.name(row);
      auto value = values.begin();
      for (Column const& column : predictor.columns()) {
        out << '\t' << number_text(predictor, column, row, *value++);
      }
      out << '\n';
    });
  });
}

void write_profiles(std::string const& path, Predictor& predictor) {
  bool const is_archive = std::filesystem::path(path).extension() == ".npz";
  (is_archive ? write_profile_archive : write_profile_table)(path, predictor);
}

}  // namespace shoal::app
