// SPDX-License-Identifier: MIT
// An option is one row: name, target (which holds the default), form, check, help, comment and provenance key. --help,
// --print-config, configs/*.ini and messages come from it. A new option: the member that the code reads, its row, and
// the key in scan/provenance.cpp if it changes numbers; tests/app say what is missing and how to write configs/ anew.
#pragma once

#include <boost/any.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/command_line/option_form.hpp"
#include "base/error.hpp"

namespace shoal::app {

// OptionRow::key of an option that changes no number of a store.
inline constexpr char const* no_number = "none";

template <class Value>
struct OptionRow {
  std::string name;  // "pair-ratio"
  // Holds the default, and the value once the command line is parsed. It must live until then.
  Value* target = nullptr;
  std::string value = {};    // what --help calls the value: "R", "A:B"; a flag has none
  std::string help = {};     // for --help
  std::string comment = {};  // above the option's line in a configuration file; empty: the help
  // Another value than the default, which makes sense: what a configuration file shows where the default is nothing,
  // and what tests change the option to.
  std::string example = {};
  std::string key = {};  // of the provenance, or the beginning of such keys; no_number; empty outside of scans
  OptionForm<Value> form = usual_form<Value>();
  std::function<std::string(Value const&)> check = {};  // what is wrong with a value, or nothing
  bool joins_file = false;  // words of the command line come in addition to those of the file
  bool is_common = false;   // --help shows it; --help-all shows every option
};

// Whether the option is given without a value: --resume.
template <class Value>
bool is_flag(OptionRow<Value> const& row) {
  return std::is_same_v<Value, bool> && row.value.empty();
}

// A row without its type.
struct Option {
  std::string section;  // heading in a configuration file
  std::string name;
  std::string value;
  std::string help;
  std::string comment;
  std::string example;
  std::string key;
  bool is_flag = false;
  bool is_common = false;
  bool repeats = false;
  std::string usual;  // the default as text
  // The value's lines in a configuration file: one, or one per word of an option that repeats.
  std::function<std::vector<std::string>(boost::any const& value)> lines;
};

// Errors: config, "--NAME TEXT: REASON"; a reason that names its option itself stays as it is.
[[noreturn]] void refuse_value(std::string const& name, std::string const& text, std::string const& reason);

// The objection to a number below 0: for OptionRow::check.
template <class Value>
std::string not_negative(Value const& value) {
  return value < 0 ? "must not be negative" : "";
}

// Reads the text of a row's value. Errors: config, naming the option.
template <class Value>
Value read_value(OptionRow<Value> const& row, std::string const& text);

// A row as Boost.Program_options sees it.
template <class Value>
class RowValue final : public boost::program_options::value_semantic {
 public:
  explicit RowValue(OptionRow<Value> row) : row_(std::move(row)), usual_(*row_.target) {}

  std::string name() const override {
    std::string const usual = row_.form.print(usual_);
    return row_.value + (usual.empty() || row_.form.repeats ? "" : " (=" + usual + ")");
  }
  unsigned min_tokens() const override { return is_flag(row_) ? 0 : 1; }
  unsigned max_tokens() const override { return is_flag(row_) ? 0 : 1; }
  bool is_composing() const override { return row_.joins_file; }
  bool is_required() const override { return false; }
  void parse(boost::any& stored, std::vector<std::string> const& words, bool) const override;
  bool apply_default(boost::any& stored) const override {
    stored = usual_;
    return true;
  }
  void notify(boost::any const& stored) const override { *row_.target = boost::any_cast<Value const&>(stored); }

 private:
  OptionRow<Value> row_;
  Value usual_;
};

// The options of a subcommand, in the order of --help.
class OptionTable {
 public:
  // Rows that are added from now on stand under this heading of a configuration file.
  void section(std::string const& heading) { section_ = heading; }

  template <class Value>
  void add(OptionRow<Value> row);
  // A row of text without a check, whose example is what --help calls the value: names of files, models and tasks.
  void add_text(std::string const& name, std::string& target, std::string const& value, std::string const& help,
                bool is_common = false) {
    add<std::string>(
        {.name = name, .target = &target, .value = value, .help = help, .example = value, .is_common = is_common});
  }

  std::vector<Option> const& options() const { return options_; }
  boost::program_options::options_description const& description() const { return description_; }

 private:
  std::string section_;
  std::vector<Option> options_;
  boost::program_options::options_description description_{"Options"};
};

// The text of a row's value → the value, which is checked.
template <class Value>
Value read_value(OptionRow<Value> const& row, std::string const& text) {
  std::string reason;
  try {
    Value value = row.form.parse(text);
    if (row.check) reason = row.check(value);
    if (reason.empty()) return value;
  } catch (Error const& error) {
    reason = error.what();
  }
  refuse_value(row.name, text, reason);
}

template <class Value>
void RowValue<Value>::parse(boost::any& stored, std::vector<std::string> const& words, bool) const {
  namespace po = boost::program_options;
  if (row_.form.repeats) {
    if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      Value all = stored.empty() ? Value() : boost::any_cast<Value>(stored);
      for (std::string const& word : words) all.push_back(read_value(row_, word).front());
      stored = std::move(all);
    }
    return;
  }
  if (!stored.empty()) throw po::multiple_occurrences();
  if (words.size() > 1) throw po::validation_error(po::validation_error::multiple_values_not_allowed);
  if (words.empty() && !is_flag(row_)) throw po::validation_error(po::validation_error::at_least_one_value_required);
  stored = read_value(row_, words.empty() ? std::string() : words.front());
}

template <class Value>
void OptionTable::add(OptionRow<Value> row) {
  auto const lines = [form = row.form](boost::any const& value) -> std::vector<std::string> {
    auto const& typed = boost::any_cast<Value const&>(value);
    if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      if (form.repeats) return typed;
    }
    return {form.print(typed)};
  };
  options_.push_back({.section = section_,
                      .name = row.name,
                      .value = row.value,
                      .help = row.help,
                      .comment = row.comment.empty() ? row.help : row.comment,
                      .example = row.example,
                      .key = row.key,
                      .is_flag = is_flag(row),
                      .is_common = row.is_common,
                      .repeats = row.form.repeats,
                      .usual = row.form.repeats ? "" : row.form.print(*row.target),
                      .lines = lines});
  // Boost copies both texts, and owns the value.
  std::string const name = row.name;
  std::string const help = row.help;
  description_.add_options()(name.c_str(), new RowValue<Value>(std::move(row)), help.c_str());
}

// Compiled once, in option_row.cpp, for what most options are.
extern template class RowValue<bool>;
extern template class RowValue<int>;
extern template class RowValue<std::int64_t>;
extern template class RowValue<std::uint64_t>;
extern template class RowValue<double>;
extern template class RowValue<std::string>;
extern template class RowValue<std::vector<std::string>>;
extern template class RowValue<std::vector<double>>;
extern template class RowValue<std::vector<std::int64_t>>;
extern template void OptionTable::add(OptionRow<bool> row);
extern template void OptionTable::add(OptionRow<int> row);
extern template void OptionTable::add(OptionRow<std::int64_t> row);
extern template void OptionTable::add(OptionRow<std::uint64_t> row);
extern template void OptionTable::add(OptionRow<double> row);
extern template void OptionTable::add(OptionRow<std::string> row);
extern template void OptionTable::add(OptionRow<std::vector<std::string>> row);
extern template void OptionTable::add(OptionRow<std::vector<double>> row);
extern template void OptionTable::add(OptionRow<std::vector<std::int64_t>> row);

}  // namespace shoal::app
