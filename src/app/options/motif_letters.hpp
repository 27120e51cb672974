// SPDX-License-Identifier: MIT
// Motifs of files as the letters that experiments put into sequences.
#pragma once

#include <string>
#include <vector>

#include "library/motif.hpp"

namespace shoal::app {

// The motifs of MEME, JASPAR and TRANSFAC files and of the patterns (.h5) of shoal motifs discover or TF-MoDISco, as
// IUPAC letters (motif::iupac_letters). Called by their names, in which /, : and commas become "_". It forks: call it
// before MPI starts. Errors: input, those of motif::read_motifs and read_weight_motifs, and for a motif without any
// letter but N.
std::vector<library::Motif> read_motif_letters(std::vector<std::string> const& files);

}  // namespace shoal::app
