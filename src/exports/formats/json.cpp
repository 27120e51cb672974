// SPDX-License-Identifier: MIT
// Loci with their maps as JSON. The text is written here, locus by locus; nlohmann-json escapes the strings in it.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "exports/export.hpp"
#include "exports/formats/layouts.hpp"
#include "store/output_file.hpp"

namespace shoal::exports {

namespace {

// Bytes that are no UTF-8 become the replacement character: the file stays JSON.
std::string json_text(std::string const& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Numbers are formatted here, not by nlohmann-json: it has no choice of digits, and maps would take 17 of them.
std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

// Maps are float32 in the store: nine digits give each of them back.
std::string json_map_number(double value) {
  return std::isfinite(value) ? fmt::format("{:.9g}", value) : "null";
}

std::string json_matrix(std::vector<double> const& map) {
  std::size_t const length = map.size() / 4;
  std::vector<std::string> rows;
  for (std::size_t base = 0; base < 4; ++base) {
    std::vector<std::string> row;
    for (std::size_t position = 0; position < length; ++position) {
      row.push_back(json_map_number(map[base * length + position]));
    }
    rows.push_back(fmt::format("[{}]", join(row, ", ")));
  }
  return fmt::format("[{}]", join(rows, ", "));
}

std::string json_locus(ExportSource const& source, ExportedRow const& row) {
  std::string text = fmt::format(
      "{{\"row\": {}, \"chrom\": {}, \"start\": {}, \"end\": {}, \"strand\": \"{}\", \"name\": {}, \"sequence\": {}",
      row.index, json_text(row.locus.contig), row.locus.start, row.locus.end, row.locus.strand,
      json_text(row.locus.name), json_text(genome::to_text(row.sequence)));
  auto const names = number_names(source);
  auto const numbers = numbers_of(source, row.stored.row);
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format(", {}: {}", json_text(names[i]), json_number(numbers[i]));
  }
  return fmt::format("{}, \"map\": {}}}", text, json_matrix(row.map));
}

std::string json_notes(store::MethodSchema const& method) {
  std::string text;
  for (auto const& [key, value] : method.notes) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json_text(key), json_text(value));
  }
  return fmt::format("{{{}}}", text);
}

}  // namespace

void export_json(ExportSource const& source, std::string const& path) {
  expect_rows(source);
  store::OutputFile file(path);
  file.write(fmt::format(
      "{{\"model\": {}, \"task\": {}, \"method\": {}, \"gauge\": \"{}\", {}\"notes\": {}, "
      "\"bases\": \"ACGT\", \"loci\": [",
      json_text(source.model().name), json_text(source.task().name), json_text(source.method().name),
      to_string(source.gauge()), source.array() == "map" ? "" : fmt::format("\"array\": \"{}\", ", source.array()),
      json_notes(source.method())));
  bool first = true;
  for (std::int64_t const index : source.rows()) {
    file.write(first ? "\n" : ",\n");
    file.write(json_locus(source, source.read(index)));
    first = false;
  }
  file.write("\n]}\n");
  file.publish();
}

}  // namespace shoal::exports
