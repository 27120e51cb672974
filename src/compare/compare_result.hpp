// SPDX-License-Identifier: MIT
// The result of `shoal compare`, and its files.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compare/network_table.hpp"

namespace shoal::compare {

// One metric of one network, task and method. NaN where a number does not exist.
struct Measurement {
  std::string network, task, method, form, metric;
  double value = 0;
  double error = 0;  // standard error by bootstrap over loci
  double lower = 0;  // percentile interval of the bootstrap
  double upper = 0;
  std::int64_t loci = 0;  // loci with a value
};

// Correlations [names, names], means over loci.
struct CorrelationMatrix {
  std::string question;     // the task, as networks share it
  std::string of;           // the method or the network whose maps are compared
  std::string form;         // "projected" or "hypothetical"
  bool of_networks = true;  // between networks with one method, or between methods of one network
  std::vector<std::string> names;
  std::vector<double> values;
};

// A paired test of the chosen network and method against another.
struct PairedTest {
  std::string question, network, method, metric;
  double difference = 0;  // mean over loci of the chosen one's value minus the other's
  double p = 0;           // Wilcoxon's signed-rank test, two-sided
  double adjusted_p = 0;  // Holm's correction over all tests of the question
  std::int64_t loci = 0;
};

// A metric of one network, task and method at every compared locus.
struct ElementValues {
  std::string network, task, method, metric;
  std::vector<double> values;  // [rows]; NaN where a locus has none
};

struct CompareResult {
  std::vector<ElementValues> elements;
  std::vector<Measurement> measurements;
  std::vector<CorrelationMatrix> correlations;
  std::vector<PairedTest> tests;
  std::vector<std::string> verdicts;  // a sentence or two per question
  std::vector<std::pair<std::string, std::string>> settings;
  NetworkTable networks;             // attributes by which a page groups results; may be empty
  std::vector<std::int64_t> rows;    // of the stores, that were compared
  std::vector<double> disagreement;  // [rows]: mean over networks, tasks and methods of ensemble_distance; or empty
  std::int64_t loci = 0;             // compared
  std::int64_t left_out = 0;         // not done in every store
  // Seconds per locus by network and method, from the run logs beside the stores: they are in the table and the run
  // log, not in the HDF5 file, which is the same for every run.
  std::vector<Measurement> costs;
  // For the run log, not for the files: groups that an earlier run had measured.
  std::int64_t resumed_groups = 0;
};

// Writes HDF5; schema in src/compare/README.md. Errors: output.
void write_compare_file(std::string const& path, CompareResult const& result);

// Writes network, task, method, form, metric, value, error, loci: one line per measurement, tab-separated, with a
// header. Errors: output.
void write_compare_table(std::string const& path, CompareResult const& result);

}  // namespace shoal::compare
