// SPDX-License-Identifier: MIT
// What happens to one locus of a refit: library → regressions on the kept scores → the store's row.
#pragma once

#include <memory>

#include "attribution/method_set.hpp"
#include "scan/locus/network_locus.hpp"
#include "scan/locus/row_maker.hpp"

namespace shoal::scan {

class RefitRowMaker : public RowMaker {
 public:
  // `design` is that of the library whose scores the jobs bring, `schema` that of the new store, `methods` that need no
  // network; all outlive this object.
  RefitRowMaker(std::unique_ptr<device::Backend> backend, library::Design const& design, store::Schema const& schema,
                attribution::MethodSet const& methods);

  store::Row explain(LocusJob const& job, StageTimes& times) override;

 private:
  store::Row computed_row(LocusJob const& job, StageTimes& times) const;
  // Results [tasks][methods] of one network, whose scores are y [tasks][mutants].
  void add_model(std::size_t tasks, std::span<float const> y, NetworkLocus const& locus, MutantSet& mutants,
                 store::Row& row) const;

  std::unique_ptr<device::Backend> backend_;
  library::Design const& design_;
  store::Schema const& schema_;
  attribution::MethodSet const& methods_;
};

}  // namespace shoal::scan
