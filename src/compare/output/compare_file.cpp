// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/text.hpp"
#include "compare/compare_result.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/text.hpp"
#include "store/output_file.hpp"
#include "store/result_file.hpp"

namespace shoal::compare {

namespace {

using hdf5::ElementKind;
using hdf5::RowDataset;

void write_texts(hid_t file, std::string const& path, std::vector<std::string> const& texts) {
  std::size_t width = 1;
  for (std::string const& text : texts) width = std::max(width, text.size());
  auto const dataset = RowDataset::create(
      file, path, static_cast<std::int64_t>(texts.size()),
      {.kind = ElementKind::text, .shape = {}, .text_width = static_cast<std::int64_t>(width), .fields = {}});
  std::string bytes;
  for (std::string text : texts) {
    text.resize(width, '\0');
    bytes += text;
  }
  if (!texts.empty()) dataset.write(0, std::as_bytes(std::span(bytes)));
}

template <class Item>
void write_column(hid_t file, std::string const& path, std::vector<Item> const& items, std::string Item::*member) {
  std::vector<std::string> texts;
  for (Item const& item : items) texts.push_back(item.*member);
  write_texts(file, path, texts);
}

void write_numbers(hid_t file, std::string const& path, std::vector<std::string> const& fields,
                   std::vector<double> const& numbers) {
  auto const rows = static_cast<std::int64_t>(numbers.size() / fields.size());
  auto const dataset = RowDataset::create(
      file, path, rows, {.kind = ElementKind::float64, .shape = {}, .text_width = 1, .fields = fields});
  if (rows > 0) dataset.write(0, std::as_bytes(std::span(numbers)));
}

void write_measurements(hid_t file, CompareResult const& result) {
  hdf5::create_group(file, "/results");
  write_column(file, "/results/network", result.measurements, &Measurement::network);
  write_column(file, "/results/task", result.measurements, &Measurement::task);
  write_column(file, "/results/method", result.measurements, &Measurement::method);
  write_column(file, "/results/form", result.measurements, &Measurement::form);
  write_column(file, "/results/metric", result.measurements, &Measurement::metric);
  std::vector<double> numbers;
  for (Measurement const& each : result.measurements) {
    numbers.insert(numbers.end(), {each.value, each.error, each.lower, each.upper, static_cast<double>(each.loci)});
  }
  write_numbers(file, "/results/numbers", {"value", "error", "lower", "upper", "loci"}, numbers);
}

void write_tests(hid_t file, CompareResult const& result) {
  hdf5::create_group(file, "/tests");
  write_column(file, "/tests/task", result.tests, &PairedTest::question);
  write_column(file, "/tests/network", result.tests, &PairedTest::network);
  write_column(file, "/tests/method", result.tests, &PairedTest::method);
  write_column(file, "/tests/metric", result.tests, &PairedTest::metric);
  std::vector<double> numbers;
  for (PairedTest const& each : result.tests) {
    numbers.insert(numbers.end(), {each.difference, each.p, each.adjusted_p, static_cast<double>(each.loci)});
  }
  write_numbers(file, "/tests/numbers", {"difference", "p", "adjusted_p", "loci"}, numbers);
}

void write_correlations(hid_t file, CompareResult const& result) {
  hdf5::create_group(file, "/correlations");
  for (std::size_t number = 0; number < result.correlations.size(); ++number) {
    CorrelationMatrix const& matrix = result.correlations[number];
    auto const size = static_cast<std::int64_t>(matrix.names.size());
    auto const dataset = RowDataset::create(file, fmt::format("/correlations/{}", number), size,
                                            {.kind = ElementKind::float64, .shape = {size}});
    dataset.write(0, std::as_bytes(std::span(matrix.values)));
    hdf5::write_text(dataset.id(), "task", matrix.question);
    hdf5::write_text(dataset.id(), matrix.of_networks ? "method" : "network", matrix.of);
    hdf5::write_text(dataset.id(), "form", matrix.form);
    hdf5::write_text(dataset.id(), "between", matrix.of_networks ? "networks" : "methods");
  }
}

void write_loci(hid_t file, CompareResult const& result) {
  hdf5::create_group(file, "/loci");
  auto const rows = static_cast<std::int64_t>(result.rows.size());
  auto const numbers = RowDataset::create(file, "/loci/row", rows, {.kind = ElementKind::int64, .shape = {}});
  if (rows > 0) numbers.write(0, std::as_bytes(std::span(result.rows)));
  for (std::size_t number = 0; number < result.elements.size(); ++number) {
    if (number == 0) hdf5::create_group(file, "/elements");
    ElementValues const& each = result.elements[number];
    auto const dataset = RowDataset::create(file, fmt::format("/elements/{}", number), rows,
                                            {.kind = ElementKind::float64, .shape = {}});
    if (rows > 0) dataset.write(0, std::as_bytes(std::span(each.values)));
    hdf5::write_text(dataset.id(), "network", each.network);
    hdf5::write_text(dataset.id(), "task", each.task);
    hdf5::write_text(dataset.id(), "method", each.method);
    hdf5::write_text(dataset.id(), "metric", each.metric);
  }
  if (result.disagreement.empty()) return;
  auto const values = RowDataset::create(file, "/loci/disagreement", rows, {.kind = ElementKind::float64, .shape = {}});
  values.write(0, std::as_bytes(std::span(result.disagreement)));
}

// Attributes of networks, a column of texts each; a "/" in a column's name becomes "_".
void write_networks(hid_t file, NetworkTable const& table) {
  if (table.networks.empty()) return;
  hdf5::create_group(file, "/networks");
  write_texts(file, "/networks/network", table.networks);
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    std::string name = table.columns[column];
    std::replace(name.begin(), name.end(), '/', '_');
    std::vector<std::string> texts;
    for (auto const& row : table.cells) texts.push_back(row[column]);
    write_texts(file, "/networks/" + name, texts);
  }
}

std::string number_text(double value) {
  return std::isnan(value) ? "NA" : fmt::format("{:.9g}", value);
}

}  // namespace

void write_compare_file(std::string const& path, CompareResult const& result) {
  store::write_result_file(path, [&](hid_t file) {
    auto const root = hdf5::own<hdf5::Object>(H5Oopen(file, "/", H5P_DEFAULT), "cannot open /", ErrorCode::output);
    hdf5::write_text(root.get(), "shoal.kind", "compare 1");
    for (auto const& [key, value] : result.settings) hdf5::write_text(root.get(), key, value);
    hdf5::write_text(root.get(), "verdict", join(result.verdicts, "\n"));
    write_measurements(file, result);
    write_tests(file, result);
    write_correlations(file, result);
    write_loci(file, result);
    write_networks(file, result.networks);
  });
}

void write_compare_table(std::string const& path, CompareResult const& result) {
  store::OutputFile file(path);
  file.write("network\ttask\tmethod\tform\tmetric\tvalue\terror\tloci\n");
  auto all = result.measurements;
  all.insert(all.end(), result.costs.begin(), result.costs.end());
  for (Measurement const& each : all) {
    file.write(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", each.network, each.task,
                           each.method.empty() ? "NA" : each.method, each.form.empty() ? "NA" : each.form, each.metric,
                           number_text(each.value), number_text(each.error), each.loci));
  }
  file.publish();
}

}  // namespace shoal::compare
