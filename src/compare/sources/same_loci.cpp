// SPDX-License-Identifier: MIT
#include "compare/sources/same_loci.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace shoal::compare {

namespace {

constexpr std::int64_t block = 4096;  // rows that are read at a time

bool is_same(genome::Locus const& one, std::int64_t one_length, genome::Locus const& other, std::int64_t other_length) {
  auto const minus = [](genome::Locus const& locus) { return locus.strand == '-'; };
  return one.contig == other.contig && one.name == other.name && minus(one) == minus(other) &&
         one.start + one_length / 2 == other.start + other_length / 2;
}

}  // namespace

std::string place_text(genome::Locus const& locus) {
  return fmt::format("{} ({}:{}-{}, {})", shoal::quoted(locus.name), locus.contig, locus.start, locus.end,
                     locus.strand);
}

void check_same_loci(store::Reader const& first, store::Reader const& other) {
  if (&first == &other) return;
  std::int64_t const rows = first.schema().loci;
  if (other.schema().loci != rows) {
    fail(ErrorCode::input, fmt::format("{} has {} loci and {} has {}: a comparison needs the same loci", first.path(),
                                       rows, other.path(), other.schema().loci));
  }
  for (std::int64_t start = 0; start < rows; start += block) {
    auto const count = std::min(block, rows - start);
    auto const here = first.loci(start, count);
    auto const there = other.loci(start, count);
    for (std::int64_t i = 0; i < count; ++i) {
      if (is_same(here[at(i)], first.schema().length, there[at(i)], other.schema().length)) continue;
      fail(ErrorCode::input, fmt::format("{} has other loci than {}: row {} is {} there and {} here", other.path(),
                                         first.path(), start + i, place_text(here[at(i)]), place_text(there[at(i)])));
    }
  }
}

std::string contents_digest(store::Reader const& reader) {
  Digest digest;
  for (auto const& [key, value] : reader.provenance()) {
    digest.update(key);
    digest.update(value);
  }
  for (store::Status const status : reader.statuses()) digest.update(static_cast<std::int64_t>(status));
  return digest.hex();
}

}  // namespace shoal::compare
