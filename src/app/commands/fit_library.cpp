// SPDX-License-Identifier: MIT
#include "app/commands/fit_library.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/error.hpp"
#include "genome/codes.hpp"
#include "genome/sequence_reader.hpp"
#include "hdf5/isolated_reader.hpp"
#include "library/two_hot.hpp"
#include "scan/sequence_scorer.hpp"

namespace shoal::app {

namespace {

LibrarySequences read_fasta(std::string const& path) {
  LibrarySequences library{.path = path, .texts = {}, .haplotypes = {}};
  auto& sequences = library.haplotypes[0];
  genome::SequenceReader reader(path);
  while (auto record = reader.next()) {
    if (!sequences.empty() && record->sequence.size() != sequences.front().size()) {
      reader.refuse_foreign();
      fail(ErrorCode::input, fmt::format("{}:{}: the record {} has {} bases, those before it {}", path, record->line,
                                         record->name, record->sequence.size(), sequences.front().size()));
    }
    library.texts.push_back(genome::to_text(record->sequence));
    sequences.push_back(std::move(record->sequence));
  }
  return library;
}

// The columns of one sequence of a dataset, whichever way its axes lie.
class ArrayRows {
 public:
  ArrayRows(hdf5::FloatArray const& array, std::string const& path) : array_(array) {
    auto const& shape = array.shape;
    bool const by_position = shape.size() == 3 && shape[2] == 4;
    bool const by_channel = shape.size() == 3 && shape[1] == 4 && !by_position;
    if ((shape.size() != 2 && !by_position && !by_channel) || array.values.empty()) {
      fail(ErrorCode::input,
           fmt::format("{}: {} is no library: give codes or letters [N, L], or one-hot [N, L, 4] or [N, 4, L]", path,
                       array.path));
    }
    length_ = static_cast<std::size_t>(by_channel ? shape[2] : shape[1]);
    position_step_ = by_position ? 4 : 1;
    channel_step_ = by_channel ? length_ : 1;
    row_size_ = array.values.size() / static_cast<std::size_t>(shape[0]);
    has_codes_ = shape.size() == 2;
  }

  std::size_t rows() const { return array_.values.size() / row_size_; }
  std::size_t length() const { return length_; }
  // The channels at a position; of codes, those of a one-hot column (a NaN where the code is none).
  std::array<float, 4> column(std::size_t row, std::size_t position) const {
    std::array<float, 4> values{};
    float const* const first = array_.values.data() + row * row_size_ + position * position_step_;
    if (!has_codes_) {
      for (std::size_t channel = 0; channel < 4; ++channel) values[channel] = first[channel * channel_step_];
      return values;
    }
    float const symbol = code_of(*first);
    if (symbol == 4.0F) return values;
    for (std::size_t code = 0; code < 4; ++code) values[code] = symbol == static_cast<float>(code) ? 1.0F : 0.0F;
    if (values == std::array<float, 4>{}) values[0] = symbol + 0.5F;
    return values;
  }

 private:
  // A letter, which text has in place of a code, as its code.
  static float code_of(float number) {
    bool const is_character = number >= ' ' && number <= '~' && number == std::floor(number);
    return is_character ? static_cast<float>(genome::to_code(static_cast<char>(number))) : number;
  }

  hdf5::FloatArray const& array_;
  std::size_t length_ = 0, position_step_ = 1, channel_step_ = 1, row_size_ = 1;
  bool has_codes_ = false;
};

// The dataset holds genotypes when its first known column does.
bool holds_genotypes(ArrayRows const& rows) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    for (std::size_t position = 0; position < rows.length(); ++position) {
      auto const column = rows.column(row, position);
      float const sum = column[0] + column[1] + column[2] + column[3];
      if (sum != 0) return sum == 2;
    }
  }
  return false;
}

// A one-hot column as the two-hot column of a homozygote, so that one table knows both.
std::uint8_t symbol_of(std::array<float, 4> column, bool genotypes) {
  if (genotypes) return library::genotype_of(column);
  for (float& value : column) value *= 2;
  std::uint8_t const symbol = library::genotype_of(column);
  if (symbol >= 4 && symbol != library::genotype_unknown) fail(ErrorCode::input, "two channels of 0.5");
  return symbol;
}

LibrarySequences read_hdf5(std::string const& path, std::string const& dataset) {
  hdf5::IsolatedRequest request;
  request.dataset = dataset.starts_with("/") ? dataset : "/" + dataset;
  auto const contents = hdf5::read_isolated(path, request);
  if (contents.arrays.empty()) {
    fail(ErrorCode::input, fmt::format("{} has no dataset {}: name it with --dataset", path, request.dataset));
  }
  ArrayRows const rows(contents.arrays.front(), path);
  bool const genotypes = holds_genotypes(rows);
  LibrarySequences library{.path = path, .texts = {}, .haplotypes = {}};
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    std::string text;
    genome::Codes codes[2];
    for (std::size_t position = 0; position < rows.length(); ++position) {
      try {
        std::uint8_t const symbol = symbol_of(rows.column(row, position), genotypes);
        auto const bases = library::alleles(symbol);
        text += symbol == library::genotype_unknown ? 'N' : library::genotype_letters[symbol];
        for (std::size_t haplotype = 0; haplotype < 2; ++haplotype) codes[haplotype].push_back(bases[haplotype]);
      } catch (Error const&) {
        fail(ErrorCode::input, fmt::format("{}: {}, sequence {}, position {}: {}", path, request.dataset, row, position,
                                           genotypes ? "this is no two-hot column: 2 in one channel, 1 in two, or zeros"
                                                     : "this is no code 0 to 4, letter or one-hot column"));
      }
    }
    library.texts.push_back(std::move(text));
    library.haplotypes[0].push_back(std::move(codes[0]));
    if (genotypes) library.haplotypes[1].push_back(std::move(codes[1]));
  }
  return library;
}

}  // namespace

LibrarySequences read_library(std::string const& path, std::string const& dataset) {
  LibrarySequences library = hdf5::has_hdf5_signature(path) ? read_hdf5(path, dataset) : read_fasta(path);
  if (library.texts.empty()) fail(ErrorCode::input, fmt::format("{} has no sequence", path));
  return library;
}

genome::MeasurementTable score_library(LibrarySequences const& library, NetworkArguments const& networks,
                                       RunArguments const& run) {
  std::size_t const length = library.texts.front().size();
  scan::ScoringOptions options{.networks = networks.read(static_cast<std::int64_t>(length)), .tasks = networks.tasks()};
  options.backend = run.backend_kind();
  options.threads = run.thread_count({});
  options.batch = run.batch;
  options.precision = run.precision;
  scan::SequenceScorer scorer(options);
  if (scorer.columns() != 1) {
    fail(ErrorCode::config, fmt::format("a library is fitted to one score, but there are {}: choose one --head of one "
                                        "--model",
                                        scorer.columns()));
  }
  if (length != static_cast<std::size_t>(scorer.length())) {
    fail(ErrorCode::input, fmt::format("the network reads {} bases, but the sequences of {} have {}", scorer.length(),
                                       library.path, length));
  }
  genome::MeasurementTable table;
  table.path = library.path;
  table.sequences = library.texts;
  table.measurements.assign(library.texts.size(), 0.0);
  double const share = library.is_diploid() ? 0.5 : 1.0;
  for (auto const& haplotype : library.haplotypes) {
    if (haplotype.empty()) continue;
    std::vector<float> const scores = scorer.score(haplotype);
    for (std::size_t row = 0; row < scores.size(); ++row) {
      table.measurements[row] += share * static_cast<double>(scores[row]);
    }
  }
  for (std::size_t row = 0; row < library.texts.size(); ++row)
    table.lines.push_back(static_cast<std::int64_t>(row + 1));
  return table;
}

}  // namespace shoal::app
