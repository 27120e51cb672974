// SPDX-License-Identifier: MIT
#include "app/command_line/config_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

bool is_control(char character) {
  auto const byte = static_cast<unsigned char>(character);
  return (byte < 0x20 && character != '\t') || byte == 0x7f;
}

// The line without its comment, trimmed.
std::string_view content_of(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    bool const opens = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
    if (line[i] == '#' && opens) return trim(line.substr(0, i));
  }
  return trim(line);
}

ConfigEntry parse_entry(std::string_view content, std::string const& section, std::size_t line,
                        std::string const& where) {
  auto const equals = content.find('=');
  std::string const name(trim(content.substr(0, equals)));
  if (equals == std::string_view::npos || name.empty()) {
    fail(ErrorCode::config, fmt::format("{}: {} is neither \"key = value\", nor a \"[heading]\", nor a \"# comment\"",
                                        where, shoal::quoted(content)));
  }
  return {.key = name.substr(name.rfind('.') + 1),
          .written = section.empty() ? name : fmt::format("{}.{}", section, name),
          .value = std::string(trim(content.substr(equals + 1))),
          .line = line};
}

}  // namespace

std::vector<ConfigEntry> read_config_file(std::string const& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    fail(ErrorCode::config, fmt::format("cannot read the configuration file {}: it is a folder", path));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail(ErrorCode::config, fmt::format("cannot read the configuration file {}: {}", path, std::strerror(errno)));
  }
  std::vector<ConfigEntry> entries;
  std::string section;
  std::string text;
  for (std::size_t line = 1; std::getline(file, text); ++line) {
    std::string const where = fmt::format("{}:{}", path, line);
    if (line == 1) {
      if (auto const objection = encoding_objection(text); !objection.empty()) {
        fail(ErrorCode::config, fmt::format("{}: {}", where, objection));
      }
      if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    }
    if (text.ends_with('\r')) text.pop_back();
    if (std::any_of(text.begin(), text.end(), is_control)) {
      fail(ErrorCode::config,
           fmt::format("{}: a control character in {}: is this a text file?", where, shoal::quoted(text)));
    }
    std::string_view const content = content_of(text);
    if (content.empty()) continue;
    if (content.starts_with('[') && content.ends_with(']')) {
      section = trim(content.substr(1, content.size() - 2));
    } else {
      entries.push_back(parse_entry(content, section, line, where));
    }
  }
  if (file.bad()) fail(ErrorCode::config, fmt::format("cannot read the configuration file {} to its end", path));
  return entries;
}

}  // namespace shoal::app
