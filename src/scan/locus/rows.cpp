// SPDX-License-Identifier: MIT
#include "scan/locus/rows.hpp"

#include <algorithm>

#include "genome/window_part.hpp"
#include "scan/named_tasks.hpp"

namespace shoal::scan {

bool any_uses_library(std::vector<std::unique_ptr<attribution::Method>> const& methods) {
  return std::any_of(methods.begin(), methods.end(), [](auto const& method) { return method->uses_library(); });
}

bool any_uses_gradient(std::vector<std::unique_ptr<attribution::Method>> const& methods) {
  return std::any_of(methods.begin(), methods.end(), [](auto const& method) { return method->uses_gradient(); });
}

bool scores_a_library(ScanOptions const& options, std::vector<std::unique_ptr<attribution::Method>> const& methods) {
  if (any_uses_library(methods)) return true;
  return std::any_of(options.networks.begin(), options.networks.end(), [&](NamedNetwork const& named) {
    auto const tasks = tasks_of(named, options.tasks);
    return std::any_of(tasks.begin(), tasks.end(), [](network::Task const& task) { return task.component; });
  });
}

std::vector<std::unique_ptr<attribution::Method>> make_methods(ScanOptions const& options) {
  std::vector<std::unique_ptr<attribution::Method>> methods;
  attribution::GradientOptions gradient = options.gradient;
  gradient.seed = options.design.seed;
  for (std::string const& name : options.methods) {
    methods.push_back(attribution::make_method(name, {.ridge = options.ridge,
                                                      .gradient = gradient,
                                                      .surrogates = options.surrogates,
                                                      .pairwise = options.pairwise}));
  }
  return methods;
}

store::MethodSchema method_schema(attribution::Method const& method, std::int64_t length) {
  return {.name = method.name(),
          .scalars = method.scalar_names(),
          .notes = method.notes(),
          .arrays = method.arrays(length),
          .constants = method.constants(length)};
}

store::Schema make_schema(ScanOptions const& options, std::int64_t loci, std::int64_t length) {
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
  auto const methods = make_methods(options);
  auto const at_length = [&](std::int64_t bases) {
    std::vector<store::MethodSchema> schemas;
    for (auto const& method : methods) {
      schemas.push_back(method_schema(*method, bases));
      if (method->uses_library()) add_stability_schema(options.stability, bases, schemas.back());
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
    if (options.stability.converges() && any_uses_library(methods)) {
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
