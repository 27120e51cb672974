// SPDX-License-Identifier: MIT
#include "compare/truth/dataset.hpp"

#include "base/index.hpp"
#include "genome/loci.hpp"

namespace shoal::compare {

std::optional<hdf5::FloatArray> read_array(std::string const& file, std::string const& dataset) {
  hdf5::IsolatedRequest request;
  request.dataset = dataset;
  auto contents = hdf5::read_isolated(file, request);
  if (contents.arrays.empty()) return std::nullopt;
  return std::move(contents.arrays.front());
}

std::vector<std::string> read_sequences(std::string const& file) {
  std::vector<std::string> sequences;
  auto const texts = read_array(file, "/sequences");
  if (!texts || texts->shape.size() != 2) return sequences;
  std::int64_t const width = texts->shape[1];
  for (std::int64_t row = 0; row < texts->shape[0]; ++row) {
    std::string text;
    for (std::int64_t i = 0; i < width; ++i) {
      float const character = texts->values[at(row * width + i)];
      if (character > 0) text += static_cast<char>(character);
    }
    sequences.push_back(genome::to_text(genome::to_codes(text)));
  }
  return sequences;
}

}  // namespace shoal::compare
