// SPDX-License-Identifier: MIT
// Numbers as spreadsheets of several countries write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shoal::genome {

// Reads the numbers of one file, which are all written with decimal points, or all with decimal commas.
class DecimalText {
 public:
  // `commas`: whether a comma may be a decimal point, as in a file whose fields are separated by something else.
  explicit DecimalText(bool commas) : commas_(commas) {}

  // The whole of `text` as a number, which may begin with a plus sign. Nothing if it is no number or out of range.
  // `line` is for `objection`.
  std::optional<double> read(std::string_view text, std::int64_t line);
  // Why the numbers that were read may not be what their commas suggest: some have a decimal point, or all that
  // have a comma may have it between thousands ("1,234"). Empty if they are.
  std::string objection() const;

 private:
  struct Example {
    std::string text;
    std::int64_t line = 0;  // 0: none was read
  };
  static void keep_first(std::string_view text, std::int64_t line, Example& example);

  bool commas_ = false;
  bool is_certain_ = false;  // true if a comma was seen that cannot separate thousands
  Example comma_;
  Example point_;
};

}  // namespace shoal::genome
