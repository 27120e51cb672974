// SPDX-License-Identifier: MIT
// Reads the weights of patterns: /pos_patterns/pattern_0/contrib_scores [length, 4], and so on.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string_view>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "hdf5/isolated_reader.hpp"
#include "motif/hits.hpp"

namespace shoal::motif {

namespace {

// Where a pattern stands in the file: negative ones behind positive ones, pattern_10 behind pattern_9.
using Place = std::tuple<bool, std::int64_t, std::string>;

std::vector<Column> columns_of(std::string const& file, hdf5::FloatArray const& array) {
  auto const refuse = [&](std::string const& text) {
    fail(ErrorCode::input, fmt::format("cannot read the patterns in {}: {} {}", file, array.path, text));
  };
  if (array.shape.size() != 2 || array.shape[0] < 1 || array.shape[1] != 4) {
    refuse(fmt::format("has the shape ({}), not (length, 4)", fmt::join(array.shape, ", ")));
  }
  std::vector<Column> columns;
  for (std::size_t i = 0; i < array.values.size(); i += 4) {
    Column column{};
    for (std::size_t base = 0; base < 4; ++base) {
      column[base] = array.values[i + base];
      if (!std::isfinite(column[base])) refuse("has a value that is not finite");
    }
    columns.push_back(column);
  }
  return columns;
}

}  // namespace

std::vector<WeightMotif> read_weight_motifs(std::string const& file) {
  hdf5::IsolatedRequest request;
  request.skipped_groups = {"seqlets"};
  std::map<Place, WeightMotif> found;
  for (hdf5::FloatArray const& array : hdf5::read_isolated(file, request).arrays) {
    // "/pos_patterns/pattern_0/contrib_scores": parts of patterns lie one group deeper.
    auto const words = split(array.path, '/');
    if (words.size() != 4 || (words[1] != "pos_patterns" && words[1] != "neg_patterns")) continue;
    std::string const name(words[2]);
    auto const number = parse_integer(std::string_view(name).substr(name.rfind('_') + 1));
    WeightMotif& motif = found[{words[1] == "neg_patterns", number.value_or(0), name}];
    motif.name = fmt::format("{}.{}", words[1], name);
    if (words[3] == "contrib_scores") motif.weights = columns_of(file, array);
    if (words[3] == "sequence") motif.sequence = columns_of(file, array);
  }
  std::vector<WeightMotif> motifs;
  for (auto& [place, motif] : found) {
    if (motif.weights.empty() || motif.weights.size() != motif.sequence.size()) {
      fail(ErrorCode::input,
           fmt::format("cannot read the patterns in {}: {} has no contrib_scores and sequence of one length", file,
                       motif.name));
    }
    motifs.push_back(std::move(motif));
  }
  if (motifs.empty()) {
    fail(ErrorCode::input,
         fmt::format("{} has no pos_patterns or neg_patterns: shoal motifs discover found none, or it is a file of "
                     "another kind",
                     file));
  }
  return motifs;
}

}  // namespace shoal::motif
