// SPDX-License-Identifier: MIT
#include "genome/loci.hpp"

#include <fmt/core.h>

#include <optional>
#include <span>
#include <utility>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/bed_reader.hpp"
#include "genome/genome_file.hpp"
#include "genome/packed_rows.hpp"
#include "genome/sequence_reader.hpp"
#include "genome/window.hpp"

namespace shoal::genome {

struct LocusTable::State {
  std::vector<Locus> loci;
  std::int64_t length = 0;
  std::optional<GenomeFile> genome;  // windows are read when asked for
  PackedRows sequences;              // ready sequences, without a genome

  void read_windows(LociOptions const& options);
  void read_sequences(LociOptions const& options);
};

namespace {

// A window longer than this has no packed form (kernels::PackedSequences) and no network.
constexpr std::int64_t largest_length = std::int64_t{1} << 30;

void check(LociOptions const& options) {
  bool const windows = !options.genome.empty() || !options.loci.empty();
  if (options.fasta.empty() != windows || (windows && (options.genome.empty() || options.loci.empty()))) {
    fail(ErrorCode::config, "give either --fasta FILE, or --genome FILE and --loci BED");
  }
  if (options.length < 0 || options.length > largest_length) {
    fail(ErrorCode::config, fmt::format("--length {} is not from 1 to {}", options.length, largest_length));
  }
  if (windows && options.anchor == Anchor::summit && options.length == 0) {
    fail(ErrorCode::config, "the anchor 'summit' needs --length, the length of the window around it");
  }
}

}  // namespace

void LocusTable::State::read_windows(LociOptions const& options) {
  genome.emplace(options.genome);
  BedReader rows(options.loci, options.anchor);
  std::int64_t first_line = 0;
  while (auto const row = rows.next()) {
    Locus locus = place_window(*row, *genome, options, rows.where());
    std::int64_t const width = locus.end - locus.start;
    if (width > largest_length) {
      fail(ErrorCode::input, fmt::format("{}: a window of {} bases is too long", rows.where(), width));
    }
    if (loci.empty()) {
      length = width;
      first_line = rows.line_number();
    }
    if (width != length) {
      fail(ErrorCode::input,
           fmt::format("{}: the row is {} bases wide, but line {} is {}: give --length to take windows "
                       "of one length around the rows",
                       rows.where(), width, first_line, length));
    }
    loci.push_back(std::move(locus));
  }
  if (loci.empty()) fail(ErrorCode::input, fmt::format("{}: holds no locus", options.loci));
}

void LocusTable::State::read_sequences(LociOptions const& options) {
  SequenceReader records(options.fasta);
  std::string first = "--length";
  length = options.length;
  while (auto record = records.next()) {
    auto const bases = static_cast<std::int64_t>(record->sequence.size());
    if (length == 0) {
      length = bases;
      first = fmt::format("that of line {}", record->line);
    }
    if (bases != length || bases > largest_length) {
      fail(ErrorCode::input,
           fmt::format("{}:{}: the record {} has {} bases, but {} has {}: all sequences of a scan have "
                       "one length",
                       options.fasta, record->line, quoted(record->name), bases, first, length));
    }
    sequences.append(record->sequence);
    loci.push_back(Locus{record->name, 0, bases, '+', record->name, ""});
  }
  if (loci.empty()) fail(ErrorCode::input, fmt::format("{}: holds no sequence", options.fasta));
}

LocusTable LocusTable::read(LociOptions const& options) {
  check(options);
  auto state = std::make_unique<State>();
  if (options.fasta.empty()) {
    state->read_windows(options);
  } else {
    state->read_sequences(options);
  }
  return LocusTable(std::move(state));
}

LocusTable::LocusTable(std::unique_ptr<State> state) : state_(std::move(state)) {}
LocusTable::LocusTable(LocusTable&&) noexcept = default;
LocusTable& LocusTable::operator=(LocusTable&&) noexcept = default;
LocusTable::~LocusTable() = default;

std::int64_t LocusTable::size() const {
  return static_cast<std::int64_t>(state_->loci.size());
}
std::int64_t LocusTable::length() const {
  return state_->length;
}

Locus const& LocusTable::locus(std::int64_t index) const {
  expect(index >= 0 && index < size(), "LocusTable: a locus that does not exist");
  return state_->loci[static_cast<std::size_t>(index)];
}

Codes LocusTable::sequence(std::int64_t index) {
  Locus const& wanted = locus(index);
  return state_->genome ? read_window(wanted, *state_->genome) : state_->sequences.row(index);
}

std::uint64_t locus_identity(Locus const& locus, Codes const& sequence) {
  Digest digest;
  digest.update(std::as_bytes(std::span(sequence)));
  digest.update(locus.contig);
  digest.update(locus.start);
  digest.update(locus.end);
  digest.update(locus.strand == '-' ? "-" : "+");
  return digest.low64();
}

}  // namespace shoal::genome
