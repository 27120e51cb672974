// SPDX-License-Identifier: MIT
// Several stores of the same loci, read as one: for every locus the maps of all networks, tasks and methods on the
// window that all networks read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "genome/window_part.hpp"
#include "store/reader.hpp"

namespace shoal::compare {

// A result of a copy of the unit's network whose last layers are randomised (scan --randomise).
struct RandomisedCopy {
  std::int64_t layers = 0;
  std::size_t result = 0;  // in the unit's store
};

// One network, task and method.
struct Unit {
  std::size_t network = 0;   // among StoreSet::networks
  std::size_t question = 0;  // among StoreSet::questions: tasks of different networks that are compared
  std::size_t method = 0;    // among StoreSet::methods
  std::string task;          // the network's own name of it
  // Where its results lie.
  std::size_t store = 0;
  std::size_t result = 0;                 // store::result_index
  std::size_t map = 0;                    // the array that is read: without gradient correction where there is one
  std::optional<std::size_t> deviation;   // the array map_sd
  std::vector<std::size_t> scalars = {};  // places of StoreSet::scalars among the method's; npos: it has none
  std::vector<RandomisedCopy> randomised = {};  // by the number of layers
  std::int64_t network_length = 0;              // bases that the network reads
  std::int64_t window_offset = 0;               // of the common window in what the network reads, on the + strand
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

// One locus as all networks see it.
struct LocusMaps {
  std::int64_t row = 0;
  genome::Locus locus;                                       // the common window
  genome::Codes codes;                                       // its bases in the locus's orientation
  genome::Locus whole;                                       // the first store's window
  genome::Codes whole_codes;                                 // and its bases
  std::int64_t whole_offset = 0;                             // of the common window in whole_codes
  std::vector<std::vector<double>> maps;                     // [units][4 · length]
  std::vector<std::vector<double>> scalars;                  // [units][scalars]; NaN where the method has none
  std::vector<std::vector<std::vector<double>>> randomised;  // [units][copies][4 · length]
  // [units][1 + copies]: faithfulness_r2 of the map, then of the copies'.
  std::vector<std::vector<double>> faithfulness;
  std::vector<double> spreads;  // [units]: norm of map_sd over norm of the map; NaN without
};

class StoreSet {
 public:
  // `scalars` are the numbers of methods that are wanted. Errors: input, naming the store: no store, other loci than
  // the first one's, a network of the same name with another digest, the same results twice, no common window.
  StoreSet(std::vector<std::string> const& paths, std::vector<std::string> const& scalars);

  std::vector<std::string> const& networks() const { return networks_; }
  std::vector<std::string> const& questions() const { return questions_; }
  std::vector<std::string> const& methods() const { return methods_; }
  std::vector<Unit> const& units() const { return units_; }
  std::vector<std::string> const& scalars() const { return scalars_; }
  // The digest of a network's files, as the provenance of its store has it.
  std::string network_digest(std::string const& network) const;
  std::int64_t loci() const { return readers_.front().schema().loci; }
  std::int64_t length() const { return length_; }                  // of the common window
  std::vector<std::int64_t> const& rows() const { return rows_; }  // done in every store, ascending

  // The common window of a row.
  genome::Locus window(std::int64_t row) const;
  // The maps of a row. Errors: input, naming store and locus, for a row whose bytes do not match its checksum, and for
  // bases that differ between stores.
  LocusMaps read(std::int64_t row) const;

  // Digests of the stores' headers and of the checksums that they stand for.
  std::vector<std::string> const& digests() const { return digests_; }

 private:
  void add_units(std::size_t store);
  void add_randomised(std::size_t store);
  std::vector<double> faithfulness_of(store::StoredRow const& row, Unit const& unit) const;
  void group_tasks();
  void find_window();
  genome::WindowPart window_in(store::Schema const& schema) const;

  std::vector<std::string> scalars_;
  std::vector<store::Reader> readers_;
  std::vector<std::string> digests_;
  std::vector<std::string> networks_;
  std::vector<std::string> questions_;
  std::vector<std::string> methods_;
  std::vector<Unit> units_;
  std::vector<std::int64_t> rows_;
  std::int64_t first_ = 0;  // where the common window begins, relative to the anchor, on the + strand
  std::int64_t length_ = 0;
};

}  // namespace shoal::compare
