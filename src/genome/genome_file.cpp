// SPDX-License-Identifier: MIT
#include "genome/genome_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "genome/bgzf_handle.hpp"
#include "genome/codes.hpp"
#include "genome/fasta_index.hpp"
#include "genome/letter_counts.hpp"
#include "genome/line_reader.hpp"

namespace shoal::genome {

namespace {

// Decompressed blocks that are kept, so that loci near each other read a block only once.
constexpr int cache_bytes = 8 << 20;

// The size from which a genome without an index is worth a message.
constexpr std::uintmax_t slow_to_index = 100 << 20;

bool exists(std::string const& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

struct GenomeFile::State {
  std::string path;
  FastaIndex index;
  BgzfHandle file;
  std::unordered_set<std::string> compared;
  LetterCounts letters;  // letters of what was fetched

  void load_index(bool compressed);
  void build_index(bool compressed);
  int byte_at(std::int64_t offset);
  void compare_index(ContigEntry const& entry);
  [[noreturn]] void fail_mismatch(std::string_view contig) const;
};

void GenomeFile::State::load_index(bool compressed) {
  index = read_fasta_index(path + ".fai");
  if (!compressed) return;
  std::string const blocks = path + ".gzi";
  check_block_index(blocks);
  if (bgzf_index_load(file.get(), blocks.c_str(), nullptr) != 0) {
    fail(ErrorCode::input, fmt::format("{}: the bgzip index {} cannot be loaded", path, blocks));
  }
}

void GenomeFile::State::build_index(bool compressed) {
  std::error_code ignored;
  if (std::filesystem::file_size(path, ignored) > slow_to_index) {
    log(LogLevel::info,
        fmt::format("{}: no index (.fai{}) beside it, so all of it is read first; `samtools faidx` once "
                    "saves this at every start",
                    path, compressed ? ", .gzi" : ""));
  }
  if (compressed && bgzf_index_build_init(file.get()) != 0) fail(ErrorCode::internal, "no memory for a bgzip index");
  FastaIndexBuilder builder;
  LineBuffer line;
  std::int64_t number = 0;
  auto const where = [&] { return fmt::format("{}:{}", path, number); };
  std::int64_t begin = 0;
  int status = 0;
  while ((status = bgzf_getline(file.get(), '\n', &line.text)) >= 0) {
    ++number;
    std::int64_t const end = bgzf_utell(file.get());
    std::string_view text(line.text.s, line.text.l);
    if (number == 1) text = without_mark(text, where());
    builder.add(text, begin, end, where);
    begin = end;
  }
  if (status < -1) {
    fail(ErrorCode::input,
         fmt::format("{}: damaged or truncated after line {}: copy or compress it again", path, number));
  }
  // htslib would go on adding a block to its index whenever one is read again.
  file.get()->idx_build_otf = 0;
  index = builder.finish();
}

// The byte at an uncompressed offset, or -1 past the end.
int GenomeFile::State::byte_at(std::int64_t offset) {
  if (bgzf_useek(file.get(), offset, SEEK_SET) != 0) return -1;
  return bgzf_getc(file.get());
}

void GenomeFile::State::fail_mismatch(std::string_view contig) const {
  fail(ErrorCode::input,
       fmt::format("{}: contig {} does not lie where the index says: the genome is damaged, or its "
                   "index (.fai, .gzi) is older or another file's: make it again with `samtools faidx`",
                   path, quoted(contig)));
}

// A contig begins after a line end, and after its last base and line ends comes a header or the end of the file.
void GenomeFile::State::compare_index(ContigEntry const& entry) {
  if (entry.length == 0) return;
  if (entry.offset == 0 || byte_at(entry.offset - 1) != '\n') fail_mismatch(entry.name);
  int const last = byte_at(entry.offset_of(entry.length - 1));
  if (last < 0 || !is_sequence_character(static_cast<char>(last))) fail_mismatch(entry.name);
  int after = bgzf_getc(file.get());
  if (after >= 0 && after != '\n' && after != '\r') fail_mismatch(entry.name);
  while (after == '\n' || after == '\r') after = bgzf_getc(file.get());
  if (after >= 0 && after != '>') fail_mismatch(entry.name);
}

GenomeFile::GenomeFile(std::string path) : state_(std::make_unique<State>()) {
  state_->path = std::move(path);
  Compression const compression = LineReader(state_->path).compression();
  if (compression == Compression::gzip) {
    fail(ErrorCode::input,
         fmt::format("{}: compressed with gzip, which cannot be read at random: compress it with bgzip "
                     "(`gunzip -c FILE | bgzip > NEW`)",
                     state_->path));
  }
  bool const compressed = compression == Compression::bgzip;
  state_->file = BgzfHandle(bgzf_open(state_->path.c_str(), "r"));
  if (!state_->file) fail(ErrorCode::input, fmt::format("{}: cannot be opened", state_->path));
  if (exists(state_->path + ".fai") && (!compressed || exists(state_->path + ".gzi"))) {
    state_->load_index(compressed);
  } else {
    state_->build_index(compressed);
  }
  if (state_->index.contigs.empty()) fail(ErrorCode::input, fmt::format("{}: the genome has no contig", state_->path));
  if (compressed) bgzf_set_cache_size(state_->file.get(), cache_bytes);
}

GenomeFile::GenomeFile(GenomeFile&&) noexcept = default;
GenomeFile& GenomeFile::operator=(GenomeFile&&) noexcept = default;
GenomeFile::~GenomeFile() = default;

std::string const& GenomeFile::path() const {
  return state_->path;
}

std::vector<std::string> GenomeFile::contigs() const {
  std::vector<std::string> names;
  for (ContigEntry const& entry : state_->index.contigs) names.push_back(entry.name);
  return names;
}

std::int64_t GenomeFile::length(std::string const& contig) {
  auto const found = state_->index.by_name.find(contig);
  if (found == state_->index.by_name.end()) return -1;
  ContigEntry const& entry = state_->index.contigs[found->second];
  if (state_->compared.insert(contig).second) state_->compare_index(entry);
  return entry.length;
}

std::string GenomeFile::fetch(std::string const& contig, std::int64_t start, std::int64_t end) {
  auto const found = state_->index.by_name.find(contig);
  expect(found != state_->index.by_name.end(), "GenomeFile: a contig that does not exist");
  ContigEntry const& entry = state_->index.contigs[found->second];
  expect(0 <= start && start <= end && end <= entry.length, "GenomeFile: an interval outside its contig");
  if (start == end) return {};
  std::int64_t const first = entry.offset_of(start);
  std::string bytes(static_cast<std::size_t>(entry.offset_of(end - 1) + 1 - first), '\0');
  bool const read = bgzf_useek(state_->file.get(), first, SEEK_SET) == 0 &&
                    bgzf_read(state_->file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (!read) state_->fail_mismatch(contig);
  std::erase_if(bytes, [](char byte) { return byte == '\n' || byte == '\r'; });
  bool const is_sequence = static_cast<std::int64_t>(bytes.size()) == end - start &&
                           std::all_of(bytes.begin(), bytes.end(), is_sequence_character);
  if (!is_sequence) state_->fail_mismatch(contig);
  state_->letters.add(bytes, [&] { return fmt::format("{}:{}-{}", contig, start, end); });
  return bytes;
}

void GenomeFile::check_letters() {
  state_->letters.refuse_foreign(state_->path);
  state_->letters.report(state_->path);
}

}  // namespace shoal::genome
