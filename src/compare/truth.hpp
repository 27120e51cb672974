// SPDX-License-Identifier: MIT
// What is known to matter in the loci, against which maps are compared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "genome/loci.hpp"

namespace shoal::compare {

// The truth of one locus, in the locus's orientation.
struct LocusTruth {
  std::vector<double> values;         // [length]: bits of information, or the track's value
  std::vector<double> probabilities;  // [4, length] of the bases, or empty
};

class Truth {
 public:
  // Reads `text`: "FILE:/DATASET" of HDF5, or a bedGraph (.bedgraph, .bg, .bdg, also with .gz), or any other file as a
  // BED of motif positions. A dataset is a track [rows, length] or base probabilities [rows, 4, length]. Where the file
  // has a dataset "sequences" of text, a row belongs to the locus of that sequence, otherwise row i to locus i. It
  // forks: call it before MPI starts. Errors: input, naming the file and the line or dataset.
  static Truth read(std::string const& text);

  // Errors: input, naming the file, when rows without sequences are not as many as `loci`.
  void check_rows(std::int64_t loci) const;
  // The truth of a locus with its sequence [length of the locus]. Errors: input, naming the locus, when the file does
  // not have it or has it in another length.
  LocusTruth of_locus(std::int64_t row, genome::Locus const& locus, genome::Codes const& sequence) const;
  bool has_probabilities() const { return channels_ == 4; }
  // Of the file's bytes, and which dataset: part of the provenance.
  std::string const& identity() const { return identity_; }

 private:
  struct Interval {
    std::int64_t start = 0;
    std::int64_t end = 0;
    double value = 1;
  };
  struct Track {
    std::vector<Interval> intervals;  // ordered by start
    std::int64_t longest = 0;         // bases of the longest
  };

  void read_dataset(std::string const& file, std::string const& dataset);
  void read_bed_graph(std::string const& file);
  void read_bed(std::string const& file);
  void finish_tracks();
  std::vector<double> values_of(genome::Locus const& locus) const;

  std::string path_;
  std::string identity_;
  std::int64_t channels_ = 0;  // of a dataset: 1 or 4; 0: intervals
  std::int64_t rows_ = 0, length_ = 0;
  std::vector<float> dataset_;  // [rows, channels, length]
  std::unordered_map<std::string, std::int64_t> row_of_sequence_;
  std::map<std::string, Track> tracks_;  // by contig
};

}  // namespace shoal::compare
