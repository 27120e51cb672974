// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>

#include "motif/motif_file.hpp"
#include "store/output_file.hpp"

namespace shoal::motif {

namespace {

std::string word(std::string text) {
  std::ranges::replace_if(
      text, [](char letter) { return static_cast<unsigned char>(letter) <= ' '; }, '_');
  return text;
}

}  // namespace

std::string meme_heading() {
  return "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\nA 0.25 C 0.25 G 0.25 T "
         "0.25\n";
}

std::string meme_motif(Motif const& motif) {
  std::string text = fmt::format("\nMOTIF {}", word(motif.name));
  if (!motif.alternate.empty()) text += fmt::format(" {}", word(motif.alternate));
  text +=
      fmt::format("\nletter-probability matrix: alength= 4 w= {} nsites= {:.0f}\n", motif.columns.size(), motif.sites);
  for (Column const& column : motif.columns) {
    text += fmt::format("{:.6f} {:.6f} {:.6f} {:.6f}\n", column[0], column[1], column[2], column[3]);
  }
  return text;
}

void write_meme(std::string const& path, std::vector<Motif> const& motifs) {
  store::OutputFile file(path);
  file.write(meme_heading());
  for (Motif const& motif : motifs) file.write(meme_motif(motif));
  file.publish();
}

}  // namespace shoal::motif
