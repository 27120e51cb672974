// SPDX-License-Identifier: MIT
#include "store/schema.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/sizes.hpp"
#include "base/text.hpp"
#include "store/file/layout.hpp"

namespace shoal::store {

genome::WindowPart window_part(Schema const& schema, ModelSchema const& model) {
  return model.part.value_or(genome::WindowPart{.offset = 0, .length = schema.length});
}

std::vector<MethodSchema> const& methods_of(Schema const& schema, ModelSchema const& model) {
  if (!model.part) return schema.methods;
  auto const found = schema.part_methods.find(model.part->length);
  expect(found != schema.part_methods.end(), "the store describes no methods for a network's length");
  return found->second;
}

std::int64_t task_count(Schema const& schema) {
  std::int64_t tasks = 0;
  for (ModelSchema const& model : schema.models) tasks += static_cast<std::int64_t>(model.tasks.size());
  return tasks;
}

std::int64_t result_count(Schema const& schema) {
  return task_count(schema) * static_cast<std::int64_t>(schema.methods.size());
}

std::size_t result_index(Schema const& schema, std::size_t model, std::size_t task, std::size_t method) {
  expect(model < schema.models.size() && task < schema.models[model].tasks.size() && method < schema.methods.size(),
         "the store has no such model, task or method");
  std::size_t tasks = task;
  for (std::size_t before = 0; before < model; ++before) tasks += schema.models[before].tasks.size();
  return tasks * schema.methods.size() + method;
}

namespace {

std::size_t index_of(std::vector<std::string> const& names, std::string const& name, std::string const& kind) {
  auto const found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  fail(ErrorCode::config, fmt::format("{} {}: there are {}", kind, quoted(name), join(names, ", ")));
}

}  // namespace

std::size_t array_index(MethodSchema const& method, std::string const& name) {
  std::vector<std::string> names;
  for (attribution::ArraySchema const& array : method.arrays) names.push_back(array.name);
  return index_of(names, name, fmt::format("the method {} has no array", method.name));
}

std::size_t scalar_index(MethodSchema const& method, std::string const& name) {
  return index_of(method.scalars, name, fmt::format("the method {} has no scalar", method.name));
}

std::int64_t task_scalar_count(Schema const& schema) {
  return task_count(schema) * static_cast<std::int64_t>(schema.task_scalars.size());
}

std::int64_t predicted_bytes(Schema const& schema) {
  // The loci's texts are as wide as the widest one, which is not known here; the headers of a dataset take about 1 kB.
  constexpr LocusWidths guess = {.chrom = 8, .name = 32};
  constexpr std::int64_t dataset_header = 1024;
  Layout const layout(schema, guess);
  auto const datasets = static_cast<std::int64_t>(layout.columns().size() + groups(schema).size());
  constexpr std::int64_t checksum = 8;
  std::int64_t constants = 0;
  for (DescribedMethod const& each : described_methods(schema)) {
    for (attribution::ConstantArray const& constant : each.method->constants) {
      constants +=
          dataset_header +
          std::visit([](auto const& values) { return static_cast<std::int64_t>(8 * values.size()); }, constant.values);
    }
  }
  std::int64_t const rows =
      checked_product(schema.loci, checked_sum(layout.row_bytes(), checksum, "a row of the store"), "the store");
  return checked_sum(rows, constants + datasets * dataset_header, "the store");
}

}  // namespace shoal::store
