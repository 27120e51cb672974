// SPDX-License-Identifier: MIT
#include "store/layout.hpp"
#include "store/store.hpp"

namespace shoal::store {

namespace {

std::int64_t task_count(Schema const& schema) {
  std::int64_t tasks = 0;
  for (ModelSchema const& model : schema.models) tasks += static_cast<std::int64_t>(model.tasks.size());
  return tasks;
}

}  // namespace

std::int64_t map_count(Schema const& schema) {
  return task_count(schema) * static_cast<std::int64_t>(schema.methods.size());
}

std::int64_t method_scalar_count(Schema const& schema) {
  std::int64_t scalars = 0;
  for (MethodSchema const& method : schema.methods) scalars += static_cast<std::int64_t>(method.scalars.size());
  return task_count(schema) * scalars;
}

std::int64_t task_scalar_count(Schema const& schema) {
  return task_count(schema) * static_cast<std::int64_t>(schema.task_scalars.size());
}

std::int64_t predicted_bytes(Schema const& schema) {
  // The loci's texts are as wide as the widest one, not known here; headers of a dataset take about 1 kB.
  constexpr LocusWidths guess = {.chrom = 8, .name = 32};
  constexpr std::int64_t dataset_header = 1024;
  Layout const layout(schema, guess);
  auto const datasets = static_cast<std::int64_t>(layout.columns().size() + groups(schema).size());
  constexpr std::int64_t checksum = 8;
  return schema.loci * (layout.row_bytes() + checksum) + datasets * dataset_header;
}

}  // namespace shoal::store
