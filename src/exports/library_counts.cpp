// SPDX-License-Identifier: MIT
#include "exports/library_counts.hpp"

#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "library/library.hpp"
#include "scan/provenance.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::exports {

LetterCounter letter_counter(store::Reader const& reader) {
  library::Design const design = scan::design_of(reader.provenance());
  auto const holdout = parse_real(scan::value_of(reader.provenance(), "ridge.holdout"));
  if (!holdout) fail(ErrorCode::input, "the store's provenance has no number for ridge.holdout");
  std::shared_ptr<device::Backend> const backend = device::Backend::cpu(1);
  return [design, backend, share = *holdout](genome::Locus const& locus, genome::Codes const& sequence,
                                             std::optional<std::int64_t> mutants) {
    library::Design used = design;
    used.mutants = mutants.value_or(design.mutants);
    auto const made = library::make_library(*backend, used, genome::locus_identity(locus, sequence), sequence);
    auto const codes = made.codes();
    return surrogate::letter_counts(
        {codes.data(), surrogate::training_rows(made.mutants(), share), made.length(), made.length()}, 4);
  };
}

}  // namespace shoal::exports
