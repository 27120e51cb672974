// SPDX-License-Identifier: MIT
// One method's maps of one task of a store, row by row, in the gauge that an export wants.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "exports/choice.hpp"
#include "genome/loci.hpp"
#include "store/reader.hpp"

namespace shoal::exports {

// Counts of letters [window, 4] in the library of a locus's whole window, in the locus's orientation: how many of the
// fitted rows among the first `mutants` (nothing: among all) have the letter at the position.
using LetterCounter = std::function<std::vector<double>(genome::Locus const& locus, genome::Codes const& sequence,
                                                        std::optional<std::int64_t> mutants)>;

struct ExportedRow {
  std::int64_t index = 0;
  genome::Locus locus;      // what the network reads; its strand is that of sequence and map
  genome::Codes sequence;   // length codes
  std::vector<double> map;  // [4, length]; 0 where the sequence is N
  store::StoredRow stored;  // all that the store has of the row, its whole window in the locus's orientation
};

class ExportSource {
 public:
  // `reader` outlives this object; `counter` is for gauges that need letter counts. Errors: config, for a name that the
  // store does not have (listing those that it has), several where one was to be chosen, a method without such a map
  // [4, length], responses in a gauge or of an array that has none, a gauge of letters without a counter or of a method
  // that fits no library, and rows outside the store; input, for a BED that cannot be read.
  ExportSource(store::Reader const& reader, ExportChoice const& choice, ExportRows const& rows,
               LetterCounter counter = {});

  store::Reader const& reader() const { return *reader_; }
  std::vector<std::int64_t> const& rows() const { return rows_; }  // the chosen rows that are done, ascending
  std::int64_t left_out() const { return left_out_; }              // chosen rows that are not done
  std::int64_t length() const { return part().length; }            // bases that the network reads
  // The locus of row `index`, as the network reads it.
  genome::Locus locus(std::int64_t index) const { return genome::part_of(reader_->locus(index), part()); }
  // Where the part that the network reads begins in the sequence of a whole window on this strand.
  std::int64_t oriented_start(char strand) const {
    return genome::oriented_start(part(), reader_->schema().length, strand);
  }

  store::ModelSchema const& model() const { return reader_->schema().models[model_]; }
  store::TaskSchema const& task() const { return model().tasks[task_]; }
  genome::WindowPart part() const { return store::window_part(reader_->schema(), model()); }
  // The method, with arrays of the network's length.
  store::MethodSchema const& method() const { return store::methods_of(reader_->schema(), model())[method_]; }
  ExportGauge gauge() const { return gauge_; }
  std::string const& array() const { return array_; }
  // The index of the task among the tasks of all models.
  std::int64_t task_number() const;

  // Row `index` of the store, read anew. Errors: input, when its bytes do not match its checksum.
  ExportedRow read(std::int64_t index) const;
  attribution::MethodResult const& result(store::Row const& row) const;
  std::vector<double> task_scalars(store::Row const& row) const;

 private:
  std::vector<double> gauged_map(store::StoredRow const& stored, genome::Codes const& sequence) const;
  std::vector<double> letter_counts(store::StoredRow const& stored) const;

  store::Reader const* reader_;
  std::size_t model_ = 0;
  std::size_t task_ = 0;
  std::size_t method_ = 0;
  ExportGauge gauge_;
  ExportOrientation orientation_;
  ExportUnits units_;
  std::string array_;
  LetterCounter counter_;
  std::vector<std::int64_t> rows_;
  std::int64_t left_out_ = 0;
};

// [length] the map at the sequence's own bases; 0 where it is N.
std::vector<double> projected(ExportedRow const& row);

}  // namespace shoal::exports
