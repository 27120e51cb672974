// SPDX-License-Identifier: MIT
// The frame of the files of golden fits that scripts in tests/data/surrogate write.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/data.hpp"

namespace shoal::test {

// Cases of a file under tests/data: a line `case NAME …` begins one, `fit …` is a fit of it, and any other line is a
// row that begins with its sequence. What follows these words goes to the case: name, begin(line), add_fit(line),
// add_row(sequence, line).
template <class Case>
std::vector<Case> golden_cases(std::string const& name) {
  std::vector<Case> cases;
  std::ifstream file(data(name));
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string word;
    line >> word;
    if (word == "case") {
      line >> cases.emplace_back().name;
      cases.back().begin(line);
    } else if (word == "fit") {
      cases.back().add_fit(line);
    } else {
      cases.back().add_row(word, line);
    }
  }
  return cases;
}

}  // namespace shoal::test
