// SPDX-License-Identifier: MIT
#include "genome/line_reader.hpp"

#include <fmt/core.h>
#include <htslib/hts_log.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "genome/bgzf_handle.hpp"

namespace shoal::genome {

namespace {

std::string system_reason(int number) {
  return std::generic_category().message(number);
}

void expect_input_file(std::string const& path) {
  std::error_code error;
  auto const status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    fail(ErrorCode::input,
         fmt::format("{}: cannot be read: {}", path, error ? error.message() : system_reason(ENOENT)));
  }
  if (std::filesystem::is_directory(status)) fail(ErrorCode::input, fmt::format("{}: is a folder, not a file", path));
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, error) == 0) {
    fail(ErrorCode::input, fmt::format("{}: the file is empty", path));
  }
}

}  // namespace

std::string_view without_mark(std::string_view first_line, std::string const& where) {
  if (auto const objection = encoding_objection(first_line); !objection.empty()) {
    fail(ErrorCode::input, fmt::format("{}: {}", where, objection));
  }
  if (first_line.starts_with(byte_order_mark)) first_line.remove_prefix(byte_order_mark.size());
  return first_line;
}

struct LineReader::State {
  std::string path;
  BgzfHandle file;
  Compression compression = Compression::none;
  std::int64_t line_number = 0;
  bool had_mark = false;
  LineBuffer buffer;
};

LineReader::LineReader(std::string path, std::string const* bytes) : state_(std::make_unique<State>()) {
  if (bytes == nullptr) {
    expect_input_file(path);
  } else if (bytes->empty()) {
    fail(ErrorCode::input, fmt::format("{}: the file is empty", path));
  }
  // htslib prints its own messages; ours name the file and the line.
  hts_set_log_level(HTS_LOG_OFF);
  state_->path = std::move(path);
  errno = 0;
  if (bytes == nullptr) {
    state_->file = BgzfHandle(bgzf_open(state_->path.c_str(), "r"));
  } else if (hFILE* const memory = open_memory(*bytes)) {
    state_->file = BgzfHandle(bgzf_hopen(memory, "r"));
    if (!state_->file) hclose_abruptly(memory);
  }
  if (!state_->file) {
    fail(ErrorCode::input, fmt::format("{}: cannot be opened: {}", state_->path, system_reason(errno)));
  }
  int const kind = bgzf_compression(state_->file.get());
  state_->compression = kind == 0 ? Compression::none : (kind == 1 ? Compression::gzip : Compression::bgzip);
  if (state_->compression == Compression::bgzip && bgzf_check_EOF(state_->file.get()) == 0) {
    fail(ErrorCode::input,
         fmt::format("{}: the bgzip file is truncated (its end marker is missing): copy or compress it again",
                     state_->path));
  }
}

LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

bool LineReader::next(std::string& line) {
  int const length = bgzf_getline(state_->file.get(), '\n', &state_->buffer.text);
  if (length == -1) return false;
  if (length < -1) {
    fail(ErrorCode::input, fmt::format("{}: damaged or truncated after line {}: copy or compress it again",
                                       state_->path, state_->line_number));
  }
  ++state_->line_number;
  std::string_view text(state_->buffer.text.s, state_->buffer.text.l);
  if (state_->line_number == 1) {
    state_->had_mark = text.starts_with(byte_order_mark);
    text = without_mark(text, where());
  }
  line.assign(text);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

std::int64_t LineReader::line_number() const {
  return state_->line_number;
}
std::string LineReader::where() const {
  return fmt::format("{}:{}", state_->path, state_->line_number);
}
bool LineReader::had_mark() const {
  return state_->had_mark;
}
Compression LineReader::compression() const {
  return state_->compression;
}

}  // namespace shoal::genome
