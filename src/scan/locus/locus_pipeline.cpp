// SPDX-License-Identifier: MIT
#include "scan/locus/locus_pipeline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/not_a_number.hpp"
#include "device/make_backend.hpp"
#include "scan/named_tasks.hpp"

namespace shoal::scan {

namespace {

struct MeanAndDeviation {
  double mean = not_a_number;
  double deviation = not_a_number;
};

// Mean and deviation of one task's column of scores [mutants, tasks], the wild type included, in row order.
MeanAndDeviation column_statistics(std::vector<float> const& scores, std::size_t tasks, std::size_t task) {
  std::size_t const mutants = scores.size() / tasks;
  double sum = 0;
  for (std::size_t mutant = 0; mutant < mutants; ++mutant) sum += scores[mutant * tasks + task];
  double const mean = sum / static_cast<double>(mutants);
  double squares = 0;
  for (std::size_t mutant = 0; mutant < mutants; ++mutant) {
    double const difference = scores[mutant * tasks + task] - mean;
    squares += difference * difference;
  }
  return {mean, std::sqrt(squares / static_cast<double>(mutants))};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

LocusPipeline::LocusPipeline(ScanOptions const& options, attribution::MethodSet const& methods,
                             store::Schema const& schema, int threads, device::DeviceShare device)
    : options_(options),
      schema_(schema),
      backend_(device::make_backend(options.backend, threads, device)),
      methods_(methods) {
  for (NamedNetwork const& named : options.networks) {
    scorers_.emplace_back(*backend_, named.network, tasks_of(named, options.tasks), options.batch,
                          options.tasks.orientations, options.precision);
    scores_.emplace_back();
    if (methods_.uses_gradient()) {
      gradients_.emplace_back(*backend_, named.network, scorers_.back().tasks(), options.batch);
    }
  }
}

LocusPipeline::~LocusPipeline() = default;

store::Row LocusPipeline::explain(LocusJob const& job, StageTimes& times) {
  if (!NetworkLocus(job, std::nullopt).has_known_bases()) {
    return row_without_results(job, store::Status::skipped, "every base is N");
  }
  std::vector<NetworkLocus> loci;
  for (store::ModelSchema const& model : schema_.models) {
    if (loci.emplace_back(job, model.part).has_known_bases()) continue;
    return row_without_results(job, store::Status::skipped,
                               fmt::format("every base that the network {} reads is N", model.name));
  }
  for (;;) {
    try {
      return computed_row(loci, times);
    } catch (device::OutOfMemory const& error) {
      // Others may have taken the device's memory since the batches were chosen.
      if (!use_less_memory()) throw;
      log(LogLevel::info, fmt::format("{}: {}; trying again with half the batch", job.locus.name, error.what()));
    } catch (Error const& error) {
      if (error.code() != ErrorCode::numeric) throw;
      return row_without_results(job, store::Status::failed, error.what());
    }
  }
}

bool LocusPipeline::use_less_memory() {
  bool less = false;
  for (inference::Scorer& scorer : scorers_) less = scorer.use_less_memory() || less;
  for (inference::Gradient& gradient : gradients_) less = gradient.use_less_memory() || less;
  for (device::Buffer<float>& scores : scores_) scores = {};
  return less;
}

store::Row LocusPipeline::computed_row(std::vector<NetworkLocus> const& loci, StageTimes& times) {
  LocusJob const& job = loci.front().whole();
  store::Row row;
  row.index = job.index;
  row.sequence = genome::to_text(job.sequence);
  library::Design design = options_.design;
  // A library that grows belongs to one network.
  if (!scores_a_library(options_, methods_) || options_.stability.converges()) {
    design.kind = library::DesignKind::random;
    design.mutants = 1;
  }
  std::optional<LocusLibrary> shared;
  {
    StageTimer const timer(times, Stage::generation);
    shared.emplace(NetworkLocus(job, std::nullopt).make_library(*backend_, design));
    for (NetworkLocus const& locus : loci) shared->seen_by(locus);
    backend_->synchronize();
  }
  for (std::size_t network = 0; network < scorers_.size(); ++network) {
    add_network(network, loci[network], shared->seen_by(loci[network]), row, times);
  }
  return row;
}

std::unique_ptr<MutantSet> LocusPipeline::make_mutants(NetworkLocus const& locus, library::Design const& design,
                                                       StageTimes& times) const {
  StageTimer const timer(times, Stage::generation);
  auto made = std::make_unique<MutantSet>(locus.make_library(*backend_, design));
  backend_->synchronize();
  return made;
}

std::vector<float> LocusPipeline::score(std::size_t network, kernels::PackedView mutants, StageTimes& times) {
  StageTimer const timer(times, Stage::scoring);
  std::vector<float> host(static_cast<std::size_t>(mutants.mutants) * scorers_[network].tasks().size());
  scores_[network].reserve(*backend_, host.size());
  scorers_[network].score(mutants, scores_[network]);
  scores_[network].copy_to(host);
  return host;
}

void LocusPipeline::add_network(std::size_t network, NetworkLocus const& locus, MutantSet& shared, store::Row& row,
                                StageTimes& times) {
  inference::Scorer& scorer = scorers_[network];
  std::size_t const tasks = scorer.tasks().size();
  auto const start = std::chrono::steady_clock::now();
  bool const grows = options_.stability.converges() && methods_.uses_library();
  GrownLibrary grown = grows ? grow(network, locus, times) : GrownLibrary{};
  MutantSet& set = grows ? *grown.set : shared;
  std::vector<float> const host = grows ? std::move(grown.scores) : score(network, set.mutants.view(), times);
  double const library_seconds = seconds_since(start);
  // The method's own calls of the scorer replace these.
  std::vector<inference::ScoreFrame> const frames = scorer.frames();
  for (std::size_t task = 0; task < tasks; ++task) {
    row.task_scalars.push_back(host[task]);
    if (schema_.task_scalars.size() == 1) continue;
    auto const statistics = column_statistics(host, tasks, task);
    row.task_scalars.insert(row.task_scalars.end(), {statistics.mean, statistics.deviation});
    if (grows) {
      row.task_scalars.insert(row.task_scalars.end(), {static_cast<double>(set.mutants.mutants()), grown.convergence});
    }
  }
  Explained explained = std::move(grown.explained);
  explained.resize(methods_.size());
  for (std::size_t at = 0; at < methods_.size(); ++at) {
    attribution::Method const& method = methods_[at];
    if (!explained[at].empty()) continue;
    auto const begin = std::chrono::steady_clock::now();
    StageTimer const timer(times, method.uses_library() ? Stage::fitting : Stage::scoring);
    explained[at] = method.explain({.backend = *backend_,
                                    .scorer = scorer,
                                    .wild_type = locus.sequence(),
                                    .library = set.mutants,
                                    .scores = scores_[network],
                                    .gradient = method.uses_gradient() ? &gradients_[network] : nullptr,
                                    .locus_identity = locus.identity(),
                                    .frames = frames,
                                    .letters = &set.letters});
    double const more = method.uses_library() ? library_seconds : 0;
    times.add_method(network * methods_.size() + at, seconds_since(begin) + more);
  }
  if (options_.stability.repeats()) add_stability(network, locus, set, host, explained, times);
  if (options_.faithfulness.measures()) add_faithfulness(network, locus, set, host, frames, explained, times);
  if (options_.sanity) add_sanity(network, locus, explained, times);
  for (std::size_t task = 0; task < tasks; ++task) {
    for (auto& attributions : explained) row.results.push_back(std::move(attributions[task]));
    if (schema_.keep_y > 0) {
      for (std::size_t mutant = 0; mutant < host.size() / tasks; ++mutant) {
        row.y.push_back(host[mutant * tasks + task]);
      }
    }
  }
}

}  // namespace shoal::scan
