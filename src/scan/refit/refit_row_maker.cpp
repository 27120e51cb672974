// SPDX-License-Identifier: MIT
#include "scan/refit/refit_row_maker.hpp"

#include "base/error.hpp"

namespace shoal::scan {

RefitRowMaker::RefitRowMaker(std::unique_ptr<device::Backend> backend, library::Design const& design,
                             store::Schema const& schema, attribution::MethodSet const& methods)
    : backend_(std::move(backend)), design_(design), schema_(schema), methods_(methods) {}

store::Row RefitRowMaker::explain(LocusJob const& job, StageTimes& times) {
  try {
    return computed_row(job, times);
  } catch (Error const& error) {
    if (error.code() != ErrorCode::numeric) throw;
    return row_without_results(job, store::Status::failed, error.what());
  }
}

store::Row RefitRowMaker::computed_row(LocusJob const& job, StageTimes& times) const {
  store::Row row;
  row.index = job.index;
  row.sequence = genome::to_text(job.sequence);
  row.task_scalars = job.task_scalars;
  auto drawn = [&] {
    StageTimer const timer(times, Stage::generation);
    auto made = NetworkLocus(job, std::nullopt).make_library(*backend_, design_);
    backend_->synchronize();
    return made;
  }();
  StageTimer const timer(times, Stage::fitting);
  LocusLibrary library(std::move(drawn));
  std::span<float const> rest = job.y;
  for (store::ModelSchema const& model : schema_.models) {
    NetworkLocus const locus(job, model.part);
    MutantSet& mutants = library.seen_by(locus);
    std::size_t const count = model.tasks.size() * static_cast<std::size_t>(mutants.mutants.mutants());
    add_model(model.tasks.size(), rest.first(count), locus, mutants, row);
    rest = rest.subspan(count);
  }
  if (schema_.keep_y > 0) row.y = job.y;
  return row;
}

void RefitRowMaker::add_model(std::size_t tasks, std::span<float const> y, NetworkLocus const& locus,
                              MutantSet& mutants, store::Row& row) const {
  auto const rows = static_cast<std::size_t>(mutants.mutants.mutants());
  std::vector<float> by_mutant(rows * tasks);
  for (std::size_t task = 0; task < tasks; ++task) {
    for (std::size_t mutant = 0; mutant < rows; ++mutant) by_mutant[mutant * tasks + task] = y[task * rows + mutant];
  }
  device::Buffer<float> const scores(*backend_, std::span<float const>(by_mutant));
  std::vector<std::vector<attribution::Attribution>> explained;
  for (std::size_t number = 0; number < methods_.size(); ++number) {
    explained.push_back(methods_[number].library_method()->fit({.backend = *backend_,
                                                                .wild_type = locus.sequence(),
                                                                .library = mutants.mutants,
                                                                .scores = scores,
                                                                .tasks = static_cast<std::int64_t>(tasks),
                                                                .letters = &mutants.letters}));
  }
  for (std::size_t task = 0; task < tasks; ++task) {
    for (auto& attributions : explained) row.results.push_back(std::move(attributions[task]));
  }
}

}  // namespace shoal::scan
