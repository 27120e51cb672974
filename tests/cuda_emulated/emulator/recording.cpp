// SPDX-License-Identifier: MIT
#include "recording.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

#include "control.hpp"
#include "settings.hpp"
#include "streams.hpp"

namespace cuda_emulated {

namespace {

std::map<std::string, long>& kernels() {
  static auto& all = *new std::map<std::string, long>;
  return all;
}

// SHOAL_EMULATED_SKIP=text,text
std::vector<std::string> texts_of_environment() {
  std::vector<std::string> texts;
  std::string_view left = settings().skip;
  while (!left.empty()) {
    std::size_t const end = std::min(left.find(','), left.size());
    texts.emplace_back(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return texts;
}

std::vector<std::string>& skipped() {
  static auto& all = *new std::vector<std::string>(texts_of_environment());
  return all;
}

}  // namespace

void count_kernel(char const* name) {
  ++kernels()[name];
}

bool skips_kernels() {
  return !skipped().empty();
}

bool is_skipped(char const* name) {
  return std::any_of(skipped().begin(), skipped().end(),
                     [&](std::string const& text) { return std::strstr(name, text.c_str()) != nullptr; });
}

// As float, words of 0x3Dxxxxxx are between 0.03 and 0.13; as double, pairs of them are tiny and positive.
void fill_with_numbers(void* memory, std::size_t bytes) {
  auto* const words = static_cast<std::uint32_t*>(memory);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < bytes / sizeof *words; ++i) {
    state = state * 1664525U + 1013904223U;
    words[i] = 0x3D000000U | state >> 8U;
  }
}

std::map<std::string, long> launches_by_kernel() {
  std::scoped_lock const lock(machine());
  return kernels();
}

void skip_kernels(std::vector<std::string> texts) {
  std::scoped_lock const lock(machine());
  skipped() = std::move(texts);
}

}  // namespace cuda_emulated
