// SPDX-License-Identifier: MIT
#include "compare/effect_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "genome/codes.hpp"
#include "genome/record_reader.hpp"

namespace shoal::compare {

namespace {

std::size_t column_of(std::vector<std::string> const& header, std::string const& name, std::string const& path) {
  auto const found = std::ranges::find(header, name);
  if (found != header.end()) return at(found - header.begin());
  fail(ErrorCode::input, fmt::format("{} has no column {}: it has {}", path, name, join(header, ", ")));
}

std::uint8_t base_of(std::string const& allele, std::string const& where) {
  std::uint8_t const code = allele.size() == 1 ? genome::to_code(allele[0]) : genome::code_invalid;
  if (code < 4) return code;
  fail(ErrorCode::input,
       fmt::format("{}: {} is not one of A, C, G, T: only substitutions are compared", where, shoal::quoted(allele)));
}

}  // namespace

EffectTable EffectTable::read(std::string const& path) {
  EffectTable table;
  table.path_ = path;
  table.identity_ = file_digest(path);
  genome::RecordReader records(path);
  std::vector<std::string> header, fields;
  if (!records.next(header)) fail(ErrorCode::input, fmt::format("{} has no header", path));
  std::vector<std::size_t> columns;
  for (char const* const name : {"chrom", "pos", "ref", "alt", "value"}) {
    columns.push_back(column_of(header, name, path));
  }
  while (records.next(fields)) {
    std::string const where = records.where();
    if (fields.size() != header.size()) {
      fail(ErrorCode::input, fmt::format("{}: {} columns, the header has {}", where, fields.size(), header.size()));
    }
    auto const position = parse_integer(fields[columns[1]]);
    auto const value = parse_real(fields[columns[4]]);
    if (!position || *position < 1) {
      fail(ErrorCode::input, fmt::format("{}: pos {} is no position from 1", where, shoal::quoted(fields[columns[1]])));
    }
    if (!value || !std::isfinite(*value)) {
      fail(ErrorCode::input, fmt::format("{}: value {} is no number", where, shoal::quoted(fields[columns[4]])));
    }
    table.variants_[fields[columns[0]]].push_back({*position - 1, base_of(fields[columns[2]], where),
                                                   base_of(fields[columns[3]], where), *value, records.line_number()});
  }
  if (table.variants_.empty()) fail(ErrorCode::input, fmt::format("{} has no rows", path));
  for (auto& [contig, variants] : table.variants_) std::ranges::stable_sort(variants, {}, &Variant::position);
  return table;
}

EffectTable::Pairs EffectTable::pairs(genome::Locus const& locus, std::span<std::uint8_t const> codes,
                                      std::span<double const> map) const {
  Pairs found;
  auto const here = variants_.find(locus.contig);
  if (here == variants_.end()) return found;
  std::size_t const length = codes.size();
  auto next = std::ranges::lower_bound(here->second, locus.start, {}, &Variant::position);
  for (; next != here->second.end() && next->position < locus.end; ++next) {
    bool const reverse = locus.strand == '-';
    std::size_t const place = reverse ? at(locus.end - 1 - next->position) : at(next->position - locus.start);
    auto const oriented = [&](std::uint8_t base) { return static_cast<std::size_t>(reverse ? 3 - base : base); };
    if (codes[place] != oriented(next->reference)) {
      fail(ErrorCode::input, fmt::format("{}:{}: the locus {} has {} at this position, not {}", path_, next->line,
                                         shoal::quoted(locus.name),
                                         "ACGTN"[reverse && codes[place] < 4 ? 3 - codes[place] : codes[place]],
                                         "ACGT"[next->reference]));
    }
    found.predicted.push_back(map[oriented(next->alternative) * length + place] -
                              map[oriented(next->reference) * length + place]);
    found.measured.push_back(next->value);
  }
  return found;
}

}  // namespace shoal::compare
