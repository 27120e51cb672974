// SPDX-License-Identifier: MIT
#include "scan/refit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "device/make_backend.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/prepare/small_libraries.hpp"
#include "scan/prepare/window_lengths.hpp"
#include "scan/provenance.hpp"
#include "scan/refit/refit_row_maker.hpp"
#include "scan/run_log.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

namespace {

// Errors: config, also for a method that needs the network.
attribution::MethodSet methods_of(RefitOptions const& options) {
  attribution::MethodSet methods(options.methods, {.ridge = options.ridge, .surrogates = options.surrogates});
  methods.require_library_methods();
  return methods;
}

// Errors: input.
void check_source(store::Reader const& source, library::Design const& design, std::string const& path) {
  store::Schema const& schema = source.schema();
  if (schema.keep_y == 0) {
    fail(ErrorCode::input, fmt::format("{} kept no scores of mutants: scan with --keep-y", path));
  }
  if (schema.keep_y != design.mutants) {
    fail(ErrorCode::input,
         fmt::format("{} has {} scores a locus, but its library has {} mutants", path, schema.keep_y, design.mutants));
  }
  auto const statuses = source.statuses();
  auto const pending = std::count(statuses.begin(), statuses.end(), store::Status::pending);
  if (pending > 0) {
    fail(ErrorCode::input, fmt::format("{} of {} loci of {} are pending: finish its scan with --resume first", pending,
                                       statuses.size(), path));
  }
}

store::Schema schema_of(RefitOptions const& options, store::Schema const& source,
                        attribution::MethodSet const& methods) {
  store::Schema schema = source;
  auto const at_length = [&methods](std::int64_t length) {
    std::vector<store::MethodSchema> schemas;
    for (std::size_t number = 0; number < methods.size(); ++number) {
      schemas.push_back(method_schema(methods[number], length));
    }
    return schemas;
  };
  schema.methods = at_length(schema.length);
  for (auto& [length, described] : schema.part_methods) described = at_length(length);
  if (!options.keep_y) schema.keep_y = 0;
  return schema;
}

// Errors: input, when the row's bytes are not those that were written.
LocusJob job_of(store::Reader const& source, std::int64_t index, std::string const& path) {
  if (!source.verify(index)) {
    fail(ErrorCode::input,
         fmt::format("row {} of {} is damaged: compute it again with shoal scan --resume", index, path));
  }
  store::Row row = source.row(index);
  LocusJob job = make_job(index, source.locus(index), genome::to_codes(row.sequence));
  job.status = row.status;
  job.message = std::move(row.message);
  job.y = std::move(row.y);
  job.task_scalars = std::move(row.task_scalars);
  return job;
}

}  // namespace

void RefitOptions::validate() const {
  if (methods.empty()) fail(ErrorCode::config, "a refit needs at least one method: --methods additive-ridge");
  if (output.empty()) fail(ErrorCode::config, "a refit needs a store to write: --output FILE");
  std::error_code ignored;
  if (std::filesystem::equivalent(source, output, ignored)) {
    fail(ErrorCode::config, fmt::format("--store and --output are both {}: a refit writes a new store", source));
  }
  if (resume && overwrite) fail(ErrorCode::config, "--resume and --overwrite exclude each other");
}

ScanSummary run_refit(mpi::Communicator const& communicator, RefitOptions const& options,
                      std::atomic<bool> const& stop) {
  RunClock const clock;
  std::optional<store::Reader> source;
  attribution::MethodSet methods;
  library::Design design;
  store::Schema schema;
  std::string digest;
  std::vector<genome::Locus> loci;
  mpi::together(communicator, [&] {
    options.validate();
    methods = methods_of(options);
    source.emplace(options.source);
    design = design_of(source->provenance());
    check_source(*source, design, options.source);
    design.validate(source->schema().length);
    options.ridge.validate(design.mutants);
    check_lengths(options.surrogates, source->schema());
    schema = schema_of(options, source->schema(), methods);
    loci = source->loci(0, schema.loci);
    if (communicator.rank() == 0) digest = store::store_digest(options.source);
  });
  warn_of_small_libraries(options.methods, options.surrogates.surrogate, design, schema.length, options.ridge.holdout);
  device::DeviceShare const device = device_of(communicator, options.backend);
  StoreJob job{.output = options.output,
               .resume = options.resume,
               .overwrite = options.overwrite,
               .schema = schema,
               .provenance = make_refit_provenance({.backend = options.backend,
                                                    .methods = options.methods,
                                                    .ridge = options.ridge,
                                                    .surrogates = options.surrogates,
                                                    .keep_y = options.keep_y},
                                                   source->provenance(), communicator.broadcast(digest)),
               .loop = {.backend = options.backend, .threads = options.threads},
               .batch = 0,
               .create = {},
               .read = [&](std::int64_t row) { return job_of(*source, row, options.source); },
               .make_row_maker = [&, device](int threads) -> std::unique_ptr<RowMaker> {
                 return std::make_unique<RefitRowMaker>(device::make_backend(options.backend, threads, device), design,
                                                        schema, methods);
               }};
  job.create = [&] {
    store::Writer::create_collective(communicator, options.output, schema, job.provenance, std::span(loci));
  };
  return fill_store(communicator, job, clock, stop);
}

}  // namespace shoal::scan
