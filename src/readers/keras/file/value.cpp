// SPDX-License-Identifier: MIT
#include "readers/keras/file/value.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace shoal::readers {

namespace {

constexpr std::size_t longest_shown = 60;
constexpr std::size_t most_shown = 4;

struct Writer {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(std::string const& text) const { return shoal::quoted(text); }
  std::string operator()(KerasTensor const&) const { return "a layer's output"; }
  std::string operator()(KerasOpaque const& opaque) const { return opaque.text; }

  std::string operator()(std::vector<KerasValue> const& list) const {
    std::vector<std::string> parts;
    for (KerasValue const& element : list) {
      if (parts.size() == most_shown) {
        parts.emplace_back("…");
        break;
      }
      parts.push_back(shown(element));
    }
    return fmt::format("[{}]", join(parts, ", "));
  }

  std::string operator()(std::shared_ptr<KerasObject const> const& object) const {
    if (!object->class_name.empty()) {
      return fmt::format("an object of class {}", shoal::quoted(object->class_name));
    }
    std::vector<std::string> parts;
    for (auto const& [name, value] : object->members) {
      if (parts.size() < most_shown) parts.push_back(fmt::format("{}: {}", name, shown(value)));
    }
    return fmt::format("{{{}}}", join(parts, ", "));
  }
};

}  // namespace

std::string shown(KerasValue const& value) {
  std::string text = std::visit(Writer{}, value.value);
  if (text.size() <= longest_shown) return text;
  // A letter of several bytes is not cut.
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace shoal::readers
