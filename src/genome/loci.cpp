// SPDX-License-Identifier: MIT
#include "genome/loci.hpp"

#include <fmt/core.h>

#include <optional>
#include <span>
#include <utility>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "genome/bed_reader.hpp"
#include "genome/contig_names.hpp"
#include "genome/fasta_name.hpp"
#include "genome/genome_file.hpp"
#include "genome/packed_rows.hpp"
#include "genome/sequence_reader.hpp"
#include "genome/window.hpp"

namespace shoal::genome {

struct LocusTable::State {
  std::vector<Locus> loci;
  std::int64_t length = 0;
  std::optional<GenomeFile> genome;  // windows that are read when they are asked for
  PackedRows sequences;              // ready sequences, without a genome

  void read_windows(LociOptions const& options);
  void read_sequences(LociOptions const& options);
};

namespace {

// A file of loci: its name in messages, and its bytes if it is standard input.
struct Source {
  std::string name;
  std::string const* bytes;

  Source(std::string const& file, LociOptions const& options)
      : name(file == standard_input_name ? "standard input" : file),
        bytes(file == standard_input_name ? &options.standard_input : nullptr) {}
};

// Reports how many names were coordinates, since that decides the identity of a locus.
class PlaceCounts {
 public:
  void add(std::optional<NamedPlace> const& place) {
    ++records_;
    if (place) ++(place->counts_from_one ? from_one_ : from_zero_);
  }
  void report(std::string const& path) const {
    if (from_zero_ + from_one_ == 0) return;
    std::vector<std::string> kinds;
    if (from_zero_ > 0) kinds.push_back(fmt::format("{} from 0, half-open", from_zero_));
    if (from_one_ > 0) kinds.push_back(fmt::format("{} from 1, inclusive", from_one_));
    log(LogLevel::info, fmt::format("{}: of {} names of records, {} are coordinates ({}); --fasta-coordinates off "
                                    "takes them for names",
                                    path, records_, from_zero_ + from_one_, join(kinds, "; ")));
  }

 private:
  std::int64_t records_ = 0, from_zero_ = 0, from_one_ = 0;
};

// A longer window has no packed form (kernels::PackedSequences), and no network reads one.
constexpr std::int64_t largest_length = std::int64_t{1} << 30;

void check(LociOptions const& options) {
  bool const windows = !options.genome.empty() || !options.loci.empty();
  if (options.fasta.empty() != windows || (windows && (options.genome.empty() || options.loci.empty()))) {
    fail(ErrorCode::config, "give either --fasta FILE, or --genome FILE and --loci BED");
  }
  if (options.length < 0 || options.length > largest_length) {
    fail(ErrorCode::config, fmt::format("--length {} is not from 1 to {}", options.length, largest_length));
  }
  if (windows && options.anchor == Anchor::summit && options.length == 0 && options.default_length == 0) {
    fail(ErrorCode::config, "the anchor 'summit' needs --length, the length of the window around it");
  }
}

// Reports that rows became windows of a length that nobody asked for; silent if every row has that length by itself.
void report_default_length(LociOptions const& options, std::string const& file, std::int64_t others, std::size_t rows) {
  bool const at_summits = options.anchor == Anchor::summit;
  if (options.length > 0 || options.default_length == 0 || (others == 0 && !at_summits)) return;
  log(LogLevel::info,
      fmt::format("{}: {} of {} rows are not {} bases wide, which is what the network reads; windows "
                  "of {} bases around each row's {} are taken (--length {} says so without this notice)",
                  file, others, rows, options.default_length, options.default_length,
                  at_summits ? "summit" : "midpoint", options.default_length));
}

}  // namespace

void LocusTable::State::read_windows(LociOptions const& given) {
  LociOptions options = given;
  if (options.length == 0) options.length = options.default_length;
  genome.emplace(options.genome);
  Source const source(given.loci, given);
  BedReader rows(source.name, options.anchor, source.bytes);
  ContigNames names(genome->contigs(), "the genome " + genome->path(), source.name);
  std::int64_t first_line = 0;
  std::int64_t others = 0;
  while (auto row = rows.next()) {
    others += row->end - row->start == options.length ? 0 : 1;
    if (auto const name = names.find(row->contig, rows.where())) row->contig = *name;
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
  if (loci.empty()) fail(ErrorCode::input, fmt::format("{}: holds no locus", source.name));
  report_default_length(given, source.name, others, loci.size());
}

void LocusTable::State::read_sequences(LociOptions const& options) {
  Source const source(options.fasta, options);
  SequenceReader records(source.name, source.bytes);
  PlaceCounts places;
  std::string first = "--length";
  length = options.length;
  while (auto record = records.next()) {
    auto const bases = static_cast<std::int64_t>(record->sequence.size());
    if (length == 0) {
      length = bases;
      first = fmt::format("that of line {}", record->line);
    }
    if (bases != length || bases > largest_length) {
      records.refuse_foreign();  // a better explanation of the length
      fail(ErrorCode::input,
           fmt::format("{}:{}: the record {} has {} bases, but {} has {}: all sequences of a scan have "
                       "one length",
                       source.name, record->line, quoted(record->name), bases, first, length));
    }
    sequences.append(record->sequence);
    auto const place = options.fasta_coordinates ? place_in_name(record->name, bases) : std::nullopt;
    places.add(place);
    if (place) {
      loci.push_back(Locus{place->contig, place->start, place->end, place->strand, record->name, ""});
    } else {
      loci.push_back(Locus{record->name, 0, bases, '+', record->name, ""});
    }
  }
  if (loci.empty()) fail(ErrorCode::input, fmt::format("{}: holds no sequence", source.name));
  places.report(source.name);
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

void LocusTable::check_letters() {
  if (state_->genome) state_->genome->check_letters();
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
