// SPDX-License-Identifier: MIT
#include "scan/refit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/prepare/small_libraries.hpp"
#include "scan/prepare/window_lengths.hpp"
#include "scan/provenance.hpp"
#include "scan/refit/refit_row_maker.hpp"
#include "scan/schedule/run_log.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

namespace {

using LibraryMethods = std::vector<std::unique_ptr<attribution::LibraryMethod>>;

// Errors: config, for a method that needs the network.
LibraryMethods library_methods(RefitOptions const& options) {
  LibraryMethods methods;
  for (std::string const& name : options.methods) {
    auto method = attribution::make_method(name, {.ridge = options.ridge, .surrogates = options.surrogates});
    auto* const regression = dynamic_cast<attribution::LibraryMethod*>(method.get());
    if (regression == nullptr) {
      fail(ErrorCode::config, fmt::format("{} needs the network: use shoal scan", name));
    }
    method.release();
    methods.emplace_back(regression);
  }
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

store::Schema schema_of(RefitOptions const& options, store::Schema const& source, LibraryMethods const& methods) {
  store::Schema schema = source;
  auto const at_length = [&methods](std::int64_t length) {
    std::vector<store::MethodSchema> schemas;
    for (auto const& method : methods) schemas.push_back(method_schema(*method, length));
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
  return {.index = index,
          .locus = source.locus(index),
          .sequence = genome::to_codes(row.sequence),
          .status = row.status,
          .message = std::move(row.message),
          .y = std::move(row.y),
          .task_scalars = std::move(row.task_scalars)};
}

}  // namespace

void RefitOptions::validate() const {
  if (methods.empty()) fail(ErrorCode::config, "a refit needs at least one method: --methods additive-ridge");
  std::set<std::string> names;
  for (std::string const& name : methods) {
    if (!names.insert(name).second) fail(ErrorCode::config, fmt::format("--methods names {} twice", name));
  }
  library_methods(*this);
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
  library::Design design;
  store::Schema schema;
  std::string digest;
  std::vector<genome::Locus> loci;
  mpi::together(communicator, [&] {
    options.validate();
    source.emplace(options.source);
    design = design_of(source->provenance());
    check_source(*source, design, options.source);
    design.validate(source->schema().length);
    options.ridge.validate(design.mutants);
    check_lengths(options.surrogates, source->schema());
    schema = schema_of(options, source->schema(), library_methods(options));
    loci = source->loci(0, schema.loci);
    if (communicator.rank() == 0) digest = store::store_digest(options.source);
  });
  warn_of_small_libraries(options.methods, options.surrogates.surrogate, design, schema.length, options.ridge.holdout);
  int const device = device_of(communicator, options.backend);
  StoreJob job{.output = options.output,
               .resume = options.resume,
               .overwrite = options.overwrite,
               .schema = schema,
               .provenance = make_refit_provenance(options, source->provenance(), communicator.broadcast(digest)),
               .loop = {.backend = options.backend, .threads = options.threads},
               .batch = 0,
               .create = {},
               .read = [&](std::int64_t row) { return job_of(*source, row, options.source); },
               .make_row_maker = [&, device](int threads) -> std::unique_ptr<RowMaker> {
                 return std::make_unique<RefitRowMaker>(options.backend == device::BackendKind::cuda
                                                            ? device::Backend::cuda(device)
                                                            : device::Backend::cpu(threads),
                                                        design, schema, library_methods(options));
               }};
  job.create = [&] {
    store::Writer::create_collective(communicator, options.output, schema, job.provenance, std::span(loci));
  };
  return fill_store(communicator, job, clock, stop);
}

}  // namespace shoal::scan
