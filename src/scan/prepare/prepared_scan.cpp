// SPDX-License-Identifier: MIT
#include "scan/prepare/prepared_scan.hpp"

#include <algorithm>

#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/locus/locus_pipeline.hpp"
#include "scan/locus/rows.hpp"
#include "scan/prepare/window_lengths.hpp"
#include "scan/provenance.hpp"
#include "scan/run_log.hpp"

namespace shoal::scan {

PreparedScan::PreparedScan(mpi::Communicator const& communicator, ScanOptions const& options) : options_(options) {
  mpi::together(communicator, [&] {
    methods_ = make_methods(options);
    options.validate(methods_);
    RunClock const reading;
    genome::LociOptions loci = options.loci;
    for (NamedNetwork const& named : options.networks) {
      loci.default_length = std::max(loci.default_length, named.network->input_length());
    }
    loci_.emplace(genome::LocusTable::read(loci));
    loci_seconds_ = reading.seconds();
    options.design.validate(loci_->length());
    check_lengths(options, methods_, loci_->length());
    for (NamedNetwork const& named : options.networks) {
      for (std::size_t number = 0; number < methods_.size(); ++number) {
        methods_[number].arrays(named.network->input_length());
      }
    }
  });
  schema_ = make_schema(options, methods_, loci_->size(), loci_->length());
  std::string digest;
  mpi::on_first_rank(communicator, [&] {
    RunClock const digesting;
    digest = loci_digest(*loci_);
    loci_seconds_ += digesting.seconds();
  });
  loci_seconds_ = communicator.max(loci_seconds_);
  provenance_ = make_provenance(options, communicator.broadcast(digest));
  device_ = device_of(communicator, options.backend);
}

LocusJob PreparedScan::job(std::int64_t row) {
  LocusJob job = make_job(row, loci_->locus(row), loci_->sequence(row));
  if (!job.locus.skip_reason.empty()) job.status = store::Status::skipped;
  job.message = job.locus.skip_reason;
  return job;
}

std::unique_ptr<RowMaker> PreparedScan::make_row_maker(int threads) const {
  return std::make_unique<LocusPipeline>(options_, methods_, schema_, threads, device_);
}

}  // namespace shoal::scan
