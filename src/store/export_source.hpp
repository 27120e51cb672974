// SPDX-License-Identifier: MIT
// One method's maps of one task of a store, row by row, in the gauge that an export wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genome/loci.hpp"
#include "store/store.hpp"

namespace shoal::store {

// Which of the maps that predict the same differences is exported.
enum class ExportGauge {
  stored,     // as the store has it; the method's notes say which gauge that is
  uniform,    // every position's four values sum to 0: hypothetical contributions
  wild_type,  // the sequence's own base is 0 at every position: effects of single substitutions
};

ExportGauge parse_export_gauge(std::string_view name);  // errors: config
std::string_view to_string(ExportGauge gauge);

// Which strand a row's sequence and map are of.
enum class ExportOrientation {
  locus,   // the locus's own
  genome,  // +: what readers expect that place what they find by a region's start
};

ExportOrientation parse_export_orientation(std::string_view name);  // errors: config

// What is exported. An empty name stands for the only one that there is.
struct ExportChoice {
  std::string model = {};
  std::string task = {};
  std::string method = {};
  ExportGauge gauge = ExportGauge::uniform;
  ExportOrientation orientation = ExportOrientation::locus;
};

// Rows first, …, last - 1, and of these only the loci that share a base with a region. Nothing: all.
struct ExportRows {
  std::optional<std::pair<std::int64_t, std::int64_t>> range = std::nullopt;
  std::string regions = {};  // BED; coordinates of the loci's own contigs
};

struct ExportedRow {
  std::int64_t index = 0;
  genome::Locus locus;      // its strand is that of sequence and map
  genome::Codes sequence;   // length codes
  std::vector<double> map;  // [4, length]; 0 where the sequence is N
  Row row;                  // everything else that the store has of it, in the locus's orientation
};

class ExportSource {
 public:
  // `reader` outlives this object. Errors: config, for a name that the store does not have (listing those that it has),
  // several where one was to be chosen, a method without a map [4, length], and rows outside the store; input, for a
  // BED that cannot be read.
  ExportSource(Reader const& reader, ExportChoice const& choice, ExportRows const& rows);

  Reader const& reader() const { return *reader_; }
  std::vector<std::int64_t> const& rows() const { return rows_; }  // the chosen rows that are done, ascending
  std::int64_t left_out() const { return left_out_; }              // chosen rows that are not done
  std::int64_t length() const { return reader_->schema().length; }

  ModelSchema const& model() const { return reader_->schema().models[model_]; }
  TaskSchema const& task() const { return model().tasks[task_]; }
  MethodSchema const& method() const { return reader_->schema().methods[method_]; }
  ExportGauge gauge() const { return gauge_; }
  // The task's number among the tasks of all models.
  std::int64_t task_number() const;

  // Row `index` of the store, read anew. Errors: input, when its bytes do not match its checksum.
  ExportedRow read(std::int64_t index) const;
  MethodResult const& result(Row const& row) const;
  std::vector<double> task_scalars(Row const& row) const;

 private:
  std::vector<double> gauged_map(Row const& row, genome::Codes const& sequence) const;

  Reader const* reader_;
  std::size_t model_ = 0;
  std::size_t task_ = 0;
  std::size_t method_ = 0;
  ExportGauge gauge_;
  ExportOrientation orientation_;
  std::vector<std::int64_t> rows_;
  std::int64_t left_out_ = 0;
};

// [length] the map at the sequence's own bases; 0 where it is N.
std::vector<double> projected(ExportedRow const& row);

}  // namespace shoal::store
