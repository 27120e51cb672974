// SPDX-License-Identifier: MIT
// One method's maps of one task of a store, row by row, in the gauge that an export wants.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genome/loci.hpp"
#include "store/reader.hpp"

namespace shoal::exports {

// Which of the maps that predict the same differences is exported.
enum class ExportGauge {
  stored,            // as the store has it; the method's notes say which gauge that is
  uniform,           // every position's four values sum to 0: hypothetical contributions
  observed_uniform,  // the mean over the bases that the fitted mutants have at the position is 0
  empirical,         // the mean over the fitted mutants is 0: SQUID's default
  consensus,         // the fitted mutants' commonest base is 0 at every position
  wild_type,         // the sequence's own base is 0 at every position: effects of single substitutions
};

// Gauges that depend on the letters of the mutants that were fitted.
bool needs_letter_counts(ExportGauge gauge);

// The units of a map.
enum class ExportUnits {
  latent,    // the method's own: phi, or the score of a method without a curve
  response,  // the score: g(phi(variant)) - g(phi(sequence)); in the wild-type gauge alone
};

ExportUnits parse_export_units(std::string_view name);  // errors: config

// Letters [window, 4] of the first `mutants` (nothing: all) of the library of a locus's whole window that were fitted,
// in the locus's orientation.
using LetterCounter = std::function<std::vector<double>(genome::Locus const& locus, genome::Codes const& sequence,
                                                        std::optional<std::int64_t> mutants)>;

ExportGauge parse_export_gauge(std::string_view name);  // errors: config
std::string_view to_string(ExportGauge gauge);

// Which strand a row's sequence and map are of.
enum class ExportOrientation {
  locus,   // the locus's own strand
  genome,  // the + strand, for readers that place what they find by a region's start
};

ExportOrientation parse_export_orientation(std::string_view name);  // errors: config

// What is exported. An empty name stands for the only one in the store.
struct ExportChoice {
  std::string model = {};
  std::string task = {};
  std::string method = {};
  ExportGauge gauge = ExportGauge::uniform;
  ExportOrientation orientation = ExportOrientation::locus;
  ExportUnits units = ExportUnits::latent;
  // An array [4, length] of the method: "map"; "map_raw", without the gradient correction; "effects" and
  // "effects_latent", the effects of substitutions on the wild type, whose gauges are those of a map without pairs.
  // Empty: usual_array.
  std::string array = "map";
};

// Rows first, …, last - 1, and among these only the loci that share a base with a region. Nothing: all rows.
struct ExportRows {
  std::optional<std::pair<std::int64_t, std::int64_t>> range = std::nullopt;
  std::string regions = {};  // BED; coordinates of the loci's own contigs
};

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
  // The method as it is at the network's length.
  store::MethodSchema const& method() const { return store::methods_of(reader_->schema(), model())[method_]; }
  ExportGauge gauge() const { return gauge_; }
  std::string const& array() const { return array_; }
  // The task's number among the tasks of all models.
  std::int64_t task_number() const;

  // Row `index` of the store, read again. Errors: input, when its bytes do not match its checksum.
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
