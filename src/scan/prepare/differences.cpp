// SPDX-License-Identifier: MIT
#include "scan/prepare/differences.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace shoal::scan {

namespace {

// Longer values are shown from shortly before the place where they differ.
constexpr std::size_t longest_shown = 120;
constexpr std::size_t shown_before = 20;

std::string shown(std::string const& value, std::string const& other) {
  if (value.size() <= longest_shown) return value;
  auto const parting = std::mismatch(value.begin(), value.end(), other.begin(), other.end()).first;
  auto const place = static_cast<std::size_t>(parting - value.begin());
  std::size_t const from = place > shown_before ? place - shown_before : 0;
  std::string const piece = value.substr(from, longest_shown);
  return fmt::format("{}{}{} ({} bytes, parting at {})", from > 0 ? "…" : "", piece,
                     from + piece.size() < value.size() ? "…" : "", value.size(), place);
}

// What a digest stands for, if it differs: two digests tell a reader nothing.
std::string meaning(std::string const& key) {
  if (key == "loci.digest") return "coordinates, strands, names or bases of the loci differ; ";
  if (key == "source.digest") return "the store whose scores are fitted differs; ";
  if (key.starts_with("model.") && key.ends_with(".digest")) return "weights or layers of the network differ; ";
  return "";
}

std::string value_in(store::Provenance const& provenance, std::string const& key) {
  auto const found =
      std::find_if(provenance.begin(), provenance.end(), [&](auto const& pair) { return pair.first == key; });
  return found == provenance.end() ? "(nothing)" : found->second;
}

std::string described(genome::Locus const& locus) {
  return fmt::format("{}:{}-{} ({}) {}", locus.contig, locus.start, locus.end, locus.strand, locus.name);
}

bool same_place(genome::Locus const& one, genome::Locus const& other) {
  return one.contig == other.contig && one.start == other.start && one.end == other.end && one.strand == other.strand &&
         one.name == other.name;
}

// How the sequence of a row that is not pending differs; nothing if it does not.
std::optional<std::string> other_bases(std::string const& stored, std::string const& now) {
  if (stored == now) return std::nullopt;
  if (stored.size() != now.size()) return fmt::format("stored {} bases, now {}", stored.size(), now.size());
  std::size_t first = stored.size();
  std::size_t count = 0;
  for (std::size_t position = stored.size(); position-- > 0;) {
    if (stored[position] == now[position]) continue;
    first = position;
    ++count;
  }
  return fmt::format("{} of its {} bases {}, at position {} (from 0, in its orientation): stored {}, now {}", count,
                     stored.size(), count == 1 ? "differs" : "differ, first", first, stored[first], now[first]);
}

std::optional<std::string> other_treatment(store::Status stored, LocusJob const& now) {
  bool const was_skipped = stored == store::Status::skipped;
  bool const is_skipped = now.status == store::Status::skipped;
  if (was_skipped == is_skipped) return std::nullopt;
  return is_skipped ? "stored with results, now skipped: " + now.message : "stored as skipped, now to be computed";
}

}  // namespace

std::string differences(store::Provenance const& stored, store::Provenance const& now) {
  std::string text;
  for (auto const& [key, value] : stored) {
    if (std::string const other = value_in(now, key); other != value) {
      text += fmt::format("\n  {}: {}stored {}, now {}", key, other == "(nothing)" ? "" : meaning(key),
                          shown(value, other), shown(other, value));
    }
  }
  for (auto const& [key, value] : now) {
    if (value_in(stored, key) == "(nothing)")
      text += fmt::format("\n  {}: stored (nothing), now {}", key, shown(value, ""));
  }
  return text;
}

bool loci_differ(store::Provenance const& stored, store::Provenance const& now) {
  return value_in(stored, "loci.digest") != value_in(now, "loci.digest");
}

std::string first_different_locus(store::Reader const& stored, std::int64_t loci,
                                  std::function<LocusJob(std::int64_t row)> const& now) {
  constexpr std::int64_t block = 1000;
  std::int64_t const common = std::min(loci, stored.schema().loci);
  auto const statuses = stored.statuses();
  for (std::int64_t first = 0; first < common; first += block) {
    std::int64_t const count = std::min(block, common - first);
    auto const places = stored.loci(first, count);
    auto const sequences = stored.sequences(first, count);
    for (std::int64_t row = first; row < first + count; ++row) {
      auto const place = static_cast<std::size_t>(row - first);
      LocusJob const job = now(row);
      std::string const known = described(places[place]);
      if (!same_place(places[place], job.locus)) {
        return fmt::format("row {} (from 0): stored {}, now {}", row, known, described(job.locus));
      }
      auto const status = statuses[static_cast<std::size_t>(row)];
      if (status == store::Status::pending) continue;
      auto difference = other_bases(sequences[place], genome::to_text(job.sequence));
      if (!difference) difference = other_treatment(status, job);
      if (difference) return fmt::format("row {} (from 0), {}: {}", row, known, *difference);
    }
  }
  if (loci != stored.schema().loci) {
    return fmt::format("the first {} are the same; stored {}, now {}", common, stored.schema().loci, loci);
  }
  return "all have the same coordinates, strands and names, and those that were computed the same bases: bases of loci "
         "that are still pending differ, in the genome or because windows over the edges of contigs are skipped or not";
}

}  // namespace shoal::scan
