// SPDX-License-Identifier: MIT
#include "global/global_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/text.hpp"
#include "fit/fitted_surrogate.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/text.hpp"
#include "store/output_file.hpp"
#include "store/result_file.hpp"

namespace shoal::global {

namespace {

using hdf5::ElementKind;
using hdf5::RowDataset;

// "NAME", "NAME_sd", …: the columns of an estimate.
std::vector<std::string> columns_of(std::string const& name) {
  return {name, name + "_sd", name + "_se", name + "_lower", name + "_upper"};
}

void append(Estimate const& estimate, std::vector<double>& numbers) {
  numbers.insert(numbers.end(), {estimate.mean, estimate.deviation, estimate.error, estimate.lower, estimate.upper});
}

std::vector<std::string> fields_of(std::initializer_list<char const*> names) {
  std::vector<std::string> fields;
  for (char const* name : names) {
    auto const columns = columns_of(name);
    fields.insert(fields.end(), columns.begin(), columns.end());
  }
  return fields;
}

void write_records(hid_t file, std::string const& path, std::vector<std::string> const& fields,
                   std::vector<double> const& numbers) {
  auto const rows = static_cast<std::int64_t>(numbers.size() / fields.size());
  auto const dataset = RowDataset::create(
      file, path, rows, {.kind = ElementKind::float64, .shape = {}, .text_width = 1, .fields = fields});
  if (rows > 0) dataset.write(0, std::as_bytes(std::span(numbers)));
}

template <class Item, class Text>
void write_texts(hid_t file, std::string const& path, std::vector<Item> const& items, Text const& text_of) {
  std::size_t width = 1;
  for (Item const& item : items) width = std::max(width, std::string(text_of(item)).size());
  auto const dataset = RowDataset::create(
      file, path, static_cast<std::int64_t>(items.size()),
      {.kind = ElementKind::text, .shape = {}, .text_width = static_cast<std::int64_t>(width), .fields = {}});
  std::string bytes;
  for (Item const& item : items) {
    std::string text(text_of(item));
    text.resize(width, '\0');
    bytes += text;
  }
  if (!items.empty()) dataset.write(0, std::as_bytes(std::span(bytes)));
}

template <class Item, class Number>
void write_integers(hid_t file, std::string const& path, std::vector<Item> const& items, Number const& number_of) {
  std::vector<std::int64_t> numbers;
  for (Item const& item : items) numbers.push_back(number_of(item));
  auto const dataset =
      RowDataset::create(file, path, static_cast<std::int64_t>(items.size()), {ElementKind::int64, {}});
  if (!items.empty()) dataset.write(0, std::as_bytes(std::span(numbers)));
}

void write_designs(hid_t file, GlobalFile const& contents) {
  hdf5::create_group(file, "/singles");
  write_texts(file, "/singles/motif", contents.singles, [](auto const& each) { return each.motif; });
  write_texts(file, "/singles/insert", contents.singles, [](auto const& each) { return each.insert; });
  write_texts(file, "/singles/orientation", contents.singles,
              [](auto const& each) { return std::string(1, each.orientation); });
  write_integers(file, "/singles/position", contents.singles, [](auto const& each) { return each.position; });
  hdf5::create_group(file, "/pairs");
  write_texts(file, "/pairs/upstream", contents.pairs, [](auto const& each) { return each.upstream; });
  write_texts(file, "/pairs/downstream", contents.pairs, [](auto const& each) { return each.downstream; });
  write_texts(file, "/pairs/orientation", contents.pairs, [](auto const& each) { return each.orientation; });
  write_integers(file, "/pairs/spacing", contents.pairs, [](auto const& each) { return each.spacing; });
  write_integers(file, "/pairs/position", contents.pairs, [](auto const& each) { return each.position; });
  write_texts(file, "/orientations", contents.orientations, [](auto const& each) { return each; });
  write_integers(file, "/spacings", contents.spacings, [](auto each) { return each; });
}

void write_surrogate(hid_t file, std::string const& group, GlobalSurrogate const& surrogate) {
  auto const made = hdf5::create_group(file, group);
  hdf5::write_text(made.get(), "sites", join(surrogate.sites, ","));
  for (std::size_t i = 0; i < surrogate.models.size(); ++i) {
    std::string const path = group + "/" + surrogate.models[i].fit.name;
    fit::write_fitted_model(file, path, surrogate.models[i]);
    auto const& intact = surrogate.intact[i];
    auto const dataset = RowDataset::create(file, path + "/intact", static_cast<std::int64_t>(intact.size()),
                                            {ElementKind::float64, {}});
    dataset.write(0, std::as_bytes(std::span(intact)));
    hdf5::write_text(dataset.id(), "axes", "orientation × spacing (spacing fastest): prediction for the intact motifs");
  }
}

void write_task(hid_t file, std::string const& group, GlobalTask const& task) {
  hdf5::create_group(file, group);
  std::vector<double> numbers;
  append(task.background, numbers);
  write_records(file, group + "/background", fields_of({"score"}), numbers);
  numbers.clear();
  for (SingleEffect const& each : task.singles) {
    append(each.score, numbers);
    append(each.effect, numbers);
  }
  write_records(file, group + "/singles", fields_of({"score", "effect"}), numbers);
  numbers.clear();
  for (PairEffect const& each : task.pairs) {
    append(each.score, numbers);
    append(each.effect, numbers);
    append(each.interaction, numbers);
    append(each.control_interaction, numbers);
  }
  write_records(file, group + "/pairs", fields_of({"score", "effect", "interaction", "control_interaction"}), numbers);
  hdf5::create_group(file, group + "/surrogates");
  for (GlobalSurrogate const& surrogate : task.surrogates) {
    write_surrogate(file, group + "/surrogates/" + surrogate.pattern, surrogate);
  }
}

void write_settings(hid_t file, GlobalFile const& contents) {
  auto const root = hdf5::own<hdf5::Object>(H5Oopen(file, "/", H5P_DEFAULT), "cannot open /", ErrorCode::output);
  hdf5::write_text(root.get(), "shoal.kind", "global 1");
  for (auto const& [key, value] : contents.settings) hdf5::write_text(root.get(), key, value);
}

void write_contents(hid_t file, GlobalFile const& contents) {
  write_settings(file, contents);
  write_designs(file, contents);
  hdf5::create_group(file, "/models");
  std::string model;
  for (GlobalTask const& task : contents.tasks) {
    if (task.model != model) hdf5::create_group(file, "/models/" + task.model);
    model = task.model;
    write_task(file, "/models/" + task.model + "/" + task.task, task);
  }
}

// What a line of the table says before its numbers.
struct LineHead {
  std::string kind;
  std::string upstream = "NA";
  std::string downstream = "NA";
  std::string orientation = "NA";
  std::string spacing = "NA";
  std::string position = "NA";
};

std::string table_line(GlobalTask const& task, LineHead const& head, std::initializer_list<Estimate const*> estimates) {
  std::string line = fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", task.model, task.task, head.kind, head.upstream,
                                 head.downstream, head.orientation, head.spacing, head.position);
  for (Estimate const* estimate : estimates) {
    std::vector<double> numbers(5, std::nan(""));
    if (estimate != nullptr) {
      numbers.clear();
      append(*estimate, numbers);
    }
    for (double const number : numbers) line += std::isnan(number) ? "\tNA" : fmt::format("\t{:.9g}", number);
  }
  return line + "\n";
}

}  // namespace

void write_global_file(std::string const& path, GlobalFile const& contents) {
  store::write_result_file(path, [&](hid_t file) { write_contents(file, contents); });
}

void write_global_table(std::string const& path, GlobalFile const& contents) {
  store::OutputFile file(path);
  file.write("model\ttask\tkind\tupstream\tdownstream\torientation\tspacing\tposition\t" +
             join(fields_of({"score", "effect", "interaction", "control_interaction"}), "\t") + "\n");
  for (GlobalTask const& task : contents.tasks) {
    file.write(table_line(task, {.kind = "background"}, {&task.background, nullptr, nullptr, nullptr}));
    for (std::size_t i = 0; i < task.singles.size(); ++i) {
      SingleDesign const& design = contents.singles[i];
      LineHead const head{.kind = design.insert,
                          .upstream = design.motif,
                          .orientation = std::string(1, design.orientation),
                          .position = fmt::format("{}", design.position)};
      file.write(table_line(task, head, {&task.singles[i].score, &task.singles[i].effect, nullptr, nullptr}));
    }
    for (std::size_t i = 0; i < task.pairs.size(); ++i) {
      PairDesign const& design = contents.pairs[i];
      PairEffect const& effect = task.pairs[i];
      LineHead const head{"pair",
                          design.upstream,
                          design.downstream,
                          design.orientation,
                          fmt::format("{}", design.spacing),
                          fmt::format("{}", design.position)};
      file.write(
          table_line(task, head, {&effect.score, &effect.effect, &effect.interaction, &effect.control_interaction}));
    }
  }
  file.publish();
}

}  // namespace shoal::global
