// SPDX-License-Identifier: MIT
// Effects of substitutions as TSV, loci as CSV.
#include <fmt/format.h>

#include <iterator>

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

// Quoted as in RFC 4180 where that is needed.
std::string csv_field(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field;
  for (char const character : text) {
    if (character == '"') field += '"';
    field += character;
  }
  return fmt::format("\"{}\"", field);
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

}  // namespace shoal::exports
