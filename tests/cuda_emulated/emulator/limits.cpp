// SPDX-License-Identifier: MIT
// What fits on a multiprocessor, as ptxas counts it for the real kernels.
#include <cxxabi.h>
#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <vector>

#include "blocks.hpp"
#include "settings.hpp"
#include "state.hpp"

namespace cuda_emulated {

namespace {

constexpr std::size_t registers_per_block = 65536;
constexpr std::size_t granted_without_asking = 48 * 1024;

struct Needs {
  std::size_t registers = 0, most_threads = 1024, shared_bytes = 0;
};

// Lines "registers most_threads shared_bytes spilled_bytes name" of the table.
std::map<std::string, Needs> read_table() {
  std::map<std::string, Needs> table;
  std::ifstream file(SHOAL_PTXAS_TABLE);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Needs needs;
    std::size_t spilled = 0;
    words >> needs.registers >> needs.most_threads >> needs.shared_bytes >> spilled >> std::ws;
    std::string name;
    std::getline(words, name);
    table[name] = needs;
  }
  return table;
}

std::string demangled(char const* name) {
  int status = 0;
  char* const text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string const result = status == 0 ? text : name;
  std::free(text);
  return result;
}

// Names of this program's functions by their addresses, from its own file; functions of libraries are not there.
std::map<std::uintptr_t, std::string> read_symbols() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::vector<char> const image((std::istreambuf_iterator<char>(file)), {});
  std::map<std::uintptr_t, std::string> names;
  if (image.size() < sizeof(Elf64_Ehdr)) return names;
  auto const* const header = reinterpret_cast<Elf64_Ehdr const*>(image.data());
  auto const* const sections = reinterpret_cast<Elf64_Shdr const*>(image.data() + header->e_shoff);
  std::uintptr_t base = 0;
  std::vector<std::pair<std::uintptr_t, char const*>> found;
  for (int at = 0; at < header->e_shnum; ++at) {
    if (sections[at].sh_type != SHT_SYMTAB) continue;
    auto const* const symbols = reinterpret_cast<Elf64_Sym const*>(image.data() + sections[at].sh_offset);
    char const* const text = image.data() + sections[sections[at].sh_link].sh_offset;
    for (std::size_t i = 0; i < sections[at].sh_size / sizeof(Elf64_Sym); ++i) {
      if (ELF64_ST_TYPE(symbols[i].st_info) != STT_FUNC) continue;
      char const* const name = text + symbols[i].st_name;
      if (std::strcmp(name, "cudaGetDeviceCount") == 0) {
        base = reinterpret_cast<std::uintptr_t>(&cudaGetDeviceCount) - symbols[i].st_value;
      }
      if (std::strstr(name, "shoal") != nullptr) found.emplace_back(symbols[i].st_value, name);
    }
  }
  for (auto const& [address, name] : found) names[base + address] = name;
  return names;
}

std::map<void const*, std::size_t>& allowed_shared() {
  static std::map<void const*, std::size_t> all;
  return all;
}

Needs needs_of(void const* kernel) {
  static std::map<void const*, Needs> known;
  auto const before = known.find(kernel);
  if (before != known.end()) return before->second;
  static std::map<std::string, Needs> const table = read_table();
  auto const line = table.find(name_of(kernel));
  return known[kernel] = line == table.end() ? Needs{} : line->second;
}

}  // namespace

std::string name_of(void const* function) {
  static std::map<std::uintptr_t, std::string> const names = read_symbols();
  auto const found = names.find(reinterpret_cast<std::uintptr_t>(function));
  return found == names.end() ? "" : demangled(found->second.c_str());
}

cudaFuncAttributes attributes_of(void const* kernel) {
  Needs const needs = needs_of(kernel);
  return {needs.shared_bytes, static_cast<int>(needs.most_threads), static_cast<int>(needs.registers)};
}

cudaError_t allow_shared(void const* kernel, int bytes) {
  if (bytes < 0 || static_cast<std::size_t>(bytes) + needs_of(kernel).shared_bytes > most_shared_bytes) {
    return cudaErrorInvalidValue;
  }
  allowed_shared()[kernel] = static_cast<std::size_t>(bytes);
  return cudaSuccess;
}

cudaError_t check_limits(cudaLaunchConfig_t const& config, void const* kernel) {
  dim3 const grid = config.gridDim, block = config.blockDim;
  std::size_t const threads = std::size_t{block.x} * block.y * block.z;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 2147483647U || grid.y > 65535 || grid.z > 65535 ||
      threads == 0 || threads > 1024 || block.z > 64) {
    return cudaErrorInvalidConfiguration;
  }
  Needs const needs = needs_of(kernel);
  std::size_t const warps = (threads + 31) / 32, registers = (needs.registers + 7) / 8 * 8;
  if (threads > needs.most_threads || warps * 32 * registers > registers_per_block)
    return cudaErrorLaunchOutOfResources;
  auto const asked = allowed_shared().find(kernel);
  std::size_t const allowed = std::max(granted_without_asking, asked == allowed_shared().end() ? 0 : asked->second);
  if (config.dynamicSmemBytes > allowed || config.dynamicSmemBytes + needs.shared_bytes > most_shared_bytes) {
    return cudaErrorInvalidValue;
  }
  // Without having asked, static and dynamic shared memory have 48 KiB together.
  if (asked == allowed_shared().end() && config.dynamicSmemBytes + needs.shared_bytes > granted_without_asking) {
    return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}

}  // namespace cuda_emulated
