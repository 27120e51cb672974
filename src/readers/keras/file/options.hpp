// SPDX-License-Identifier: MIT
// The configuration of one Keras layer as plain values, read by name in the spelling of any Keras version.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "readers/keras/file/value.hpp"

namespace shoal::readers {

// Spellings of one option, newest first: {"padding", "border_mode"}.
using Spellings = std::initializer_list<std::string_view>;

// Options of one layer, or the arguments of one call of it. Every error is input and begins with `where`. The object
// remembers what was asked for, so that everything else can be refused (readers/keras/graph/leftovers.hpp). Copies
// share that memory.
class KerasOptions {
 public:
  // `where`: "layer 'conv1d_1' of class 'Conv1D' in FILE".
  // `keras`: the major version of the Keras that wrote the options.
  KerasOptions(std::string where, KerasMembers values, int keras = 2)
      : where_(std::move(where)), values_(std::move(values)), keras_(keras) {}

  // Whether the option is there and not null.
  bool has(Spellings names) const { return find(names) != nullptr; }
  // The option as it is; nullptr if it is absent or null.
  KerasValue const* find(Spellings names) const;
  // A whole number from 1 to 2^24, plain or in a list of one, as Keras writes [7]; `fallback` if it is absent.
  std::int64_t size(Spellings names) const;
  std::int64_t size(Spellings names, std::int64_t fallback) const;
  double real(Spellings names, double fallback) const;
  bool flag(Spellings names, bool fallback) const;
  std::string text(Spellings names, std::string_view fallback) const;
  // The numbers of a list, null as -1; a plain number is a list of one.
  std::vector<std::int64_t> integers(Spellings names) const;
  // The option if it is an object, else nullptr.
  std::shared_ptr<KerasObject const> object(Spellings names) const;

  // The numbers of a list; a plain number is a list of one; none if it is absent.
  std::vector<double> reals(Spellings names) const;

  // Refuses the layer unless the option is absent or has this value.
  void require_real(Spellings names, double value) const;
  void require_flag(Spellings names, bool value) const;
  void require_text(Spellings names, std::string_view value) const;

  // Throws an input error: "WHERE: TEXT".
  [[noreturn]] void refuse(std::string_view text) const;
  std::string const& where() const { return where_; }
  int keras() const { return keras_; }

  // Forgets what was asked for.
  void forget_reads() const { read_->clear(); }
  // Counts every option as asked for: the caller knows that none of them matters.
  void settle() const;
  // Names of options whose values nobody asked for.
  std::vector<std::string> unread() const;
  // Counts all of them, or these, as asked for.
  KerasMembers const& all() const { return values_; }
  KerasOptions only(Spellings names) const;

 private:
  [[noreturn]] void refuse_value(Spellings names, std::string_view wanted) const;

  std::string where_;
  KerasMembers values_;
  int keras_;
  std::shared_ptr<std::set<std::string, std::less<>>> read_ = std::make_shared<std::set<std::string, std::less<>>>();
};

}  // namespace shoal::readers
