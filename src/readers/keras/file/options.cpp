// SPDX-License-Identifier: MIT
#include "readers/keras/file/options.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

namespace {

constexpr std::int64_t largest_size = std::int64_t{1} << 24;

// The only element of a list of one, otherwise the value itself.
KerasValue const& single(KerasValue const& value) {
  auto const* list = std::get_if<std::vector<KerasValue>>(&value.value);
  return list != nullptr && list->size() == 1 ? list->front() : value;
}

// Null, or a list or mapping of nulls, such as masks that several inputs do not have.
bool holds_nothing(KerasValue const& value) {
  if (auto const* list = std::get_if<std::vector<KerasValue>>(&value.value)) {
    return std::all_of(list->begin(), list->end(), holds_nothing);
  }
  if (auto const* object = std::get_if<std::shared_ptr<KerasObject const>>(&value.value)) {
    auto const& members = (*object)->members;
    return (*object)->class_name.empty() &&
           std::all_of(members.begin(), members.end(), [](auto const& each) { return holds_nothing(each.second); });
  }
  return value.is_null();
}

}  // namespace

KerasValue const* KerasOptions::find(Spellings names) const {
  for (std::string_view const name : names) {
    auto const found = values_.find(name);
    if (found == values_.end() || found->second.is_null()) continue;
    read_->emplace(found->first);
    return &found->second;
  }
  return nullptr;
}

void KerasOptions::settle() const {
  for (auto const& [name, value] : values_) read_->emplace(name);
}

std::vector<std::string> KerasOptions::unread() const {
  std::vector<std::string> names;
  for (auto const& [name, value] : values_) {
    if (!holds_nothing(value) && !read_->contains(name)) names.push_back(name);
  }
  return names;
}

KerasOptions KerasOptions::only(Spellings names) const {
  KerasMembers kept;
  for (std::string_view const name : names) {
    auto const found = values_.find(name);
    if (found != values_.end()) kept.insert(*found);
  }
  return {where_, std::move(kept), keras_};
}

void KerasOptions::refuse(std::string_view text) const {
  fail(ErrorCode::input, fmt::format("{}: {}", where_, text));
}

void KerasOptions::refuse_value(Spellings names, std::string_view wanted) const {
  refuse(fmt::format("its option '{}' must be {}", *names.begin(), wanted));
}

std::int64_t KerasOptions::size(Spellings names) const {
  KerasValue const* value = find(names);
  if (value == nullptr) refuse(fmt::format("its option '{}' is missing", *names.begin()));
  auto const* number = std::get_if<std::int64_t>(&single(*value).value);
  if (number == nullptr || *number < 1 || *number > largest_size) refuse_value(names, "one positive whole number");
  return *number;
}

std::int64_t KerasOptions::size(Spellings names, std::int64_t fallback) const {
  return has(names) ? size(names) : fallback;
}

double KerasOptions::real(Spellings names, double fallback) const {
  KerasValue const* value = find(names);
  if (value == nullptr) return fallback;
  if (auto const* number = std::get_if<double>(&value->value)) return *number;
  if (auto const* number = std::get_if<std::int64_t>(&value->value)) return static_cast<double>(*number);
  refuse_value(names, "a number");
}

bool KerasOptions::flag(Spellings names, bool fallback) const {
  KerasValue const* value = find(names);
  if (value == nullptr) return fallback;
  if (auto const* flag = std::get_if<bool>(&value->value)) return *flag;
  refuse_value(names, "true or false");
}

std::string KerasOptions::text(Spellings names, std::string_view fallback) const {
  KerasValue const* value = find(names);
  if (value == nullptr) return std::string(fallback);
  if (auto const* text = std::get_if<std::string>(&value->value)) return *text;
  refuse_value(names, fmt::format("a name, and it is {}", shown(*value)));
}

std::shared_ptr<KerasObject const> KerasOptions::object(Spellings names) const {
  KerasValue const* value = find(names);
  auto const* object = value == nullptr ? nullptr : std::get_if<std::shared_ptr<KerasObject const>>(&value->value);
  return object == nullptr ? nullptr : *object;
}

std::vector<std::int64_t> KerasOptions::integers(Spellings names) const {
  KerasValue const* value = find(names);
  std::vector<KerasValue> elements;
  if (value != nullptr) {
    auto const* list = std::get_if<std::vector<KerasValue>>(&value->value);
    elements = list != nullptr ? *list : std::vector<KerasValue>{*value};
  }
  std::vector<std::int64_t> numbers;
  for (KerasValue const& element : elements) {
    auto const* number = std::get_if<std::int64_t>(&element.value);
    if (number == nullptr && !element.is_null()) {
      refuse_value(names, "a list of whole numbers");
    }
    numbers.push_back(number == nullptr ? -1 : *number);
  }
  return numbers;
}

std::vector<double> KerasOptions::reals(Spellings names) const {
  KerasValue const* value = find(names);
  if (value == nullptr) return {};
  auto const* list = std::get_if<std::vector<KerasValue>>(&value->value);
  std::vector<double> numbers;
  for (KerasValue const& element : list != nullptr ? *list : std::vector<KerasValue>{*value}) {
    if (auto const* number = std::get_if<double>(&element.value)) {
      numbers.push_back(*number);
    } else if (auto const* whole = std::get_if<std::int64_t>(&element.value)) {
      numbers.push_back(static_cast<double>(*whole));
    } else {
      refuse_value(names, "numbers");
    }
  }
  return numbers;
}

void KerasOptions::require_real(Spellings names, double value) const {
  if (real(names, value) != value) {
    refuse(fmt::format("option '{}' is {}, and only {} is supported", *names.begin(), real(names, value), value));
  }
}

void KerasOptions::require_flag(Spellings names, bool value) const {
  if (flag(names, value) != value) refuse(fmt::format("option '{}' is not supported", *names.begin()));
}

void KerasOptions::require_text(Spellings names, std::string_view value) const {
  std::string const found = text(names, value);
  if (found != value) {
    refuse(fmt::format("option '{}' is {}, and only '{}' is supported", *names.begin(), shoal::quoted(found), value));
  }
}

}  // namespace shoal::readers
