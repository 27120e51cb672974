// SPDX-License-Identifier: MIT
// The pair of numpy archives that tf-modisco reads.
#include "base/error.hpp"
#include "exports/export.hpp"
#include "exports/formats/layouts.hpp"
#include "exports/formats/numbers.hpp"
#include "exports/numpy_archive.hpp"

namespace shoal::exports {

void export_modisco(ExportSource const& source, std::string const& prefix, FloatWidth width) {
  expect_rows(source);
  if (prefix.empty()) fail(ErrorCode::config, "no --output was given: archives do not go to standard output");
  std::vector<std::int64_t> const shape = {static_cast<std::int64_t>(source.rows().size()), 4, source.length()};
  std::string const stem = without_suffix(prefix, ".npz");
  NumpyArchive sequences(stem + "_oh.npz", "arr_0", "|i1", shape, 1);
  NumpyArchive maps(stem + "_contrib.npz", "arr_0", numpy_type(width), shape, static_cast<std::int64_t>(width) / 8);
  for (std::int64_t const index : source.rows()) {
    ExportedRow const row = source.read(index);
    auto const ones = one_hot(row.sequence);
    sequences.append(std::as_bytes(std::span(ones)));
    maps.append(encoded(row.map, width));
  }
  sequences.publish();
  maps.publish();
}

}  // namespace shoal::exports
