// SPDX-License-Identifier: MIT
#include "model/scorer.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "kernels/activation.hpp"
#include "kernels/along_axis.hpp"
#include "kernels/combine.hpp"
#include "model/cone.hpp"
#include "model/plan.hpp"
#include "model/readout.hpp"

namespace shoal::model {

namespace {

// Sequences that share one reading of the dense weights; more would push the trunk's values out of the cache.
constexpr std::int64_t cpu_tile = 32;
// Automatic CUDA batches: a share of the free memory, since several loci are in flight, and no more than fills a
// device.
constexpr std::int64_t memory_share = 8;
constexpr std::int64_t largest_batch = 8192;
// Libraries with fewer sequences that gain by a reference are run without.
constexpr std::int64_t fewest_for_a_cone = 8;

// Sequences [first, first + count) of a view.
kernels::PackedView rows_of(kernels::PackedView const& all, std::int64_t first, std::int64_t count) {
  kernels::PackedView rows = all;
  rows.words += first * kernels::words_per_row(all.length);
  rows.mutants = count;
  return rows;
}

// The memory of one tile at work: `tile` sequences' values that live for the tile, then those of one sequence.
struct TileMemory {
  float* of_tile = nullptr;
  float* of_sequence = nullptr;
  std::int64_t capacity = 0;
};

// The trunk's values of the reference sequence, and a worker's copy of them to write into: a null `cone` where every
// sequence is run whole.
struct ConeMemory {
  Cone const* cone = nullptr;
  std::vector<Range> const* changed = nullptr;  // bases, of every sequence of the library
  float* reference = nullptr;
  float* working = nullptr;
};

// Executes the steps of a plan for one tile.
template <class Space>
class TileRunner {
 public:
  TileRunner(Space const& space, Plan const& plan, Pass const& pass, float const* weights, TileMemory const& memory)
      : space_(space), plan_(plan), pass_(pass), weights_(weights), memory_(memory) {}

  // Fills memory.reference with the trunk's values of one sequence.
  void record(kernels::PackedView const& sequence, ConeMemory const& memory) {
    sequences_ = sequence;
    cone_ = memory.cone;
    trunk_ = memory.reference;
    is_recording_ = true;
    for (Step const& step : plan_.sequence_steps) {
      if (step.output.value >= 0) execute(step);
    }
    is_recording_ = false;
    trunk_ = nullptr;
  }

  // `sequences` are rows `row`, row + 1 … of the library, `scores` the first one's.
  void run(kernels::PackedView const& sequences, std::int64_t row, ConeMemory const& memory, float* scores) {
    scores_ = scores;
    cone_ = memory.cone;
    for (std::int64_t s = 0; !plan_.sequence_steps.empty() && s < sequences.mutants; ++s) {
      sequences_ = rows_of(sequences, s, 1);
      first_ = s;
      Range const changed = cone_ == nullptr ? Range{} : (*memory.changed)[static_cast<std::size_t>(row + s)];
      if (cone_ != nullptr && changed.size() < sequences.length) {
        run_changed(changed, memory);
      } else {
        for (Step const& step : plan_.sequence_steps) execute(step);
      }
    }
    sequences_ = sequences;
    first_ = 0;
    for (Step const& step : plan_.tile_steps) execute(step);
  }

 private:
  PlannedValue const& planned(int value) const { return plan_.values[static_cast<std::size_t>(value)]; }

  // Where the memory of a value begins for the sequence at work.
  float* start_of(int index) const {
    PlannedValue const& value = planned(index);
    if (trunk_ != nullptr && (is_recording_ || !value.of_tile)) return trunk_ + cone_->offset(index);
    return value.of_tile ? memory_.of_tile + value.offset * memory_.capacity + first_ * value.size()
                         : memory_.of_sequence + value.offset;
  }

  kernels::MutableValues view(Operand const& operand) const {
    PlannedValue const& value = planned(operand.value);
    std::int64_t const size = value.size();
    std::int64_t const margin = value.margin * value.shape.channels;
    return {.data = start_of(operand.value) + margin,
            .sequences = sequences_.mutants,
            .positions = operand.shape.positions,
            .channels = operand.shape.channels,
            .stride = size,
            .margin = margin / operand.shape.channels};
  }

  // The trunk of a sequence that differs from the reference at bases `changed` only: steps are run on the positions
  // that those reach, amid the reference's values, which are put back afterwards.
  void run_changed(Range changed, ConeMemory const& memory) {
    std::vector<Range> const ranges = cone_->ranges(changed);
    trunk_ = memory.working;
    for (int value = 0; value < static_cast<int>(ranges.size()); ++value) {
      if (!planned(value).of_tile || cone_->offset(value) < 0) continue;
      std::copy_n(memory.reference + cone_->offset(value), planned(value).size(), start_of(value));
    }
    for (Step const& step : plan_.sequence_steps) execute_changed(step, ranges);
    for (int value = 0; value < static_cast<int>(ranges.size()); ++value) {
      Range const rows = ranges[static_cast<std::size_t>(value)];
      if (planned(value).of_tile || rows.empty()) continue;
      std::int64_t const channels = planned(value).shape.channels;
      std::int64_t const first = (planned(value).margin + rows.begin) * channels;
      std::copy_n(memory.reference + cone_->offset(value) + first, rows.size() * channels, start_of(value) + first);
    }
    trunk_ = nullptr;
  }

  void execute_changed(Step const& step, std::vector<Range> const& ranges) {
    if (step.output.value < 0) return execute(step);
    Range const rows = ranges[static_cast<std::size_t>(step.output.value)];
    if (rows.empty()) return;
    auto const values_of = [this](Operand const& operand) {
      return operand.value < 0 ? kernels::ConstValues{} : kernels::ConstValues(view(operand));
    };
    kernels::ConstValues const input = values_of(step.input), other = values_of(step.other);
    if (!execute_rows(step, weights_, sequences_, input, other, view(step.output), rows)) execute(step);
  }

  void execute(Step const& step) {
    if (auto const* const both = std::get_if<CombineStep>(&step.operation)) {
      kernels::combine(space_, both->combination, view(step.input), view(step.other), view(step.output),
                       both->activate.activation, both->activate.alpha);
      return;
    }
    auto const* const convolve = std::get_if<ConvolveStep>(&step.operation);
    if (convolve != nullptr && step.other.value >= 0) {
      kernels::convolve(space_, view(step.input), convolve->shape, weights_ + convolve->filters, convolve->epilogue,
                        view(step.output), view(step.other));
      return;
    }
    std::visit([&](auto const& operation) { execute(operation, step.input, step.output); }, step.operation);
  }

  void execute(CombineStep const&, Operand const&, Operand const&) {}  // has two inputs, see above
  void execute(ReduceStep const& op, Operand const& input, Operand const& output) {
    kernels::reduce(space_, view(input), op.kind, op.axis, view(output));
  }
  void execute(SoftmaxStep const& op, Operand const& input, Operand const& output) {
    kernels::softmax(space_, view(input), op.axis, view(output));
  }
  void execute(LayerNormStep const& op, Operand const& input, Operand const& output) {
    kernels::layer_norm(space_, view(input), weights_ + op.scale, weights_ + op.shift, op.epsilon, view(output));
  }
  void execute(RearrangeStep const& op, Operand const& input, Operand const& output) {
    kernels::rearrange(space_, view(input), op.from, view(output), op.to, op.rows, op.columns);
  }
  void execute(FillStep const& op, Operand const&, Operand const& output) {
    kernels::fill(space_, op.value, view(output));
  }
  void execute(ConstantStep const& op, Operand const&, Operand const& output) {
    kernels::repeat(space_, weights_ + op.values, view(output));
  }
  void execute(ConvolveCodesStep const& op, Operand const&, Operand const& output) {
    kernels::convolve_codes(space_, sequences_, op.shape, weights_ + op.filters, op.epilogue, view(output));
  }
  void execute(ConvolveStep const& op, Operand const& input, Operand const& output) {
    kernels::convolve(space_, view(input), op.shape, weights_ + op.filters, op.epilogue, view(output));
  }
  void execute(DenseStep const& op, Operand const& input, Operand const& output) {
    kernels::dense(space_, view(input), op.shape, weights_ + op.weights, view(output));
  }
  void execute(PoolStep const& op, Operand const& input, Operand const& output) {
    kernels::pool(space_, view(input), op.shape, view(output));
  }
  void execute(GlobalPoolStep const& op, Operand const& input, Operand const& output) {
    kernels::global_pool(space_, view(input), op.kind, view(output));
  }
  void execute(ActivateStep const& op, Operand const& input, Operand const& output) {
    kernels::activate(space_, view(input), op.activation, op.alpha, view(output));
  }
  void execute(ScaleShiftStep const& op, Operand const& input, Operand const& output) {
    kernels::scale_shift(space_, view(input), weights_ + op.scale, weights_ + op.shift, view(output),
                         op.activate.activation, op.activate.alpha);
  }
  void execute(ExpandCodesStep const&, Operand const&, Operand const& output) {
    kernels::expand_codes(space_, sequences_, view(output));
  }
  void execute(TakeStep const& op, Operand const& input, Operand const&) {
    kernels::take_element(space_, view(input), op.element, scores_ + first_ * plan_.columns + op.column, plan_.columns);
  }
  void execute(ReadoutStep const& op, Operand const& input, Operand const&) {
    kernels::ReadoutShape shape = op.shape;
    shape.mirrored = pass_.mirrored;
    kernels::read_out(space_, view(input), shape, op.weight * pass_.weight, pass_.accumulate || !op.is_first,
                      scores_ + first_ * plan_.columns + op.column, plan_.columns);
  }

  Space const space_;
  Plan const& plan_;
  Pass const pass_;
  float const* const weights_;
  TileMemory const memory_;
  kernels::PackedView sequences_;  // at work in this step
  std::int64_t first_ = 0;         // of the tile
  float* scores_ = nullptr;
  Cone const* cone_ = nullptr;
  float* trunk_ = nullptr;  // where the trunk's values lie all at once; null while they share memory
  bool is_recording_ = false;
};

}  // namespace

struct Scorer::State {
  device::Backend const& backend;
  std::shared_ptr<Network const> network;
  std::vector<Task> tasks;
  Readout readout;
  Plan plan = {};
  device::Buffer<float> weights = {};
  device::Buffer<float> memory = {};
  std::optional<Cone> cone = {};  // of the CPU's trunk
  device::Buffer<float> cone_memory = {};
  std::vector<Range> changed = {};
  std::int64_t tile = 0;     // sequences
  std::int64_t workers = 1;  // tiles at work at the same time

  std::int64_t floats_per_worker() const { return plan.tile_floats * tile + plan.sequence_floats; }

  TileMemory memory_of(std::int64_t worker) {
    float* const start = memory.data() + worker * floats_per_worker();
    return {.of_tile = start, .of_sequence = start + plan.tile_floats * tile, .capacity = tile};
  }

  // The reference's values where enough sequences of the library gain by them; see Cone.
  ConeMemory prepare_cone(kernels::PackedView const& sequences, Pass const& pass);
  ConeMemory cone_memory_of(std::int64_t worker, ConeMemory own);

  void score(kernels::CpuSpace const& space, kernels::PackedView const& sequences, Pass const& pass, float* scores);
  template <class Space>  // a device: one batch after the other
  void score(Space const& space, kernels::PackedView const& sequences, Pass const& pass, float* scores);
};

ConeMemory Scorer::State::prepare_cone(kernels::PackedView const& sequences, Pass const& pass) {
  if (sequences.mutants < fewest_for_a_cone || plan.sequence_steps.empty()) return {};
  if (!cone) cone.emplace(plan);
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
  TileRunner runner(kernels::CpuSpace{1}, plan, pass, weights.data(), memory_of(0));
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
  std::int64_t const share = (sequences.mutants + workers - 1) / workers;
  std::int64_t const rows = std::clamp<std::int64_t>(share, 1, tile);
  ConeMemory const shared = prepare_cone(sequences, pass);
  std::exception_ptr error;
#pragma omp parallel num_threads(static_cast <int>(workers)) if (workers > 1)
  {
    ConeMemory const own = cone_memory_of(omp_get_thread_num(), shared);
    TileRunner runner(kernels::CpuSpace{1}, plan, pass, weights.data(), memory_of(omp_get_thread_num()));
#pragma omp for schedule(dynamic)
    for (std::int64_t s = 0; s < sequences.mutants; s += rows) {
      try {
        runner.run(rows_of(sequences, s, std::min(rows, sequences.mutants - s)), s, own, scores + s * plan.columns);
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
  TileRunner runner(space, plan, pass, weights.data(), memory_of(0));
  for (std::int64_t s = 0; s < sequences.mutants; s += tile) {
    runner.run(rows_of(sequences, s, std::min(tile, sequences.mutants - s)), s, {}, scores + s * plan.columns);
  }
}

Scorer::Scorer(device::Backend const& backend, std::shared_ptr<Network const> network, std::vector<Task> tasks,
               std::int64_t batch, std::vector<kernels::Orientation> orientations)
    : state_(new State{.backend = backend,
                       .network = network,
                       .tasks = tasks,
                       .readout = Readout(backend, *network, tasks, std::move(orientations))}) {
  expect(batch >= 0, "a Scorer's batch is negative");
  State& state = *state_;
  state.plan = make_plan(backend, *state.network, state.readout.planned_tasks());
  state.weights = device::Buffer<float>(backend, std::span<float const>(state.plan.weights));
  state.plan.weights = {};
  if (backend.kind() == device::BackendKind::cpu) {
    state.workers = backend.cpu_space().threads;
    state.tile = batch > 0 ? batch : cpu_tile;
  } else {
    auto const free = static_cast<std::int64_t>(backend.free_memory() / sizeof(float)) / memory_share;
    std::int64_t const fits = free / std::max<std::int64_t>(state.plan.tile_floats, 1);
    state.tile = batch > 0 ? batch : std::clamp<std::int64_t>(fits, 1, largest_batch);
  }
  state.memory = device::Buffer<float>(backend, static_cast<std::size_t>(state.floats_per_worker() * state.workers));
}

Scorer::Scorer(Scorer&&) noexcept = default;
Scorer::~Scorer() = default;

void Scorer::score(kernels::PackedView sequences, device::Buffer<float>& scores) {
  State& state = *state_;
  expect(sequences.length == state.network->input_length(), "Scorer: the sequences are not as long as the input");
  auto const values = static_cast<std::size_t>(sequences.mutants) * state.tasks.size();
  expect(scores.size() >= values, "Scorer: no room for the scores");
  auto const run = [&state](kernels::PackedView const& rows, Pass const& pass, float* columns) {
    device::dispatch(state.backend, [&](auto const& space) { state.score(space, rows, pass, columns); });
  };
  state.readout.score(sequences, run, scores);
}

std::vector<Task> const& Scorer::tasks() const {
  return state_->tasks;
}
Network const& Scorer::network() const {
  return *state_->network;
}

}  // namespace shoal::model
