// SPDX-License-Identifier: MIT
#include "app/options/motif_letters.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "motif/hits.hpp"
#include "motif/motif_file.hpp"

namespace shoal::app {

namespace {

library::Motif letters_of(std::string name, std::vector<motif::Column> const& columns, std::string const& file) {
  std::string const letters = motif::iupac_letters(columns);
  if (letters.empty()) {
    fail(ErrorCode::input,
         fmt::format("{}: no column of motif {} prefers one or two bases", file, shoal::quoted(name)));
  }
  std::ranges::replace_if(
      name, [](char letter) { return std::string_view("/:,\t").find(letter) != std::string_view::npos; }, '_');
  return {name, letters};
}

}  // namespace

std::vector<library::Motif> read_motif_letters(std::vector<std::string> const& files) {
  std::vector<library::Motif> motifs;
  for (std::string const& file : files) {
    if (file.ends_with(".h5") || file.ends_with(".hdf5")) {
      for (auto const& each : motif::read_weight_motifs(file))
        motifs.push_back(letters_of(each.name, each.sequence, file));
    } else {
      for (auto const& each : motif::read_motifs(file).motifs)
        motifs.push_back(letters_of(each.name, each.columns, file));
    }
  }
  return motifs;
}

}  // namespace shoal::app
