// SPDX-License-Identifier: MIT
#include "attribution/library_letters.hpp"

#include <algorithm>

#include "surrogate/parameters.hpp"

namespace shoal::attribution {

kernels::MatrixView<std::uint8_t const> LibraryLetters::view() {
  if (letters_.empty()) {
    letters_ = library_->codes();
    std::replace(letters_.begin(), letters_.end(), kernels::code_n, surrogate::missing_letter);
  }
  return {letters_.data(), library_->mutants(), library_->length(), library_->length()};
}

}  // namespace shoal::attribution
