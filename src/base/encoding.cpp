// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"

#include <fmt/core.h>

namespace shoal {

std::string encoding_objection(std::string_view beginning) {
  using namespace std::string_view_literals;
  char const* name = nullptr;
  if (beginning.starts_with("\xFF\xFE"sv) || beginning.starts_with("\xFE\xFF"sv)) name = "UTF-16";
  // Its little-endian mark begins like that of UTF-16.
  if (beginning.starts_with("\xFF\xFE\0\0"sv) || beginning.starts_with("\0\0\xFE\xFF"sv)) name = "UTF-32";
  if (name == nullptr) return "";
  return fmt::format("the file is {} text: save it as UTF-8 (`iconv -f {} -t UTF-8 FILE > NEW`)", name, name);
}

}  // namespace shoal
