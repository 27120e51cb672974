// SPDX-License-Identifier: MIT
// What a worker does with one locus, as the pool of workers sees it.
#pragma once

#include "scan/locus/rows.hpp"
#include "scan/locus/stage_times.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// Made and used by one worker.
class RowMaker {
 public:
  virtual ~RowMaker() = default;
  // Returns the locus's row. A locus whose computation fails gives a failed row with the reason. Only errors that are
  // not the locus's own (out of memory, CUDA) are thrown.
  virtual store::Row explain(LocusJob const& job, StageTimes& times) = 0;
};

}  // namespace shoal::scan
