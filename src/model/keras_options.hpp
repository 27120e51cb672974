// SPDX-License-Identifier: MIT
// The configuration of one Keras layer as plain values, read by name in any Keras version's spelling.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace shoal::model {

// A configuration value. An object keeps only the name it stands for (an initializer's class, an activation function).
struct KerasValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<KerasValue>> value;
};

// Spellings of one option, newest first: {"padding", "border_mode"}.
using Spellings = std::initializer_list<std::string_view>;

// Options of one layer. Every error is input and begins with `where`.
class KerasOptions {
 public:
  // `where`: "layer 'conv1d_1' of class 'Conv1D' in FILE".
  KerasOptions(std::string where, std::map<std::string, KerasValue, std::less<>> values)
      : where_(std::move(where)), values_(std::move(values)) {}

  // Whether the option is there and not null.
  bool has(Spellings names) const { return find(names) != nullptr; }
  // A whole number from 1 to 2^24, plain or in a list of one, as Keras writes [7]; `fallback` where it is absent.
  std::int64_t size(Spellings names) const;
  std::int64_t size(Spellings names, std::int64_t fallback) const;
  double real(Spellings names, double fallback) const;
  bool flag(Spellings names, bool fallback) const;
  std::string text(Spellings names, std::string_view fallback) const;
  // The numbers of a list, null as -1; a plain number is a list of one.
  std::vector<std::int64_t> integers(Spellings names) const;

  // Refuses the layer unless the option is absent or has this value.
  void require_real(Spellings names, double value) const;
  void require_flag(Spellings names, bool value) const;
  void require_text(Spellings names, std::string_view value) const;

  // Throws an input error: "WHERE: TEXT".
  [[noreturn]] void refuse(std::string_view text) const;
  std::string const& where() const { return where_; }

 private:
  KerasValue const* find(Spellings names) const;
  [[noreturn]] void refuse_value(Spellings names, std::string_view wanted) const;

  std::string where_;
  std::map<std::string, KerasValue, std::less<>> values_;
};

}  // namespace shoal::model
