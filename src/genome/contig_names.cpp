// SPDX-License-Identifier: MIT
#include "genome/contig_names.hpp"

#include <fmt/core.h>

#include <cctype>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace shoal::genome {

std::string contig_key(std::string const& name) {
  auto const is = [&name](std::size_t at, char letter) {
    return at < name.size() && std::tolower(static_cast<unsigned char>(name[at])) == letter;
  };
  bool const has_prefix = is(0, 'c') && is(1, 'h') && is(2, 'r') && name.size() > 3;
  std::string key = has_prefix ? name.substr(3) : name;
  return key == "MT" ? "M" : key;
}

ContigNames::ContigNames(std::vector<std::string> const& known, std::string knowing, std::string asking)
    : knowing_(std::move(knowing)), asking_(std::move(asking)), known_(known.begin(), known.end()) {
  for (std::string const& name : known_) by_key_[contig_key(name)].push_back(name);
}

std::optional<std::string> ContigNames::known_name(std::string const& contig) const {
  if (known_.contains(contig)) return contig;
  auto const spellings = by_key_.find(contig_key(contig));
  if (spellings == by_key_.end() || spellings->second.size() != 1) return std::nullopt;
  return spellings->second.front();
}

std::optional<std::string> ContigNames::find(std::string const& contig, std::string const& where) {
  auto const before = found_.find(contig);
  if (before != found_.end()) return before->second;
  std::optional<std::string> const name = known_name(contig);
  if (name) {
    auto const [meaning, is_new] = meant_.emplace(*name, contig);
    if (!is_new) {
      fail(ErrorCode::input, fmt::format("{}: {} and {} would both be {} of {}: write contigs as it does", where,
                                         quoted(meaning->second), quoted(contig), quoted(*name), knowing_));
    }
    if (*name != contig && !std::exchange(is_said_, true)) {
      log(LogLevel::warning, fmt::format("{}: the contig {} is taken for {} of {}, and others likewise", asking_,
                                         quoted(contig), quoted(*name), knowing_));
    }
  }
  found_.emplace(contig, name);
  return name;
}

}  // namespace shoal::genome
