// SPDX-License-Identifier: MIT
#include "inference/scorer.hpp"

#include <fmt/core.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "device/batch_memory.hpp"
#include "inference/forward/cone.hpp"
#include "inference/forward/forward_program.hpp"
#include "inference/forward/readout.hpp"
#include "inference/forward/tile_runner.hpp"

namespace shoal::inference {

namespace {

// Sequences that share one reading of the dense weights. More would push the trunk's values out of the cache.
constexpr std::int64_t cpu_tile = 32;
// Automatic CUDA batches: a share of the free memory, since several loci are computed at once, and no more than fills a
// device.
constexpr std::int64_t memory_share = 8;
constexpr std::int64_t largest_batch = 8192;
// Libraries with fewer sequences that gain from a reference are run without one.
constexpr std::int64_t fewest_for_a_cone = 8;

}  // namespace

struct Scorer::State {
  device::Backend const& backend;
  std::shared_ptr<network::Network const> network;
  std::vector<network::Task> tasks;
  Readout readout;
  ForwardProgram program = {};
  device::Buffer<float> weights = {};
  device::Buffer<float> memory = {};
  std::optional<Cone> cone = {};  // for the CPU's trunk
  device::Buffer<float> cone_memory = {};
  std::vector<Range> changed = {};
  std::int64_t tile = 0;     // sequences
  std::int64_t workers = 1;  // tiles that are computed at the same time

  void reserve() {
    memory = {};
    memory = device::batch_memory<float>(backend, tile, [this](std::int64_t sequences) {
      return (program.tile_floats * sequences + program.sequence_floats) * workers;
    });
  }
  std::int64_t floats_per_worker() const { return program.tile_floats * tile + program.sequence_floats; }

  TileMemory memory_of(std::int64_t worker) {
    float* const start = memory.data() + worker * floats_per_worker();
    return {.of_tile = start, .of_sequence = start + program.tile_floats * tile, .capacity = tile};
  }

  // The values of the reference, if enough sequences of the library gain from them; see Cone.
  ConeMemory prepare_cone(kernels::PackedView const& sequences, Pass const& pass);
  ConeMemory cone_memory_of(std::int64_t worker, ConeMemory own);

  void score(kernels::CpuSpace const& space, kernels::PackedView const& sequences, Pass const& pass, float* scores);
  template <class Space>  // a device: one batch after the other
  void score(Space const& space, kernels::PackedView const& sequences, Pass const& pass, float* scores);
};

ConeMemory Scorer::State::prepare_cone(kernels::PackedView const& sequences, Pass const& pass) {
  if (sequences.mutants < fewest_for_a_cone || program.sequence_steps.empty()) return {};
  if (!cone) cone.emplace(program);
  Range const whole = {0, sequences.length};
  changed.assign(static_cast<std::size_t>(sequences.mutants), whole);
  std::int64_t gaining = 0;
  for (std::int64_t s = 0; s < sequences.mutants; ++s) {
    Range const bases = changed_bases(sequences, s);
    if (!cone->pays(bases)) continue;
    changed[static_cast<std::size_t>(s)] = bases;
    ++gaining;
  }
  if (gaining < fewest_for_a_cone) return {};
  cone_memory.reserve(backend, static_cast<std::size_t>(cone->floats() * (workers + 1)));
  ConeMemory const prepared = {
      .cone = &*cone, .changed = &changed, .reference = cone_memory.data(), .working = nullptr};
  TileRunner runner(kernels::CpuSpace{1}, program, pass, weights.data(), memory_of(0));
  runner.record(rows_of(sequences, 0, 1), prepared);
  return prepared;
}

ConeMemory Scorer::State::cone_memory_of(std::int64_t worker, ConeMemory own) {
  if (own.cone == nullptr) return own;
  own.working = own.reference + (worker + 1) * cone->floats();
  std::copy_n(own.reference, cone->floats(), own.working);
  return own;
}

// Threads take whole tiles; the kernels inside run on one thread each.
void Scorer::State::score(kernels::CpuSpace const&, kernels::PackedView const& sequences, Pass const& pass,
                          float* scores) {
  // The same number of tiles for every worker, of nearly one size.
  std::int64_t const rounds = std::max<std::int64_t>((sequences.mutants + tile * workers - 1) / (tile * workers), 1);
  std::int64_t const rows = std::max<std::int64_t>((sequences.mutants + rounds * workers - 1) / (rounds * workers), 1);
  ConeMemory const shared = prepare_cone(sequences, pass);
  std::exception_ptr error;
#pragma omp parallel num_threads(static_cast <int>(workers)) if (workers > 1)
  {
    ConeMemory const own = cone_memory_of(omp_get_thread_num(), shared);
    TileRunner runner(kernels::CpuSpace{1}, program, pass, weights.data(), memory_of(omp_get_thread_num()));
#pragma omp for schedule(dynamic)
    for (std::int64_t s = 0; s < sequences.mutants; s += rows) {
      try {
        runner.run(rows_of(sequences, s, std::min(rows, sequences.mutants - s)), s, own, scores + s * program.columns);
      } catch (...) {
#pragma omp critical
        error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

template <class Space>
void Scorer::State::score(Space const& space, kernels::PackedView const& sequences, Pass const& pass, float* scores) {
  TileRunner runner(space, program, pass, weights.data(), memory_of(0));
  for (std::int64_t s = 0; s < sequences.mutants; s += tile) {
    runner.run(rows_of(sequences, s, std::min(tile, sequences.mutants - s)), s, {}, scores + s * program.columns);
  }
}

Scorer::Scorer(device::Backend const& backend, std::shared_ptr<network::Network const> network,
               std::vector<network::Task> tasks, std::int64_t batch, std::vector<kernels::Orientation> orientations,
               kernels::Precision precision)
    : state_(new State{.backend = backend,
                       .network = network,
                       .tasks = tasks,
                       .readout = Readout(backend, *network, tasks, std::move(orientations))}) {
  expect(batch >= 0, "a Scorer's batch is negative");
  if (!device::dispatch(backend, [&](auto const& space) { return kernels::has_precision(space, precision); })) {
    fail(ErrorCode::config, fmt::format("--precision {}: the {} backend does not have it; choose f32, bf16x3 or bf16",
                                        kernels::to_string(precision), device::to_string(backend.kind())));
  }
  State& state = *state_;
  state.program = make_forward_program(backend, *state.network, state.readout.computed_tasks(), precision);
  state.weights = device::Buffer<float>(backend, std::span<float const>(state.program.weights));
  state.program.weights = {};
  if (backend.kind() == device::BackendKind::cpu) {
    state.workers = backend.cpu_space().threads;
    state.tile = batch > 0 ? batch : cpu_tile;
  } else {
    auto const free = static_cast<std::int64_t>(backend.free_memory() / sizeof(float)) / memory_share;
    std::int64_t const fits = free / std::max<std::int64_t>(state.program.tile_floats, 1);
    state.tile = batch > 0 ? batch : std::clamp<std::int64_t>(fits, 1, largest_batch);
  }
  state.reserve();
}

Scorer::Scorer(Scorer&&) noexcept = default;
Scorer::~Scorer() = default;

void Scorer::score(kernels::PackedView sequences, device::Buffer<float>& scores) {
  score(sequences, scores, {});
}

void Scorer::score(kernels::PackedView sequences, device::Buffer<float>& scores, std::span<ScoreFrame const> frames) {
  State& state = *state_;
  expect(sequences.length == state.network->input_length(), "Scorer: the sequences are not as long as the input");
  auto const values = static_cast<std::size_t>(sequences.mutants) * state.tasks.size();
  expect(scores.size() >= values, "Scorer: too little memory for the scores");
  auto const run = [&state](kernels::PackedView const& rows, Pass const& pass, float* columns) {
    device::dispatch(state.backend, [&](auto const& space) { state.score(space, rows, pass, columns); });
  };
  state.readout.score(sequences, run, frames, scores);
}

bool Scorer::use_less_memory() {
  State& state = *state_;
  if (state.backend.kind() == device::BackendKind::cpu || state.tile <= 1) return false;
  state.tile /= 2;
  state.reserve();
  return true;
}

std::vector<ScoreFrame> const& Scorer::frames() const {
  return state_->readout.frames();
}
std::vector<kernels::Orientation> const& Scorer::orientations() const {
  return state_->readout.orientations();
}
std::vector<network::Task> const& Scorer::tasks() const {
  return state_->tasks;
}
network::Network const& Scorer::network() const {
  return *state_->network;
}

}  // namespace shoal::inference
