// SPDX-License-Identifier: MIT
#include "scan/locus/rows.hpp"

#include <algorithm>
#include <utility>

#include "genome/window_part.hpp"
#include "scan/named_tasks.hpp"
#include "scan/sanity.hpp"

namespace shoal::scan {

bool scores_a_library(ScanOptions const& options, attribution::MethodSet const& methods) {
  if (methods.uses_library()) return true;
  return std::any_of(options.networks.begin(), options.networks.end(), [&](NamedNetwork const& named) {
    auto const tasks = tasks_of(named, options.tasks);
    return std::any_of(tasks.begin(), tasks.end(), [](network::Task const& task) { return task.component; });
  });
}

LocusJob make_job(std::int64_t index, genome::Locus locus, genome::Codes sequence) {
  std::uint64_t const identity = genome::locus_identity(locus, sequence);
  return {.index = index, .locus = std::move(locus), .sequence = std::move(sequence), .identity = identity};
}

store::MethodSchema method_schema(attribution::Method const& method, std::int64_t length) {
  return {.name = method.name(),
          .scalars = method.scalar_names(),
          .notes = method.notes(),
          .arrays = method.arrays(length),
          .constants = method.constants(length)};
}

store::Schema make_schema(ScanOptions const& options, attribution::MethodSet const& methods, std::int64_t loci,
                          std::int64_t length) {
  store::Schema schema;
  schema.loci = loci;
  schema.length = length;
  for (NamedNetwork const& named : options.networks) {
    store::ModelSchema model{.name = named.name, .tasks = {}};
    std::int64_t const read = named.network->input_length();
    if (read < length) model.part = genome::centred_part(length, read);
    for (network::Task const& task : tasks_of(named, options.tasks)) {
      model.tasks.push_back({task.name});
    }
    schema.models.push_back(std::move(model));
  }
  auto const at_length = [&](std::int64_t bases) {
    std::vector<store::MethodSchema> schemas;
    for (std::size_t number = 0; number < methods.size(); ++number) {
      schemas.push_back(method_schema(methods[number], bases));
      if (methods[number].uses_library()) add_stability_schema(options.stability, bases, schemas.back());
      add_faithfulness_schema(options.faithfulness, bases, schemas.back());
      add_sanity_schema(options.sanity, bases, schemas.back());
    }
    return schemas;
  };
  schema.methods = at_length(length);
  for (store::ModelSchema const& model : schema.models) {
    if (model.part) schema.part_methods.try_emplace(model.part->length, at_length(model.part->length));
  }
  schema.task_scalars = {"wild_type"};
  if (scores_a_library(options, methods)) {
    schema.task_scalars.insert(schema.task_scalars.end(), {"library_mean", "library_sd"});
    if (options.stability.converges() && methods.uses_library()) {
      schema.task_scalars.insert(schema.task_scalars.end(), {"mutants", "convergence"});
    }
    if (options.keep_y) schema.keep_y = options.design.mutants;
  }
  return schema;
}

store::Row row_without_results(LocusJob const& job, store::Status status, std::string message) {
  store::Row row;
  row.index = job.index;
  row.status = status;
  row.message = std::move(message);
  row.sequence = genome::to_text(job.sequence);
  return row;
}

}  // namespace shoal::scan
