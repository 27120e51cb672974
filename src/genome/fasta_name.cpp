// SPDX-License-Identifier: MIT
#include "genome/fasta_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace shoal::genome {

namespace {

constexpr std::string_view reversed_suffix = "/rc";
// The most digits of a coordinate, so that sums cannot overflow.
constexpr std::size_t most_digits = 15;

std::optional<std::int64_t> digits(std::string_view text) {
  bool const plain = !text.empty() && text.size() <= most_digits &&
                     std::all_of(text.begin(), text.end(), [](char digit) { return digit >= '0' && digit <= '9'; });
  return plain ? parse_integer(text) : std::nullopt;
}

// Removes "(+)", "(-)" or "(.)" from the end of `name`.
std::optional<char> take_strand(std::string_view& name) {
  if (name.size() < 3 || name.back() != ')' || name[name.size() - 3] != '(') return std::nullopt;
  char const strand = name[name.size() - 2];
  if (strand != '+' && strand != '-' && strand != '.') return std::nullopt;
  name.remove_suffix(3);
  return strand;
}

}  // namespace

std::optional<NamedPlace> place_in_name(std::string_view name, std::int64_t bases) {
  if (auto const text = name.rfind("::"); text != std::string_view::npos) name.remove_prefix(text + 2);
  NamedPlace place;
  bool const is_reversed = name.ends_with(reversed_suffix);
  if (is_reversed) {
    name.remove_suffix(reversed_suffix.size());
    place.strand = '-';
  } else {
    place.strand = take_strand(name).value_or('+');
  }
  auto const colon = name.rfind(':');
  auto const dash = name.rfind('-');
  if (colon == std::string_view::npos || colon == 0 || dash == std::string_view::npos || dash < colon) {
    return std::nullopt;
  }
  auto const first = digits(name.substr(colon + 1, dash - colon - 1));
  auto const last = digits(name.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  place.contig = name.substr(0, colon);
  place.end = *last;
  place.counts_from_one = *last - *first + 1 == bases;
  place.start = place.counts_from_one ? *first - 1 : *first;
  bool const is_place = place.start >= 0 && place.end - place.start == bases;
  // Only samtools writes "/rc".
  return is_place && (place.counts_from_one || !is_reversed) ? std::optional(place) : std::nullopt;
}

}  // namespace shoal::genome
