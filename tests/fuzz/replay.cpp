// SPDX-License-Identifier: MIT
// Runs a fuzz target once for every file of the corpus folders and files that are named.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "fuzz/fuzz_target.hpp"

int main(int count, char** words) {
  std::set<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    if (std::filesystem::is_directory(words[i])) {
      for (auto const& entry : std::filesystem::directory_iterator(words[i])) files.insert(entry.path());
    } else {
      files.insert(words[i]);
    }
  }
  for (std::filesystem::path const& path : files) {
    if (std::filesystem::is_directory(path)) continue;
    std::ifstream stream(path, std::ios::binary);
    std::string const bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) {
      std::fprintf(stderr, "cannot read %s\n", path.c_str());
      return 1;
    }
    std::fprintf(stderr, "%s (%zu bytes)\n", path.c_str(), bytes.size());
    LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
  }
  std::printf("%zu inputs\n", files.size());
  return files.empty() ? 1 : 0;
}
