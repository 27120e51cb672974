// SPDX-License-Identifier: MIT
#include "compare/labels.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "compare/truth/dataset.hpp"
#include "genome/line_reader.hpp"
#include "genome/measurement_table.hpp"

namespace shoal::compare {

namespace {

void read_dataset(std::string const& file, std::string const& dataset, Labels& labels) {
  auto const found = read_array(file, dataset);
  if (!found) fail(ErrorCode::input, fmt::format("{} has no dataset {}", file, dataset));
  auto const texts = read_sequences(file);
  auto const& shape = found->shape;
  if (shape.empty() || shape.size() > 2 || shape[0] != static_cast<std::int64_t>(texts.size())) {
    fail(ErrorCode::input,
         fmt::format("{}: {} must have one row for each of the {} texts of /sequences", file, dataset, texts.size()));
  }
  for (std::string const& text : texts) labels.sequences.push_back(genome::to_codes(text));
  std::size_t const columns = shape.size() == 1 ? 1 : at(shape[1]);
  for (std::size_t column = 0; column < columns; ++column) {
    labels.columns.push_back(columns == 1 ? dataset : fmt::format("{}[{}]", dataset, column));
    std::vector<double>& values = labels.values.emplace_back();
    for (std::size_t row = 0; row < texts.size(); ++row) {
      values.push_back(found->values[row * columns + column]);
      if (std::isfinite(values.back())) continue;
      fail(ErrorCode::input, fmt::format("{}: row {} of {} is no finite number", file, row, dataset));
    }
  }
}

void read_table(std::string const& file, std::vector<std::string> const& columns, Labels& labels) {
  for (std::string const& column : columns) {
    genome::MeasurementColumns wanted;
    wanted.measurement = column;
    wanted.standard_error = wanted.weight = wanted.split = {};
    auto const table = genome::read_measurements(file, wanted);
    labels.columns.push_back(column);
    labels.values.push_back(table.measurements);
    if (!labels.sequences.empty()) continue;
    for (std::string const& text : table.sequences) labels.sequences.push_back(genome::to_codes(text));
  }
}

void read_bed(std::string const& file, std::string const& genome, std::int64_t length, Labels& labels) {
  if (genome.empty()) {
    fail(ErrorCode::config, fmt::format("--labels {}: a BED needs the genome of its rows: --genome FILE", file));
  }
  genome::LociOptions options;
  options.genome = genome;
  options.loci = file;
  options.length = length;
  auto loci = genome::LocusTable::read(options);
  labels.columns.emplace_back("score");
  std::vector<double>& values = labels.values.emplace_back();
  genome::LineReader lines(file);
  std::string line;
  std::int64_t row = 0;
  while (lines.next(line)) {
    if (trim(line).empty() || line.starts_with('#') || line.starts_with("track") || line.starts_with("browser")) {
      continue;
    }
    auto const fields = split(line, '\t');
    auto const value = fields.size() < 5 ? std::nullopt : parse_real(fields[4]);
    if (!value || !std::isfinite(*value)) {
      fail(ErrorCode::input, fmt::format("{}: the fifth column must be the measured value", lines.where()));
    }
    values.push_back(*value);
    labels.sequences.push_back(loci.sequence(row++));
  }
  loci.check_letters();
}

bool is_bed(std::string file) {
  if (file.ends_with(".gz")) file.resize(file.size() - 3);
  return file.ends_with(".bed");
}

}  // namespace

Labels Labels::read(std::string const& text, std::vector<std::string> const& columns, std::string const& genome,
                    std::int64_t length) {
  Labels labels;
  auto const colon = text.rfind(":/");
  labels.path = text.substr(0, colon);
  if (colon != std::string::npos) {
    read_dataset(labels.path, text.substr(colon + 1), labels);
  } else if (is_bed(labels.path)) {
    read_bed(labels.path, genome, length, labels);
  } else {
    read_table(labels.path, columns.empty() ? std::vector<std::string>{"y"} : columns, labels);
  }
  labels.identity = fmt::format("{} {}", file_digest(labels.path), join(labels.columns, ","));
  return labels;
}

}  // namespace shoal::compare
