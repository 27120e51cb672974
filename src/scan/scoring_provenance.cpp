// SPDX-License-Identifier: MIT
#include "scan/scoring_provenance.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>

#include "base/text.hpp"
#include "genome/window_part.hpp"
#include "kernels/instruction_set.hpp"
#include "linalg/device_library.hpp"
#include "linalg/host_library.hpp"
#include "scan/named_tasks.hpp"
#include "scan/prepare/window_lengths.hpp"

namespace shoal::scan {

namespace {

// "forward:0,reverse:0": the strand and the shift of each orientation.
std::string orientations_text(std::vector<kernels::Orientation> const& orientations) {
  std::vector<std::string> texts;
  for (kernels::Orientation const& each : orientations) {
    texts.push_back(fmt::format("{}:{}", each.reverse_complement ? "reverse" : "forward", each.shift));
  }
  return join(texts, ",");
}

void add_network(NamedNetwork const& named, network::TaskSelection const& selection, std::int64_t longest,
                 store::Provenance& provenance) {
  auto const add = [&](std::string_view key, std::string value) {
    provenance.emplace_back(fmt::format("model.{}.{}", named.name, key), std::move(value));
  };
  std::vector<std::string> tasks;
  for (auto const& task : tasks_of(named, selection)) tasks.push_back(task.name);
  add("digest", named.network->digest);
  if (!named.network->replacements.empty()) add("replacements", join(named.network->replacements, "; "));
  if (!named.randomised_from.empty()) {
    add("randomised", fmt::format("{}:{}", named.randomised_layers, named.randomised_from));
  }
  add("tasks", join(tasks, ","));
  if (auto const reductions = own_reductions(named, selection); !reductions.empty()) add("reductions", reductions);
  if (!named.heads.empty()) add("heads", heads_text(named));
  std::int64_t const read = named.network->input_length();
  if (read == longest) return;
  genome::WindowPart const part = genome::centred_part(longest, read);
  add("part", fmt::format("{}:{}", part.offset, part.offset + part.length));
}

void add_program(device::BackendKind backend, store::Provenance& provenance) {
  provenance.emplace_back("shoal.version", SHOAL_VERSION);
  provenance.emplace_back("backend", device::to_string(backend));
  if (backend != device::BackendKind::cuda || device::cuda_device_count() == 0) return;
  // Another GPU or library may round in another way: `--resume` tells them apart.
  provenance.emplace_back("cuda.device", device::describe_cuda_device(0));
  provenance.emplace_back("cuda.libraries", linalg::device_library());
}

void add_processor(store::Provenance& provenance) {
  provenance.emplace_back("instruction_set", kernels::to_string(kernels::best_instruction_set()));
  provenance.emplace_back("linear_algebra", "OpenBLAS " + linalg::host_library_core());
}

}  // namespace

void add_machine(device::BackendKind backend, store::Provenance& provenance) {
  add_program(backend, provenance);
  add_processor(provenance);
}

void add_scoring(Scoring const& scoring, store::Provenance& provenance) {
  add_program(scoring.backend, provenance);
  provenance.emplace_back("precision", kernels::to_string(scoring.precision));
  if (scoring.precision != kernels::Precision::f32 && scoring.backend == device::BackendKind::cpu) {
    provenance.emplace_back("precision.order", kernels::bf16_order());
  }
  add_processor(provenance);
  std::int64_t const longest = longest_input(scoring.networks);
  for (NamedNetwork const& named : scoring.networks) add_network(named, scoring.tasks, longest, provenance);
  network::TaskSelection const& tasks = scoring.tasks;
  provenance.emplace_back("output_stage", tasks.logit ? "logit" : "activation");
  provenance.emplace_back("reduction", network::to_string(tasks.reduction));
  provenance.emplace_back("reduction.definition", network::definition(tasks.reduction));
  provenance.emplace_back("orientations", orientations_text(tasks.orientations));
}

}  // namespace shoal::scan
