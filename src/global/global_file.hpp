// SPDX-License-Identifier: MIT
// The result of `shoal global`: effects of motifs and pairs of motifs in many contexts, and surrogates over them, as
// HDF5 or as a table.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fit/fit_file.hpp"
#include "statistics/estimate.hpp"

namespace shoal::global {

using statistics::Estimate;  // over contexts

// One motif, or a control in its place, at one position.
struct SingleDesign {
  std::string motif;
  std::string insert;  // "motif", "scrambled" or "dinucleotide"
  char orientation = '+';
  std::int64_t position = 0;  // where it begins, from 0
};

// Two motifs at one spacing in one orientation.
struct PairDesign {
  std::string upstream;
  std::string downstream;
  std::string orientation;    // "+-": upstream forward, downstream reverse complement
  std::int64_t spacing = 0;   // bases between them
  std::int64_t position = 0;  // where the upstream one begins
};

struct SingleEffect {
  Estimate score;
  Estimate effect;  // score - score of the same context without the motif
};

struct PairEffect {
  Estimate score;
  Estimate effect;               // score of both - score of neither
  Estimate interaction;          // both - upstream alone - downstream alone + neither, at the same places
  Estimate control_interaction;  // the same with a scrambled downstream motif; NaN without that control
};

// Surrogates of one pair, or of one motif.
struct GlobalSurrogate {
  std::string pattern;                      // "UPSTREAM:DOWNSTREAM" or "MOTIF"
  std::vector<std::string> sites;           // sites of the parameters: "GATA[3]", …, "orientation", "spacing"
  std::vector<fit::FittedModel> models;     // one per method
  std::vector<std::vector<double>> intact;  // [methods][orientation × spacing]: prediction for the intact motifs
};

// One task of one network.
struct GlobalTask {
  std::string model;
  std::string task;
  Estimate background;  // scores of the contexts themselves
  std::vector<SingleEffect> singles;
  std::vector<PairEffect> pairs;
  std::vector<GlobalSurrogate> surrogates;
};

struct GlobalFile {
  std::vector<SingleDesign> singles;
  std::vector<PairDesign> pairs;
  std::vector<std::string> orientations;  // letters of the site "orientation", in code order
  std::vector<std::int64_t> spacings;     // values of the site "spacing", likewise
  std::vector<GlobalTask> tasks;
  std::vector<std::pair<std::string, std::string>> settings;  // attributes of the root
};

// Writes HDF5; schema in src/store/README.md. The file appears under its name when it is complete; an existing one is
// replaced. Errors: output.
void write_global_file(std::string const& path, GlobalFile const& contents);

// Writes one line per effect, tab-separated, with a header; to standard output when `path` is empty. Errors: output.
void write_global_table(std::string const& path, GlobalFile const& contents);

}  // namespace shoal::global
