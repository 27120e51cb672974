// SPDX-License-Identifier: MIT
#include "variants/records/alleles.hpp"

#include <algorithm>

#include "genome/codes.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::variants {

namespace {

bool is_plain(std::string const& allele) {
  return !allele.empty() && std::all_of(allele.begin(), allele.end(),
                                        [](char letter) { return genome::to_code(letter) < kernels::code_n; });
}

// Codes of [start, end), N where the contig ends before or has not begun.
genome::Codes padded(genome::GenomeFile& genome, std::string const& contig, std::int64_t start, std::int64_t end) {
  std::int64_t const first = std::max<std::int64_t>(start, 0);
  std::int64_t const last = std::max(first, std::min(end, genome.length(contig)));
  genome::Codes codes(static_cast<std::size_t>(end - start), kernels::code_n);
  if (first == last || first >= end) return codes;
  genome::Codes const known = genome::to_codes(genome.fetch(contig, first, last));
  std::copy(known.begin(), known.end(), codes.begin() + (first - start));
  return codes;
}

}  // namespace

std::string allele_objection(std::string const& reference, std::string const& alternative) {
  if (alternative == "*") return "overlapping_deletion";
  if (alternative == ".") return "no_alternative";
  if (alternative.starts_with('<')) return "symbolic";
  if (alternative.find_first_of("[].") != std::string::npos) return "breakend";
  if (!is_plain(reference) || !is_plain(alternative)) return "not_ACGT";
  return genome::to_codes(reference) == genome::to_codes(alternative) ? "same_as_reference" : "";
}

AlleleWindows allele_windows(genome::GenomeFile& genome, genome::Variant const& variant, std::string const& alternative,
                             std::int64_t length) {
  if (auto objection = allele_objection(variant.reference, alternative); !objection.empty()) {
    return {objection, {}, {}};
  }
  auto const replaced = static_cast<std::int64_t>(variant.reference.size());
  auto const inserted = static_cast<std::int64_t>(alternative.size());
  if (std::max(replaced, inserted) > length / 2) return {"longer_than_half_the_window", {}, {}};
  std::int64_t const contig_length = genome.length(variant.contig);
  if (contig_length < 0) return {"unknown_contig", {}, {}};
  bool const is_inside = variant.position >= 0 && variant.position + replaced <= contig_length;
  if (!is_inside || padded(genome, variant.contig, variant.position, variant.position + replaced) !=
                        genome::to_codes(variant.reference)) {
    return {"reference_mismatch", {}, {}};
  }
  std::int64_t const start = variant.position - length / 2;
  genome::Codes const around = padded(genome, variant.contig, start, start + length + replaced);
  AlleleWindows windows;
  windows.reference.assign(around.begin(), around.begin() + length);
  auto const place = around.begin() + length / 2;
  windows.alternative.assign(around.begin(), place);
  genome::Codes const allele = genome::to_codes(alternative);
  windows.alternative.insert(windows.alternative.end(), allele.begin(), allele.end());
  windows.alternative.insert(windows.alternative.end(), place + replaced, around.end());
  windows.alternative.resize(static_cast<std::size_t>(length));
  return windows;
}

}  // namespace shoal::variants
