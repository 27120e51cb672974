// SPDX-License-Identifier: MIT
// Effects of substitutions as TSV, loci as CSV and JSON.
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/text.hpp"
#include "exports/export.hpp"
#include "exports/formats/layouts.hpp"
#include "kernels/library/packed.hpp"
#include "store/output_file.hpp"

namespace shoal::exports {

namespace {

constexpr char letters[] = "ACGT";

// The lines of one locus, in genome order: a locus on the strand '-' is read backwards and complemented.
std::string effect_lines(ExportedRow const& row) {
  fmt::memory_buffer text;
  std::size_t const length = row.sequence.size();
  bool const reverse = row.locus.strand == '-';
  for (std::size_t offset = 0; offset < length; ++offset) {
    std::size_t const position = reverse ? length - 1 - offset : offset;
    std::uint8_t const reference = row.sequence[position];
    if (reference == kernels::code_n) continue;
    for (std::size_t letter = 0; letter < 4; ++letter) {
      std::size_t const base = reverse ? 3 - letter : letter;
      if (base == reference) continue;
      double const effect = row.map[base * length + position] - row.map[reference * length + position];
      fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t{:.9g}\t{}\t{}\t{}\n", row.locus.contig,
                     row.locus.start + static_cast<std::int64_t>(offset) + 1,
                     letters[reverse ? 3 - reference : reference], letters[letter], effect, row.index,
                     row.locus.name.empty() ? "." : row.locus.name, row.locus.strand);
    }
  }
  return fmt::to_string(text);
}

std::string csv_field(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field;
  for (char const character : text) {
    if (character == '"') field += '"';
    field += character;
  }
  return fmt::format("\"{}\"", field);
}

std::string json_text(std::string const& text) {
  std::string escaped;
  for (char const character : text) {
    if (character == '"' || character == '\\') {
      escaped += '\\';
      escaped += character;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      escaped += fmt::format("\\u{:04x}", static_cast<int>(character));
    } else {
      escaped += character;
    }
  }
  return fmt::format("\"{}\"", escaped);
}

std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}
// Maps are float32 in the store; nine digits are enough to restore each of them.
std::string json_map_number(double value) {
  return std::isfinite(value) ? fmt::format("{:.9g}", value) : "null";
}

// The names and values of a locus's numbers: first the task's, then the method's.
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

void export_effects(ExportSource const& source, std::string const& path) {
  expect_rows(source);
  store::OutputFile file(path);
  file.write("chrom\tpos\tref\talt\teffect\trow\tname\tstrand\n");
  for (std::int64_t const index : source.rows()) file.write(effect_lines(source.read(index)));
  file.publish();
}

void export_csv(ExportSource const& source, std::string const& path) {
  expect_rows(source);
  store::OutputFile file(path);
  std::string header = "row,chrom,start,end,strand,name,sequence";
  for (std::string const& name : number_names(source)) header += fmt::format(",{}", csv_field(name));
  file.write(header + "\n");
  for (std::int64_t const index : source.rows()) {
    ExportedRow const row = source.read(index);
    std::string line =
        fmt::format("{},{},{},{},{},{},{}", index, csv_field(row.locus.contig), row.locus.start, row.locus.end,
                    row.locus.strand, csv_field(row.locus.name), genome::to_text(row.sequence));
    for (double const number : numbers_of(source, row.stored.row)) line += fmt::format(",{}", number);
    file.write(line + "\n");
  }
  file.publish();
}

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
