// SPDX-License-Identifier: MIT
#include "genome/vcf_file.hpp"

#include <fmt/core.h>
#include <htslib/hts_log.h>
#include <htslib/kseq.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_handle.hpp"
#include "genome/bgzf_handle.hpp"
#include "genome/line_reader.hpp"
#include "genome/vcf_objection.hpp"

namespace shoal::genome {

namespace {

struct FileTraits {
  using type = htsFile*;
  static type null() { return nullptr; }
  static void release(type file) { static_cast<void>(hts_close(file)); }
};
struct HeaderTraits {
  using type = bcf_hdr_t*;
  static type null() { return nullptr; }
  static void release(type header) { bcf_hdr_destroy(header); }
};
struct RecordTraits {
  using type = bcf1_t*;
  static type null() { return nullptr; }
  static void release(type record) { bcf_destroy(record); }
};

// htslib does not know byte order marks: a file with one, from an editor or a spreadsheet, is given to it from memory.
htsFile* open_without_mark(std::string const& path, std::string const& first_line, LineReader& rest) {
  std::string text = first_line + '\n';
  for (std::string line; rest.next(line);) text += line + '\n';
  hFILE* const file = open_memory(text);
  if (file == nullptr) return nullptr;
  // Beside `path` htslib looks for an index.
  htsFile* const opened = hts_hopen(file, path.c_str(), "r");
  if (opened == nullptr) hclose_abruptly(file);
  return opened;
}

bool is_blank(kstring_t const& text) {
  return trim(std::string_view(text.s, text.l)).empty();
}

char const* mode_of(std::string const& path) {
  if (path.ends_with(".gz")) return "wz";
  return path.ends_with(".bcf") ? "wb" : "w";
}

}  // namespace

struct VcfFile::State {
  std::string path;
  UniqueHandle<FileTraits> file;
  UniqueHandle<HeaderTraits> header;
  UniqueHandle<RecordTraits> record;
  std::int64_t number = 0;  // number of the record, from 1
  LineBuffer buffer;        // the record's line, which htslib changes
  std::string line;         // the record's line before that
  std::size_t header_columns = 0;

  std::string output;
  UniqueHandle<FileTraits> annotated;
  std::vector<InfoField> fields;

  bool is_text() const { return file.get()->format.format == vcf; }
  // "file:line", or "file: record N" of a BCF, which has no lines.
  std::string place() const {
    return is_text() ? fmt::format("{}:{}", path, file.get()->lineno) : fmt::format("{}: record {}", path, number);
  }
  int read();
  bool at_blank_end();
  [[noreturn]] void fail_record() const;
  [[noreturn]] void fail_output() const {
    fail(ErrorCode::output, fmt::format("cannot write {}: {}", output, std::strerror(errno)));
  }
};

// As bcf_read: -1 at the end, less for a record that cannot be read. Errors: input.
int VcfFile::State::read() {
  ++number;
  if (!is_text()) return bcf_read(file.get(), header.get(), record.get());
  int const length = hts_getline(file.get(), KS_SEP_LINE, &buffer.text);
  line.clear();
  if (length < 0) return length;
  if (is_blank(buffer.text) && at_blank_end()) return -1;
  line.assign(buffer.text.s, buffer.text.l);
  if (std::string const objection = vcf_objection(line); !objection.empty()) {
    fail(ErrorCode::input, fmt::format("{}: {}", place(), objection));
  }
  // htslib drops the surplus, and cannot write a record that has too little.
  auto const columns = static_cast<std::size_t>(std::count(line.begin(), line.end(), '\t')) + 1;
  if (columns != header_columns && !(bcf_hdr_nsamples(header.get()) == 0 && columns == header_columns + 1)) return -2;
  return vcf_parse(&buffer.text, header.get(), record.get()) == 0 ? 0 : -2;
}

// Whether only blank lines follow the blank line that was read. Errors: input, at that line, when others follow.
bool VcfFile::State::at_blank_end() {
  std::string const blank = place();
  int length = 0;
  while ((length = hts_getline(file.get(), KS_SEP_LINE, &buffer.text)) >= 0) {
    if (!is_blank(buffer.text)) fail(ErrorCode::input, fmt::format("{}: the line is blank", blank));
  }
  return length == -1;
}

void VcfFile::State::fail_record() const {
  if (!is_text() || line.empty())
    fail(ErrorCode::input, fmt::format("{}: damaged or truncated: copy or compress it again", place()));
  fail(ErrorCode::input, fmt::format("{}: {}", place(), vcf_refusal(line, header_columns)));
}

std::string info_id(std::string const& text) {
  std::string id;
  for (char const character : text) {
    bool const plain = std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_' || character == '.';
    id += plain ? character : '_';
  }
  bool const begins_well = !id.empty() && (std::isalpha(static_cast<unsigned char>(id.front())) != 0 || id[0] == '_');
  return begins_well ? id : fmt::format("_{}", id);
}

VcfFile::VcfFile(std::string path) : state_(std::make_unique<State>()) {
  // Says clearly what is wrong with a file that is missing, empty, a folder or cut short.
  LineReader readable(path);
  std::string first_line;
  readable.next(first_line);
  state_->path = std::move(path);
  hts_set_log_level(HTS_LOG_OFF);
  state_->file = UniqueHandle<FileTraits>(readable.had_mark() ? open_without_mark(state_->path, first_line, readable)
                                                              : hts_open(state_->path.c_str(), "r"));
  if (!state_->file) fail(ErrorCode::input, fmt::format("{}: cannot be opened as VCF", state_->path));
  state_->header = UniqueHandle<HeaderTraits>(bcf_hdr_read(state_->file.get()));
  if (!state_->header) {
    for (std::string line; readable.next(line) && line.starts_with('#');) {
    }
    fail(ErrorCode::input,
         fmt::format("{}: no VCF: its header (##fileformat=VCFv4…, #CHROM line) cannot be read", state_->path));
  }
  // FORMAT comes with samples only: without them it may be there or not.
  auto const samples = static_cast<std::size_t>(bcf_hdr_nsamples(state_->header.get()));
  constexpr std::size_t fixed_columns = 8;
  state_->header_columns = samples == 0 ? fixed_columns : fixed_columns + 1 + samples;
  state_->record = UniqueHandle<RecordTraits>(bcf_init());
  expect(static_cast<bool>(state_->record), "no memory for a VCF record");
}

VcfFile::VcfFile(VcfFile&&) noexcept = default;

VcfFile::~VcfFile() {
  if (!state_ || !state_->annotated) return;
  state_->annotated.reset();
  std::remove((state_->output + ".partial").c_str());
}

std::optional<Variant> VcfFile::next() {
  bcf1_t* const record = state_->record.get();
  int const status = state_->read();
  if (status == -1) return std::nullopt;
  // Contigs, filters and fields that the header does not declare are common; htslib adds them.
  constexpr int harmless = BCF_ERR_CTG_UNDEF | BCF_ERR_TAG_UNDEF;
  bool const broken = status < -1 || (record->errcode & ~harmless) != 0;
  if (broken || bcf_unpack(record, BCF_UN_INFO) != 0 || record->n_allele < 1) state_->fail_record();
  // htslib reads such records of BCF, and refuses to write them.
  if (static_cast<int>(record->n_sample) != bcf_hdr_nsamples(state_->header.get())) state_->fail_record();
  record->errcode = 0;
  Variant variant;
  variant.contig = bcf_seqname_safe(state_->header.get(), record);
  variant.position = record->pos;
  if (std::string const id = record->d.id; id != ".") variant.id = id;
  variant.reference = record->d.allele[0];
  for (int allele = 1; allele < record->n_allele; ++allele) {
    variant.alternatives.emplace_back(record->d.allele[allele]);
  }
  auto const is_empty = [](std::string const& allele) { return allele.empty(); };
  if (is_empty(variant.reference) || std::ranges::any_of(variant.alternatives, is_empty)) state_->fail_record();
  return variant;
}

std::string VcfFile::where() const {
  return fmt::format("{} ({}:{})", state_->place(), bcf_seqname_safe(state_->header.get(), state_->record.get()),
                     state_->record.get()->pos + 1);
}

void VcfFile::annotate_to(std::string path, std::vector<InfoField> const& fields) {
  bcf_hdr_t* const header = state_->header.get();
  for (InfoField const& field : fields) {
    if (bcf_hdr_id2int(header, BCF_DT_ID, field.id.c_str()) >= 0 &&
        bcf_hdr_idinfo_exists(header, BCF_HL_INFO, bcf_hdr_id2int(header, BCF_DT_ID, field.id.c_str()))) {
      fail(ErrorCode::config, fmt::format("{}: has an INFO field {} already: give the model another name (--model "
                                          "NAME=FILE)",
                                          state_->path, field.id));
    }
    std::string const line = fmt::format("##INFO=<ID={},Number=A,Type={},Description=\"{}\">", field.id,
                                         field.is_text ? "String" : "Float", field.description);
    expect(bcf_hdr_append(header, line.c_str()) == 0, "a VCF header line cannot be added");
  }
  expect(bcf_hdr_sync(header) == 0, "no memory for a VCF header");
  state_->fields = fields;
  state_->output = std::move(path);
  state_->annotated =
      UniqueHandle<FileTraits>(hts_open((state_->output + ".partial").c_str(), mode_of(state_->output)));
  if (!state_->annotated || bcf_hdr_write(state_->annotated.get(), header) != 0) state_->fail_output();
}

void VcfFile::write(std::vector<InfoValues> const& values) {
  bcf_hdr_t* const header = state_->header.get();
  bcf1_t* const record = state_->record.get();
  expect(values.size() == state_->fields.size(), "a record needs the values of every field");
  for (std::size_t field = 0; field < values.size(); ++field) {
    char const* const id = state_->fields[field].id.c_str();
    int status = 0;
    if (state_->fields[field].is_text) {
      std::vector<std::string> texts = values[field].texts;
      for (std::string& text : texts) text = text.empty() ? "." : text;
      if (!texts.empty()) status = bcf_update_info_string(header, record, id, join(texts, ",").c_str());
    } else {
      std::vector<float> numbers;
      for (auto const& number : values[field].numbers) {
        numbers.push_back(static_cast<float>(number.value_or(0.0)));
        if (!number) bcf_float_set_missing(numbers.back());
      }
      if (!numbers.empty()) {
        status = bcf_update_info_float(header, record, id, numbers.data(), static_cast<int>(numbers.size()));
      }
    }
    expect(status == 0, "an INFO field cannot be added");
  }
  if (bcf_write(state_->annotated.get(), header, record) != 0) state_->fail_output();
}

void VcfFile::publish() {
  if (hts_close(state_->annotated.release()) != 0) state_->fail_output();
  if (std::rename((state_->output + ".partial").c_str(), state_->output.c_str()) != 0) state_->fail_output();
}

}  // namespace shoal::genome
