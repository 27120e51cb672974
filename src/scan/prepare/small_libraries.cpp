// SPDX-License-Identifier: MIT
#include "scan/prepare/small_libraries.hpp"

#include "base/log.hpp"
#include "surrogate/model_size.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::scan {

void warn_of_small_libraries(std::vector<std::string> const& methods, surrogate::SurrogateOptions const& options,
                             library::Design const& design, std::int64_t length, double holdout) {
  std::vector<std::int64_t> letters;
  for (std::int64_t position = 0; position < length; ++position) {
    letters.push_back(design.may_change(position, position + 1, length) ? 4 : 1);
  }
  std::int64_t const rows = surrogate::training_rows(design.mutants, holdout);
  for (std::string const& method : methods) {
    if (!surrogate::is_surrogate(method)) continue;
    auto const text = surrogate::small_library_warning(surrogate::parse_surrogate(method), options, letters, rows,
                                                       "mutants of a locus");
    if (!text.empty()) log(LogLevel::warning, text);
  }
}

}  // namespace shoal::scan
