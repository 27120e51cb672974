// SPDX-License-Identifier: MIT
#include "inference/gradient.hpp"

#include <fmt/core.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <span>

#include "base/error.hpp"
#include "device/batch_memory.hpp"
#include "inference/gradient/gradient_program.hpp"
#include "inference/gradient/run.hpp"

namespace shoal::inference {

namespace {

// Sequences per tile on the CPU: enough to read dense weights seldom, few enough that a network's values stay in
// near memory.
constexpr std::int64_t largest_cpu_tile = 16;
constexpr std::int64_t cpu_tile_floats = std::int64_t{1} << 21;
// CUDA: a share of the free memory, since several loci are computed at once.
constexpr std::int64_t memory_share = 8;
constexpr std::int64_t largest_cuda_tile = 2048;

// Where the sequences of one call come from: packed, or real numbers.
struct Source {
  kernels::PackedView packed = {};
  RealInputs real = {};
  bool is_real = false;

  std::int64_t sequences() const { return is_real ? real.sequences : packed.mutants; }
  template <class Space>
  void load(Space const& space, std::int64_t first, kernels::MutableValues const& input) const {
    if (is_real) {
      kernels::load_values(space, real.values + first * input.positions * input.channels, input);
      return;
    }
    kernels::PackedView rows = packed;
    rows.words += first * kernels::words_per_row(packed.length);
    rows.mutants = input.sequences;
    kernels::expand_codes(space, rows, input);
  }
};

// What one call computes.
struct Work {
  Source source = {}, references = {};
  bool rescales = false;
  float* values = nullptr;
  float* reference_values = nullptr;
  float* maps = nullptr;
};

}  // namespace

struct Gradient::State {
  device::Backend const& backend;
  std::shared_ptr<network::Network const> network;
  std::vector<network::Task> tasks;
  GradientProgram program = {};
  std::vector<GradientTask> compiled_tasks = {};  // before read_task
  bool has_components = false;                    // true if every task that is a component has its direction
  bool has_weights = false;                       // true if every task that holds weights has them
  device::Buffer<float> weights = {};
  device::Buffer<float> memory = {};
  device::Buffer<float> held_weights = {};  // weights of all terms that hold some, one after the other
  bool has_references = false;              // true if memory has space for their values
  std::int64_t tile = 0;                    // sequences
  std::int64_t workers = 1;                 // tiles that are computed at the same time

  std::int64_t floats_per_sequence() const {
    return (has_references ? 2 : 1) * program.value_floats + program.adjoint_floats + program.spread_floats +
           program.added_floats + program.part_floats;
  }
  void reserve(bool references) {
    if (memory.size() > 0 && (has_references || !references)) return;
    has_references = has_references || references;
    memory = {};
    memory = device::batch_memory<float>(
        backend, tile, [this](std::int64_t sequences) { return floats_per_sequence() * sequences * workers; });
    memory.fill_zero();
  }
  GradientMemory memory_of(std::int64_t worker) {
    GradientMemory parts{.capacity = tile};
    parts.values = memory.data() + worker * floats_per_sequence() * tile;
    parts.adjoints = parts.values + program.value_floats * tile;
    parts.spread = parts.adjoints + program.adjoint_floats * tile;
    parts.added = parts.spread + program.spread_floats * tile;
    parts.part = parts.added + program.added_floats * tile;
    if (has_references) parts.reference_values = parts.part + program.part_floats * tile;
    return parts;
  }

  template <class Space>
  void run_tile(Space const& space, Work const& work, std::int64_t first, std::int64_t count, std::int64_t worker) {
    auto const task_count = static_cast<std::int64_t>(tasks.size());
    GradientRunner<Space> runner(space, program, weights.data(), memory_of(worker));
    if (work.rescales) {
      work.references.load(space, first, runner.reference_input(count));
      runner.forward(work.reference_values + first * task_count);
    }
    work.source.load(space, first, runner.input(count));
    runner.forward(work.values + first * task_count);
    runner.backward(work.rescales, work.maps + first * task_count * program.values.front().shape.size());
  }

  void run(kernels::CpuSpace const& space, Work const& work);
  template <class Space>
  void read_profiles(Space const& space, RealInputs explained, device::Buffer<float>& profiles);
  void hold_weights(RealInputs explained);
  template <class Space>  // a device computes one tile after the other
  void run(Space const& space, Work const& work);
  void run(Work const& work);
};

// Threads take whole tiles; the kernels inside run on one thread each.
void Gradient::State::run(kernels::CpuSpace const&, Work const& work) {
  std::int64_t const sequences = work.source.sequences();
  std::int64_t const rows = std::clamp<std::int64_t>((sequences + workers - 1) / workers, 1, tile);
  std::exception_ptr error;
#pragma omp parallel for schedule(dynamic) num_threads(static_cast <int>(workers)) if (workers > 1)
  for (std::int64_t first = 0; first < sequences; first += rows) {
    try {
      run_tile(kernels::CpuSpace{1}, work, first, std::min(rows, sequences - first), omp_get_thread_num());
    } catch (...) {
#pragma omp critical
      error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

template <class Space>
void Gradient::State::run(Space const& space, Work const& work) {
  std::int64_t const sequences = work.source.sequences();
  for (std::int64_t first = 0; first < sequences; first += tile) {
    run_tile(space, work, first, std::min(tile, sequences - first), 0);
  }
}

// The values that the terms with held weights read of one sequence, one after the other.
template <class Space>
void Gradient::State::read_profiles(Space const& space, RealInputs explained, device::Buffer<float>& profiles) {
  GradientRunner<Space> runner(space, program, weights.data(), memory_of(0));
  Source const source{.real = explained, .is_real = true};
  source.load(space, 0, runner.input(1));
  runner.forward();
  float* next = profiles.data();
  for (GradientTask const& task : program.tasks) {
    if (!task.holds_weights) continue;
    for (GradientTerm const& term : task.terms) {
      runner.read_profile(term, next);
      next += term.part.positions * term.part.tracks;
    }
  }
}

void Gradient::State::hold_weights(RealInputs explained) {
  reserve(false);
  auto const floats = static_cast<std::size_t>(held_floats(compiled_tasks));
  held_weights.reserve(backend, floats);
  device::dispatch(backend, [&](auto const& space) { read_profiles(space, explained, held_weights); });
  std::vector<float> profiles(floats);
  held_weights.copy_to(profiles);
  std::vector<float> const all = inference::hold_weights(compiled_tasks, profiles, held_weights.data(), program.tasks);
  held_weights.copy_from(all);
  has_weights = true;
}

void Gradient::State::run(Work const& work) {
  expect(has_weights, "the gradient of a profile's weighted mean needs the weights: hold_weights");
  expect(has_components, "the gradient of a principal component needs its direction: read_as");
  reserve(work.rescales);
  device::dispatch(backend, [&](auto const& space) { run(space, work); });
}

Gradient::Gradient(device::Backend const& backend, std::shared_ptr<network::Network const> network,
                   std::vector<network::Task> tasks, std::int64_t batch)
    : state_(new State{.backend = backend, .network = std::move(network), .tasks = std::move(tasks)}) {
  expect(batch >= 0, "a Gradient's batch is negative");
  State& state = *state_;
  state.program = make_gradient_program(backend, *state.network, state.tasks);
  state.compiled_tasks = state.program.tasks;
  state.has_components = std::none_of(state.program.tasks.begin(), state.program.tasks.end(),
                                      [](GradientTask const& task) { return task.is_component; });
  state.has_weights = held_floats(state.compiled_tasks) == 0;
  state.weights = device::Buffer<float>(backend, std::span<float const>(state.program.weights));
  state.program.weights = {};
  std::int64_t const floats = std::max<std::int64_t>(state.floats_per_sequence(), 1);
  if (backend.kind() == device::BackendKind::cpu) {
    state.workers = backend.cpu_space().threads;
    state.tile = std::clamp<std::int64_t>(cpu_tile_floats / floats, 1, largest_cpu_tile);
  } else {
    auto const free = static_cast<std::int64_t>(backend.free_memory() / sizeof(float)) / memory_share;
    state.tile = std::clamp<std::int64_t>(free / floats, 1, largest_cuda_tile);
  }
  if (batch > 0) state.tile = batch;
}

Gradient::Gradient(Gradient&&) noexcept = default;
Gradient::~Gradient() = default;

void Gradient::read_as(bool mirrored, std::span<PrincipalComponent const> components) {
  expect(components.empty() || components.size() == state_->tasks.size(), "a Gradient needs one component a task");
  for (std::size_t t = 0; t < state_->compiled_tasks.size(); ++t) {
    state_->program.tasks[t] =
        read_task(state_->compiled_tasks[t], mirrored, components.empty() ? nullptr : &components[t]);
  }
  state_->has_components = true;
  state_->has_weights = !holds_weights();
}

bool Gradient::holds_weights() const {
  return held_floats(state_->compiled_tasks) > 0;
}

void Gradient::hold_weights(RealInputs explained) {
  expect(explained.sequences == 1, "Gradient: weights are held of one sequence");
  if (holds_weights()) state_->hold_weights(explained);
}

namespace {

void refuse_without_rescale(GradientProgram const& program, network::Network const& network) {
  for (DifferentiableStep const& step : program.steps) {
    if (step.has_no_rescale) {
      fail(ErrorCode::config, fmt::format("layer '{}' of {} has no rescale rule: choose another method than deepshap",
                                          step.name, network.source));
    }
  }
}

void expect_room(device::Buffer<float> const& buffer, std::int64_t values, char const* what) {
  expect(static_cast<std::int64_t>(buffer.size()) >= values, what);
}

}  // namespace

void Gradient::evaluate(kernels::PackedView sequences, device::Buffer<float>& values,
                        device::Buffer<float>& gradients) {
  auto const scores = sequences.mutants * static_cast<std::int64_t>(state_->tasks.size());
  expect(sequences.length == network().input_length(), "Gradient: the sequences are not as long as the input");
  expect_room(values, scores, "Gradient: too little memory for the values");
  expect_room(gradients, scores * 4 * sequences.length, "Gradient: too little memory for the gradients");
  state_->run({.source = {.packed = sequences}, .values = values.data(), .maps = gradients.data()});
}

void Gradient::evaluate(RealInputs inputs, device::Buffer<float>& values, device::Buffer<float>& gradients) {
  auto const scores = inputs.sequences * static_cast<std::int64_t>(state_->tasks.size());
  expect_room(values, scores, "Gradient: too little memory for the values");
  expect_room(gradients, scores * 4 * network().input_length(), "Gradient: too little memory for the gradients");
  state_->run({.source = {.real = inputs, .is_real = true}, .values = values.data(), .maps = gradients.data()});
}

void Gradient::rescale(RealInputs inputs, RealInputs references, device::Buffer<float>& values,
                       device::Buffer<float>& reference_values, device::Buffer<float>& multipliers) {
  auto const scores = inputs.sequences * static_cast<std::int64_t>(state_->tasks.size());
  expect(inputs.sequences == references.sequences, "Gradient: every input needs one reference");
  expect_room(values, scores, "Gradient: too little memory for the values");
  expect_room(reference_values, scores, "Gradient: too little memory for the references' values");
  expect_room(multipliers, scores * 4 * network().input_length(), "Gradient: too little memory for the multipliers");
  refuse_without_rescale(state_->program, network());
  state_->run({.source = {.real = inputs, .is_real = true},
               .references = {.real = references, .is_real = true},
               .rescales = true,
               .values = values.data(),
               .reference_values = reference_values.data(),
               .maps = multipliers.data()});
}

void check_gradient(network::Network const& network, std::vector<network::Task> const& tasks, bool rescales) {
  GradientProgram const program = make_gradient_program(*device::Backend::cpu(), network, tasks);
  if (rescales) refuse_without_rescale(program, network);
}

bool Gradient::use_less_memory() {
  State& state = *state_;
  if (state.backend.kind() == device::BackendKind::cpu || state.tile <= 1) return false;
  state.tile /= 2;
  state.memory = {};
  return true;
}
std::vector<network::Task> const& Gradient::tasks() const {
  return state_->tasks;
}
network::Network const& Gradient::network() const {
  return *state_->network;
}

}  // namespace shoal::inference
